"""Description of a stored upload from its header, by reads of byte ranges.

The parser names the next bytes that it needs until it has read the header. An upload that would
take many or large reads is read as a whole.
"""

from dataclasses import replace

from handler.delivery.record_item import Record
from handler.delivery.services import Services
from handler.model.byte_ranges import ByteRanges, Span
from handler.model.facts import ImageFacts
from handler.model.limits import check_source_bytes
from handler.model.record import Status
from handler.ports import StoredObject

FIRST_BYTES = 64 * 1_024
"""Contains the EXIF of nearly all photographs, which is at most 64 KiB in a JPEG."""
NEXT_BYTES = 8 * 1_024
"""Read-ahead beyond the bytes needed, as the next bytes needed mostly follow."""
MAX_BYTES = 512 * 1_024
MAX_READS = 8
"""Beyond either limit, reading the whole upload costs less than more range reads."""


def describe_header(record: Record, services: Services) -> Record:
    """Return the record with a final status and the facts from the header.

    Raises:
        Rejected: If the header shows that the upload is not an accepted image.
        Superseded: If it is not the newest version, or is overwritten between two reads.
        SourceGone: If it no longer exists.
    """
    settings = services.settings
    part = _read(record, Span(start=0, end=FIRST_BYTES), services)
    record = replace(
        record, facts=part.facts, uploaded_at=record.uploaded_at or part.facts.last_modified
    )
    size_bytes = part.facts.size_bytes or 0
    check_source_bytes(size_bytes, settings.max_source_bytes)
    parts = ByteRanges(size_bytes=size_bytes).adding(0, part.data)
    while isinstance(found := _ask(parts, services), Span):
        parts = _with(found, parts, record, services)
    return replace(record, status=Status.PROCESSED, image=found)


def _ask(parts: ByteRanges, services: Services) -> ImageFacts | Span:
    settings = services.settings
    return services.describe(parts, max_pixels=settings.max_source_pixels, policy=settings.policy)


def _with(wanted: Span, parts: ByteRanges, record: Record, services: Services) -> ByteRanges:
    """Return the known byte ranges and the wanted one, or the whole upload."""
    span = replace(wanted, end=min(wanted.end + NEXT_BYTES, parts.size_bytes))
    read_bytes = sum(len(data) for _, data in parts.known)
    if len(parts.known) < MAX_READS and read_bytes + span.end - span.start <= MAX_BYTES:
        return parts.adding(span.start, _read(record, span, services).data)
    stored = services.objects.get_newest(
        record.bucket,
        record.key,
        record.facts.version_id,
        services.settings.max_source_bytes,
    )
    return ByteRanges(size_bytes=len(stored.data)).adding(0, stored.data)


def _read(record: Record, span: Span, services: Services) -> StoredObject:
    return services.objects.get_part(
        record.bucket, record.key, record.facts.version_id, span, etag=record.facts.etag
    )
