"""Render decoded pixels for a variant: scale, sharpen, watermark, background. Pure."""

from PIL import Image, ImageColor, ImageFilter

from handler.images.geometry import Layout, Size
from handler.images.render.watermark_overlay import WatermarkOverlay, overlaid
from handler.images.variants.output_formats import FORMATS, Transparency
from handler.images.variants.variant import Variant

_SHARPEN_RADIUS_PIXELS = 0.8
_SHARPEN_THRESHOLD = 2
"""The radius is about one pixel, the detail lost by shrinking; smaller differences are noise."""


def finish(
    image: Image.Image,
    layout: Layout,
    variant: Variant,
    background_colour: str,
    source_size: Size,
    overlay: WatermarkOverlay | None,
) -> Image.Image:
    """Return the pixels of a variant, with all of its options applied.

    Args:
        image: The picture or a frame, as decoded. Not changed.
        layout: Crop, size and canvas of the variant.
        variant: The options to apply.
        background_colour: `#rrggbb`, replaces transparency in formats without it.
        source_size: Size of the upload, which the layout refers to; the image may be smaller.
        overlay: The watermark, if there is one.
    """
    image = scale(image, layout, source_size)
    if variant.sharpen_percent and layout.shrinks:
        image = _sharpen(image, variant.sharpen_percent)
    if variant.greyscale:
        image = image.convert("LA" if image.has_transparency_data else "L")
    image = _pad(image, layout.canvas)
    if overlay is not None:
        image = overlaid(image, overlay, greyscale=variant.greyscale)
    transparency = FORMATS[variant.format].transparency
    if variant.background_colour or transparency is Transparency.NONE:
        image = _flatten(image, variant.background_colour or background_colour)
    is_on_or_off = transparency is Transparency.ON_OR_OFF
    return _hard_edged(image, background_colour) if is_on_or_off else image


def scale(image: Image.Image, layout: Layout, source_size: Size) -> Image.Image:
    """Crop and scale with Lanczos. Pillow premultiplies alpha, so hidden colours do not bleed.

    The crop refers to an image of size `source_size`.
    """
    if layout.crop == (0, 0, *image.size) and layout.size == image.size:
        return image
    across, down = image.width / source_size[0], image.height / source_size[1]
    left, upper, right, lower = layout.crop
    return image.resize(  # pyright: ignore[reportUnknownMemberType] # names numpy types
        layout.size,
        Image.Resampling.LANCZOS,
        box=(
            left * across,
            upper * down,
            min(image.width, right * across),
            min(image.height, lower * down),
        ),
    )


def _sharpen(image: Image.Image, percent: int) -> Image.Image:
    """Sharpen pixels whose surroundings are opaque, so that hidden colours do not bleed."""
    mask = ImageFilter.UnsharpMask(_SHARPEN_RADIUS_PIXELS, percent, _SHARPEN_THRESHOLD)
    if not image.has_transparency_data:
        return image.filter(mask)
    alpha = image.getchannel("A")
    sharp = image.filter(mask)
    sharp.putalpha(alpha)
    inner = alpha.point(  # pyright: ignore[reportUnknownMemberType] # names numpy types
        [0] * 255 + [255]
    )
    return Image.composite(sharp, image, inner.filter(ImageFilter.MinFilter(5)))


def _pad(image: Image.Image, canvas: Size) -> Image.Image:
    """Centre the image on a transparent canvas."""
    if canvas == image.size:
        return image
    mode = "LA" if image.mode in ("L", "LA") else "RGBA"
    padded = Image.new(mode, canvas)
    padded.paste(
        image.convert(mode), ((canvas[0] - image.width) // 2, (canvas[1] - image.height) // 2)
    )
    return padded


def _flatten(image: Image.Image, background_colour: str) -> Image.Image:
    if image.mode not in ("LA", "RGBA"):
        return image
    canvas = Image.new("RGB", image.size, ImageColor.getrgb(background_colour))
    canvas.paste(image, mask=image.getchannel("A"))
    return canvas


def _hard_edged(image: Image.Image, background_colour: str) -> Image.Image:
    """Blend half-transparent edges into the background, as pixels of a GIF are opaque or not."""
    if image.mode not in ("LA", "RGBA"):
        return image
    hard = _flatten(image, background_colour)
    hard.putalpha(image.getchannel("A"))
    return hard
