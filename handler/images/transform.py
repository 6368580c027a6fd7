"""From the bytes of an upload to the bytes of its variants. Pure."""

from collections.abc import Iterator, Sequence
from functools import partial

from handler.config.limits import check_output_bytes
from handler.images.metadata.rights import rights_of
from handler.images.policy import DamagePolicy, ImagePolicy
from handler.images.render.geometry import Size
from handler.images.render.render import NO_MARKS, Rendition, frames_of, layout_of, render
from handler.images.render.scheduler import Job, ResourceBudget, done
from handler.images.render.watermark_overlay import Marks
from handler.images.source.decode import SourceImage, decode
from handler.images.variants.effort import effort
from handler.images.variants.parsing import Variant
from handler.model.facts import ImageFacts

_DEFAULT_TERMS = ImagePolicy()
_ONE_AT_A_TIME = ResourceBudget()


def transform(
    data: bytes,
    variants: Sequence[Variant],
    *,
    max_pixels: int,
    background_colour: str,
    policy: ImagePolicy = _DEFAULT_TERMS,
    means: ResourceBudget = _ONE_AT_A_TIME,
    marks: Marks = NO_MARKS,
) -> Iterator[ImageFacts | Rendition]:
    """Yield what is known of the image, then each variant as soon as it is made.

    The one that takes longest is begun first.

    A variant that is not made of such uploads, or would have to be smaller than the upload and is
    not, is left out.

    Args:
        data: The whole upload.
        variants: What to make. The frames of an animation are only looked at if one can move.
        max_pixels: See `decode`.
        background_colour: See `render`.
        terms: What is taken, and what is kept of it.
        means: How many variants may be made at once.
        marks: The images of watermarks.

    Raises:
        Rejected: If the bytes are not an image that can be developed, or a variant is too large.
    """
    supports_animation = any(variant.supports_animation for variant in variants)
    image = decode(
        data,
        max_pixels,
        accepted=policy.input_formats,
        max_side_pixels=policy.max_side_pixels,
        max_frames=policy.max_frames if supports_animation else 1,
        gps=policy.gps,
        tolerant=policy.damaged_images is DamagePolicy.PROCESS,
        scale_needed=partial(_scale_needed, variants),
    )
    yield _facts(image)
    jobs = [
        _job(image, variant, background_colour, marks, is_shared=means.threads > 1)
        for variant in variants
        if variant.is_made_of(image.format)
    ]
    for made in done(jobs, means):
        check_output_bytes(made.variant.name, len(made.data), policy.max_output_bytes)
        if not (made.variant.skip_if_larger and len(made.data) >= len(data)):
            yield made


def _job(
    image: SourceImage, variant: Variant, background_colour: str, marks: Marks, *, is_shared: bool
) -> Job[Rendition]:
    size = (image.width, image.height)
    return Job(
        make=partial(
            render,
            image.pixels,
            variant,
            background_colour,
            animation=image.animation,
            source_size=size,
            is_shared=is_shared,
            rights=rights_of(image.details),
            marks=marks,
        ),
        effort=effort(
            variant,
            layout_of(variant, size).canvas,
            has_alpha=image.pixels.mode in ("LA", "RGBA"),
            frames=frames_of(variant, image.animation),
        ),
    )


def _scale_needed(variants: Sequence[Variant], size: Size) -> float:
    """Return the scale of the largest variant; 0 if there is none."""
    return max((layout_of(variant, size).scale for variant in variants), default=0)


def _facts(image: SourceImage) -> ImageFacts:
    return ImageFacts(
        format=image.format,
        width=image.width,
        height=image.height,
        mode=image.mode,
        exif=image.exif,
        details=image.details,
    )
