"""Render upright sRGB pixels into the bytes of a variant. Pure and deterministic."""

from collections.abc import Callable, Sequence

from PIL import Image

from handler.images.geometry import Layout, Position, Size, lay_out
from handler.images.render.attention import attention
from handler.images.render.encode import Encoder, animation_encoder, search_quality, still_encoder
from handler.images.render.finish import finish
from handler.images.render.gain_map import gain_map_appender
from handler.images.render.watermark_overlay import WatermarkImages, overlay_of
from handler.images.source.animation import Animation
from handler.images.source.gain_map import GainMap
from handler.images.variants.output_formats import FORMATS
from handler.images.variants.rendition import Rendition
from handler.images.variants.variant import Variant

NO_WATERMARK_IMAGES: WatermarkImages = {}

_SHRINK = 0.75
"""Scale applied when a picture exceeds `max_bytes` even at its lowest quality."""


def render(
    pixels: Image.Image,
    variant: Variant,
    background_colour: str,
    *,
    animation: Animation | None = None,
    source_size: Size | None = None,
    is_shared: bool = False,
    rights: bytes = b"",
    gain_map: GainMap | None = None,
    watermark_images: WatermarkImages = NO_WATERMARK_IMAGES,
) -> Rendition:
    """Render a variant.

    Args:
        pixels: Upright, sRGB, without metadata; mode L, LA, RGB or RGBA. Not changed.
        variant: The variant; a size beyond the limits of its format is scaled down.
        background_colour: `#rrggbb`, replaces transparency in formats without it.
        animation: Frames for formats that support animation; the others use `pixels`.
        source_size: Size of the upload, if `pixels` were decoded smaller.
        is_shared: Whether other threads render the same pixels at the same time.
        rights: EXIF for variants that keep the copyright; see `handler.images.metadata.rights`.
        gain_map: That of the upload, for variants that keep it.
        watermark_images: Watermark images by content hash.
    """
    size = source_size or pixels.size
    layout = _with_attention_crop(pixels, variant, layout_of(variant, size), size)
    moving = animation if variant.supports_animation else None
    sources = moving.frames if moving else (pixels,)
    overlay = variant.watermark and overlay_of(variant.watermark, layout.canvas, watermark_images)
    images = [finish(image, layout, variant, background_colour, size, overlay) for image in sources]
    if is_shared and images[0] is sources[0]:
        images[0] = images[0].copy()  # `Image.save` stores its options in the image
    exif = rights if variant.keep_copyright else b""
    append = gain_map_appender(gain_map, layout, size) if gain_map else None
    data, (width, height) = _encode_within_limit(images, moving, variant, exif, append)
    return Rendition(variant=variant, data=data, width=width, height=height)


def frames_of(variant: Variant, animation: Animation | None) -> int:
    """Return the number of frames of a variant."""
    return len(animation.frames) if animation and variant.supports_animation else 1


def layout_of(variant: Variant, source_size: Size) -> Layout:
    """Return the layout of a variant for a picture of that size."""
    return lay_out(
        source_size,
        variant.box,
        fit=variant.fit,
        enlarge=variant.enlarge,
        max_side=FORMATS[variant.format].max_side_pixels,
        place=(variant.position or Position.CENTRE).place,
    )


def _with_attention_crop(
    pixels: Image.Image, variant: Variant, layout: Layout, size: Size
) -> Layout:
    """Move the crop to the most salient part, if the variant's position is `attention`."""
    if variant.position is not None:
        return layout
    left, upper, right, lower = layout.crop
    across, down = attention(pixels, ((right - left) / size[0], (lower - upper) / size[1]))
    return layout.moved_to((size[0] - right + left) * across, (size[1] - lower + upper) * down)


def _encode_within_limit(
    images: Sequence[Image.Image],
    moving: Animation | None,
    variant: Variant,
    exif: bytes,
    append: Callable[[bytes], bytes] | None,
) -> tuple[bytes, Size]:
    """Encode, and append the gain map if there is one.

    If the result exceeds `max_bytes`, drop the gain map, shrink, and finally drop the animation.
    """
    while True:
        encoder = _encoder(images, moving, variant, exif, append)
        size = images[0].size
        if variant.max_bytes is None or variant.quality is None:
            return encoder(variant.quality), size
        data = search_quality(variant.max_bytes, variant.quality, encoder)
        if data is not None:
            return data, size
        if append is not None:
            append = None
            continue
        if size == (1, 1):
            images = images[:1]
        images = [_shrunk(image) for image in images]


def _encoder(
    images: Sequence[Image.Image],
    moving: Animation | None,
    variant: Variant,
    exif: bytes,
    append: Callable[[bytes], bytes] | None,
) -> Encoder:
    if moving is None or len(images) == 1:
        still = still_encoder(images[0], variant, exif)
        return still if append is None else lambda quality: append(still(quality))
    return animation_encoder(images, moving.durations_ms, moving.loop_count, variant, exif)


def _shrunk(image: Image.Image) -> Image.Image:
    size = max(1, int(image.width * _SHRINK)), max(1, int(image.height * _SHRINK))
    return image.resize(  # pyright: ignore[reportUnknownMemberType] # names numpy types
        size, Image.Resampling.LANCZOS
    )
