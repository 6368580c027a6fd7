"""From the first bytes of a stored upload to all that its header tells, by reads of parts of it.

A decoder is asked what it needs to know, and told, until it knows enough. An upload that would take
many reads, or large ones, is read as a whole.
"""

from dataclasses import replace

from handler.config.limits import check_source_bytes
from handler.delivery.services import Pipeline
from handler.images.source.byte_ranges import ByteRanges, Span
from handler.model.facts import ImageFacts
from handler.model.record import Record, Status
from handler.ports import StoredObject

FIRST_BYTES = 64 * 1_024
"""Holds EXIF, which has at most 64 KiB in a JPEG, in nearly all photographs."""
NEXT_BYTES = 8 * 1_024
"""Read on beyond what is asked for, as what is asked for next mostly follows."""
MAX_BYTES = 512 * 1_024
MAX_READS = 8
"""Beyond either the whole upload costs less than asking on."""


def describe_header(record: Record, pipeline: Pipeline) -> Record:
    """Return the record with a final status and what the header tells.

    Raises:
        Rejected: If the upload is no image that is taken, as far as the header tells.
        Superseded: If it is not the newest version, or is overwritten between two reads.
        SourceGone: If it does not exist any more.
    """
    settings = pipeline.settings
    part = _read(record, Span(start=0, end=FIRST_BYTES), pipeline)
    record = replace(
        record, facts=part.facts, uploaded_at=record.uploaded_at or part.facts.last_modified
    )
    size_bytes = part.facts.size_bytes or 0
    check_source_bytes(size_bytes, settings.max_source_bytes)
    parts = ByteRanges(size_bytes=size_bytes).adding(0, part.data)
    while isinstance(found := _ask(parts, pipeline), Span):
        parts = _with(found, parts, record, pipeline)
    return replace(record, status=Status.PROCESSED, image=found)


def _ask(parts: ByteRanges, pipeline: Pipeline) -> ImageFacts | Span:
    settings = pipeline.settings
    return pipeline.describe(parts, max_pixels=settings.max_source_pixels, policy=settings.policy)


def _with(wanted: Span, parts: ByteRanges, record: Record, pipeline: Pipeline) -> ByteRanges:
    """Return the parts and one more, or the whole upload."""
    span = replace(wanted, end=min(wanted.end + NEXT_BYTES, parts.size_bytes))
    read_bytes = sum(len(data) for _, data in parts.known)
    if len(parts.known) < MAX_READS and read_bytes + span.end - span.start <= MAX_BYTES:
        return parts.adding(span.start, _read(record, span, pipeline).data)
    stored = pipeline.objects.get_newest(
        record.bucket,
        record.key,
        record.facts.version_id,
        pipeline.settings.max_source_bytes,
    )
    return ByteRanges(size_bytes=len(stored.data)).adding(0, stored.data)


def _read(record: Record, span: Span, pipeline: Pipeline) -> StoredObject:
    return pipeline.objects.get_part(
        record.bucket, record.key, record.facts.version_id, span, etag=record.facts.etag
    )
