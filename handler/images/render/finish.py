"""From decoded pixels to those of a variant: scaled, sharpened, marked, on a background. Pure."""

from PIL import Image, ImageColor, ImageFilter

from handler.images.render.geometry import Layout, Size
from handler.images.render.watermark_overlay import WatermarkOverlay, overlaid
from handler.images.variants.output_formats import FORMATS, Transparency
from handler.images.variants.variant import Variant

_SHARPEN_RADIUS_PIXELS = 0.8
_SHARPEN_THRESHOLD = 2
"""About one pixel, as what is lost by shrinking is; what differs less than this is noise."""


def finish(
    image: Image.Image,
    layout: Layout,
    variant: Variant,
    background_colour: str,
    of: Size,
    stamp: WatermarkOverlay | None,
) -> Image.Image:
    """Return an image with all done to it that is asked for; what is not asked for does nothing.

    Args:
        image: The picture or a frame, as decoded. Not changed.
        layout: Where its pixels go.
        variant: What is asked for.
        background_colour: `#rrggbb`, behind transparent pixels where a format has none.
        of: Size of the upload, which the layout is for; there may be fewer pixels.
        stamp: Its watermark.
    """
    image = _scale(image, layout, of)
    if variant.sharpen_percent and layout.shrinks:
        image = _sharpen(image, variant.sharpen_percent)
    if variant.greyscale:
        image = image.convert("LA" if image.has_transparency_data else "L")
    image = _pad(image, layout.canvas)
    if stamp is not None:
        image = overlaid(image, stamp, greyscale=variant.greyscale)
    transparency = FORMATS[variant.format].transparency
    if variant.background_colour or transparency is Transparency.NONE:
        image = _flatten(image, variant.background_colour or background_colour)
    is_on_or_off = transparency is Transparency.ON_OR_OFF
    return _hard_edged(image, background_colour) if is_on_or_off else image


def _scale(image: Image.Image, layout: Layout, of: Size) -> Image.Image:
    """Crop and scale with Lanczos; Pillow does it with alpha premultiplied, so hidden colours stay
    so. The crop is of an image of size `of`.
    """
    if layout.crop == (0, 0, *image.size) and layout.size == image.size:
        return image
    across, down = image.width / of[0], image.height / of[1]
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
    """Sharpen what is opaque for two pixels around, so that hidden colours do not shine through."""
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
    """Put the image in the middle of a transparent canvas."""
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
    """Put half-transparent edges on the background; a GIF has pixels or has none."""
    if image.mode not in ("LA", "RGBA"):
        return image
    hard = _flatten(image, background_colour)
    hard.putalpha(image.getchannel("A"))
    return hard
