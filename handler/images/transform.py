"""Transform the bytes of an upload into the bytes of its variants. Pure."""

from collections.abc import Iterator, Sequence
from functools import partial

from handler.images.geometry import Size
from handler.images.metadata.rights import rights_of
from handler.images.policy import DamagePolicy, ImagePolicy
from handler.images.render.render import NO_WATERMARK_IMAGES, frames_of, layout_of, render
from handler.images.render.scheduler import Job, ResourceBudget, run_jobs
from handler.images.render.watermark_overlay import WatermarkImages
from handler.images.source.decode import SourceImage, decode
from handler.images.source.gain_map import GainMap, read_gain_map
from handler.images.variants.effort import effort
from handler.images.variants.rendition import Rendition
from handler.images.variants.variant import Variant
from handler.model.facts import ImageFacts
from handler.model.limits import check_output_bytes

_DEFAULT_POLICY = ImagePolicy()
_ONE_AT_A_TIME = ResourceBudget()


def transform(
    data: bytes,
    variants: Sequence[Variant],
    *,
    max_pixels: int,
    background_colour: str,
    policy: ImagePolicy = _DEFAULT_POLICY,
    budget: ResourceBudget = _ONE_AT_A_TIME,
    watermark_images: WatermarkImages = NO_WATERMARK_IMAGES,
) -> Iterator[ImageFacts | Rendition]:
    """Yield the facts of the image, then each variant as soon as it is rendered.

    The most expensive variant is started first. Variants for other input formats are skipped, and
    so are those with `skip_if_larger` that are not smaller than the upload.

    Args:
        data: The whole upload.
        variants: The variants to render. Frames are decoded only if one supports animation.
        max_pixels: See `decode`.
        background_colour: See `render`.
        policy: Which uploads are accepted, and which metadata are recorded.
        budget: Threads and memory for rendering variants at the same time.
        watermark_images: Watermark images by content hash.

    Raises:
        Rejected: If the bytes are not an image that can be processed, or a variant is too large.
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
    gain_map = _gain_map(data, image, variants)
    yield _facts(image)
    jobs = [
        _job(
            image,
            variant,
            background_colour,
            watermark_images,
            gain_map if variant.keep_gain_map else None,
            is_shared=budget.threads > 1,
        )
        for variant in variants
        if variant.is_made_of(image.format)
    ]
    for made in run_jobs(jobs, budget):
        check_output_bytes(made.variant.name, len(made.data), policy.max_output_bytes)
        if not (made.variant.skip_if_larger and len(made.data) >= len(data)):
            yield made


def _job(
    image: SourceImage,
    variant: Variant,
    background_colour: str,
    watermark_images: WatermarkImages,
    gain_map: GainMap | None,
    *,
    is_shared: bool,
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
            gain_map=gain_map,
            watermark_images=watermark_images,
        ),
        effort=effort(
            variant,
            layout_of(variant, size).canvas,
            has_alpha=image.pixels.mode in ("LA", "RGBA"),
            frames=frames_of(variant, image.animation),
        ),
    )


def _gain_map(data: bytes, image: SourceImage, variants: Sequence[Variant]) -> GainMap | None:
    """Return the gain map of a JPEG, if a variant keeps it."""
    keeping = [each for each in variants if each.keep_gain_map and each.is_made_of(image.format)]
    if image.format != "JPEG" or not keeping:
        return None
    size = (image.width, image.height)
    return read_gain_map(data, size, image.turned, _scale_needed(keeping, size))


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
