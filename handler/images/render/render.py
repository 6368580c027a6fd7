"""From upright sRGB pixels to the bytes of a variant. Pure: the same pixels give the same bytes."""

from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image

from handler.images.render.attention import attention
from handler.images.render.encode import Encoder, animation_encoder, still_encoder, within
from handler.images.render.finish import finish
from handler.images.render.geometry import Layout, Position, Size, lay_out
from handler.images.render.watermark_overlay import Marks, overlay_of
from handler.images.source.animation import Animation
from handler.images.variants.output_formats import FORMATS
from handler.images.variants.variant import Variant

NO_MARKS: Marks = {}

_SHRINK = 0.75
"""How much smaller a picture is made when its lowest quality takes too many bytes."""


@dataclass(frozen=True, kw_only=True)
class Rendition:
    """A variant of one image. Width and height are in pixels."""

    variant: Variant
    data: bytes
    width: int
    height: int


def render(
    pixels: Image.Image,
    variant: Variant,
    background_colour: str,
    *,
    animation: Animation | None = None,
    source_size: Size | None = None,
    is_shared: bool = False,
    rights: bytes = b"",
    marks: Marks = NO_MARKS,
) -> Rendition:
    """Make a variant.

    Args:
        pixels: Upright, sRGB, without metadata; mode L, LA, RGB or RGBA. Not changed.
        variant: What the format cannot hold is scaled down until it can.
        background_colour: `#rrggbb`, behind transparent pixels in a JPEG.
        animation: What moves in formats that can; `pixels` stand for it in the others.
        source_size: Size of the upload, if `pixels` are fewer.
        is_shared: Whether the pixels are rendered by other threads at the same time.
        marks: The images of watermarks.
        rights: EXIF for variants that keep the copyright; see `handler.images.metadata.rights`.
    """
    of = source_size or pixels.size
    layout = _attentive(pixels, variant, layout_of(variant, of), of)
    moving = animation if variant.supports_animation else None
    sources = moving.frames if moving else (pixels,)
    stamp = variant.watermark and overlay_of(variant.watermark, layout.canvas, marks)
    images = [finish(image, layout, variant, background_colour, of, stamp) for image in sources]
    if is_shared and images[0] is sources[0]:
        images[0] = images[0].copy()  # `Image.save` keeps its options in the image
    exif = rights if variant.keep_copyright else b""
    data, (width, height) = _fitted(images, moving, variant, exif)
    return Rendition(variant=variant, data=data, width=width, height=height)


def frames_of(variant: Variant, animation: Animation | None) -> int:
    """Return how many frames a variant has."""
    return len(animation.frames) if animation and variant.supports_animation else 1


def layout_of(variant: Variant, source_size: Size) -> Layout:
    """Return where the pixels of a variant come from, in a picture of that size."""
    return lay_out(
        source_size,
        variant.box,
        fit=variant.fit,
        enlarge=variant.enlarge,
        max_side=FORMATS[variant.format].max_side_pixels,
        place=(variant.position or Position.CENTRE).place,
    )


def _attentive(pixels: Image.Image, variant: Variant, layout: Layout, of: Size) -> Layout:
    """Move the crop to what people look at, if that is asked for."""
    if variant.position is not None:
        return layout
    left, upper, right, lower = layout.crop
    across, down = attention(pixels, ((right - left) / of[0], (lower - upper) / of[1]))
    return layout.moved_to((of[0] - right + left) * across, (of[1] - lower + upper) * down)


def _fitted(
    images: Sequence[Image.Image], moving: Animation | None, variant: Variant, exif: bytes
) -> tuple[bytes, Size]:
    """Encode; with fewer pixels, and at last without movement, if it takes too many bytes."""
    while True:
        encoder = _encoder(images, moving, variant, exif)
        size = images[0].size
        if variant.max_bytes is None or variant.quality is None:
            return encoder(variant.quality), size
        data = within(variant.max_bytes, variant.quality, encoder)
        if data is not None:
            return data, size
        if size == (1, 1):
            images = images[:1]
        images = [_shrunk(image) for image in images]


def _encoder(
    images: Sequence[Image.Image], moving: Animation | None, variant: Variant, exif: bytes
) -> Encoder:
    if moving is None or len(images) == 1:
        return still_encoder(images[0], variant, exif)
    return animation_encoder(images, moving.durations_ms, moving.loop_count, variant, exif)


def _shrunk(image: Image.Image) -> Image.Image:
    size = max(1, int(image.width * _SHRINK)), max(1, int(image.height * _SHRINK))
    return image.resize(  # pyright: ignore[reportUnknownMemberType] # names numpy types
        size, Image.Resampling.LANCZOS
    )
