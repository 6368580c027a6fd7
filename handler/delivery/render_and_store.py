"""From the stored upload to stored variants and all that is known of it."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace

from handler.config.limits import check_source_bytes
from handler.delivery.read_header import describe_header
from handler.delivery.services import Pipeline
from handler.images.render.render import Rendition
from handler.images.variants.parsing import Variant
from handler.model.errors import Rejected, SourceGone, Superseded
from handler.model.facts import ImageFacts
from handler.model.object_headers import variant_headers
from handler.model.output_keys import output_keys
from handler.model.record import Record, Status, StoredVariant
from handler.ports import StoredObject

Kept = Mapping[str, Mapping[str, object]]
"""Variants that an earlier recipe left, by key, each as the record has it."""


def render_and_store(record: Record, kept: Kept, pipeline: Pipeline) -> Record:
    """Make and store the variants of the newest version.

    Args:
        kept: These are not made again if they would be the same.

    Returns:
        The record with a final status, as things stand now, and all that is known.
    """
    settings = pipeline.settings
    try:
        wanted = output_keys(record.key, settings)
        if record.facts.size_bytes is not None:
            check_source_bytes(record.facts.size_bytes, settings.max_source_bytes)
        if settings.reads_headers_only:
            return describe_header(record, pipeline)
        stored = pipeline.objects.get_newest(
            record.bucket, record.key, record.facts.version_id, settings.max_source_bytes
        )
        record = replace(
            record,
            facts=stored.facts,
            uploaded_at=record.uploaded_at or stored.facts.last_modified,
        )
        return _store(record, stored, wanted, kept, pipeline)
    except Rejected as rejection:
        return replace(record, status=Status.REJECTED, rejection=rejection)
    except Superseded:
        return replace(record, status=Status.SUPERSEDED)
    except SourceGone:
        return replace(record, status=Status.DELETED)


def _store(
    record: Record,
    stored: StoredObject,
    wanted: Mapping[str, Variant],
    kept: Kept,
    pipeline: Pipeline,
) -> Record:
    """Make and store one variant after the other, so that only one is in memory."""
    settings = pipeline.settings
    recipes = {key: settings.recipe_of(variant) for key, variant in wanted.items()}
    variants = {
        key: _as_kept(wanted[key], kept[key])
        for key in wanted
        if key in kept and kept[key].get("recipe") == recipes[key]
    }
    missing = {variant: key for key, variant in wanted.items() if key not in variants}
    tags = _tags(record, list(missing), pipeline)
    for made in pipeline.transform(
        stored.data,
        tuple(missing),
        max_pixels=settings.max_source_pixels,
        background_colour=settings.background_colour,
    ):
        if isinstance(made, ImageFacts):
            record = replace(record, image=made)
            continue
        key = missing[made.variant]
        headers = variant_headers(made.variant, key, stored.user_metadata, tags)
        pipeline.objects.put(settings.processed_bucket, key, made.data, headers)
        variants[key] = _as_stored(made, key, recipes[key])
    in_order = tuple(variants[key] for key in wanted if key in variants)
    return replace(record, status=Status.PROCESSED, variants=in_order)


def _tags(record: Record, wanted: Sequence[Variant], pipeline: Pipeline) -> Mapping[str, str]:
    """Return the upload's tags if a variant gets them; they cost a call."""
    if not any(variant.copy_tags for variant in wanted):
        return {}
    return pipeline.objects.tags(record.bucket, record.key, record.facts.version_id)


def _as_stored(made: Rendition, key: str, made_by: str) -> StoredVariant:
    return StoredVariant(
        variant=made.variant,
        recipe=made_by,
        key=key,
        size_bytes=len(made.data),
        width=made.width,
        height=made.height,
        sha256=hashlib.sha256(made.data).hexdigest(),
    )


def _as_kept(variant: Variant, stored: Mapping[str, object]) -> StoredVariant:
    size_bytes, width, height = (
        int(str(stored[name])) for name in ("size_bytes", "width", "height")
    )
    return StoredVariant(
        variant=variant,
        recipe=str(stored["recipe"]),
        key=str(stored["key"]),
        size_bytes=size_bytes,
        width=width,
        height=height,
        sha256=str(stored.get("sha256", "")),
    )
