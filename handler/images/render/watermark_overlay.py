"""Lays watermarks over pictures. Pure: the same picture and watermark give the same pixels."""

from collections.abc import Mapping
from dataclasses import dataclass

from PIL import Image, ImageColor, ImageDraw, ImageFont

from handler.images.render.geometry import Size
from handler.images.variants.watermark import Watermark

Marks = Mapping[str, Image.Image]
"""Images of watermarks by their content, in mode RGBA."""

_MEASURED_POINTS = 100.0
"""At which a text is measured; its width grows in proportion."""
_MIN_POINTS = 4.0
_OUTLINE_SHARE = 0.05
"""Of the height of the letters. It is black or white, so that the text is read on any picture."""
_DARK_LUMA = 140


@dataclass(frozen=True, kw_only=True)
class WatermarkOverlay:
    """A watermark, ready to be laid over pictures of one size.

    Attributes:
        mark: Mode RGBA.
        left: Where it is, in pixels, as is `upper`.
        step: How far apart repetitions are, across and down; None for no repetition.
    """

    mark: Image.Image
    left: int
    upper: int
    step: Size | None = None


def overlay_of(watermark: Watermark, size: Size, marks: Marks) -> WatermarkOverlay:
    """Return what is laid over pictures of that size.

    Args:
        watermark: What was asked for.
        size: Of the pictures, in pixels.
        marks: Where its image is found.
    """
    margin = round(min(size) * watermark.margin_percent / 100)
    mark = _faded(_mark(size, margin, watermark, marks), watermark.opacity_percent)
    across, down = watermark.position.place
    return WatermarkOverlay(
        mark=mark,
        left=max(0, margin + round((size[0] - 2 * margin - mark.width) * across)),
        upper=max(0, margin + round((size[1] - 2 * margin - mark.height) * down)),
        step=_step(mark, margin) if watermark.tiled else None,
    )


def overlaid(image: Image.Image, stamp: WatermarkOverlay, *, greyscale: bool) -> Image.Image:
    """Return a copy of the picture with a watermark.

    Args:
        image: Mode L, LA, RGB or RGBA.
        stamp: Made for its size.
        greyscale: Whether the picture stays without colours.
    """
    has_alpha = image.mode in ("LA", "RGBA")
    mode = "RGBA" if has_alpha else "RGB"
    result = image.copy() if image.mode == mode else image.convert(mode)
    if stamp.step is None:
        _lay(result, stamp.mark, stamp.left, stamp.upper)
    else:
        across, down = stamp.step
        row = Image.new("RGBA", (image.width, stamp.mark.height))
        for x in range(stamp.left % across - across, image.width, across):
            row.paste(stamp.mark, (x, 0))
        for y in range(stamp.upper % down - down, image.height, down):
            _lay(result, row, 0, y)
    if greyscale:
        return result.convert("LA" if has_alpha else "L")
    return result


def _lay(picture: Image.Image, mark: Image.Image, left: int, upper: int) -> None:
    """Lay what is within the picture over it."""
    hidden = max(0, -upper)
    if hidden >= mark.height:
        return
    visible = mark.crop((0, hidden, mark.width, mark.height))
    place = (left, upper + hidden)
    if picture.mode == "RGBA":
        picture.alpha_composite(visible, place)
    else:
        picture.paste(visible, place, visible)


def _step(mark: Image.Image, margin: int) -> Size:
    return mark.width + max(1, margin), mark.height + max(1, margin)


def _mark(size: Size, margin: int, watermark: Watermark, marks: Marks) -> Image.Image:
    """Return the watermark itself, as large as it shall be and no larger than fits."""
    width = max(1, round(size[0] * watermark.scale_percent / 100))
    width = min(width, max(1, size[0] - 2 * margin))
    height = max(1, size[1] - 2 * margin)
    if watermark.text is not None:
        return _within(_written(watermark.text, watermark.colour, width), (width, height))
    return _within(marks[watermark.content or ""], (width, height), enlarge=True)


def _within(mark: Image.Image, box: Size, *, enlarge: bool = False) -> Image.Image:
    share = min(box[0] / mark.width, box[1] / mark.height)
    if share == 1 or (share > 1 and not enlarge):
        return mark
    size = max(1, round(mark.width * share)), max(1, round(mark.height * share))
    return mark.resize(  # pyright: ignore[reportUnknownMemberType] # names numpy types
        size, Image.Resampling.LANCZOS
    )


def _written(text: str, colour: str, width: int) -> Image.Image:
    """Return the text, about as wide as asked for, with an outline."""
    measured = _font(_MEASURED_POINTS).getlength(text) * (1 + _OUTLINE_SHARE)
    points = max(_MIN_POINTS, _MEASURED_POINTS * width / max(1.0, measured))
    font, outline = _font(points), max(1, round(points * _OUTLINE_SHARE))
    left, upper, right, lower = font.getbbox(text, stroke_width=outline)
    size = max(1, round(right - left)), max(1, round(lower - upper))
    red, green, blue = ImageColor.getrgb(colour)[:3]
    is_light = 0.299 * red + 0.587 * green + 0.114 * blue >= _DARK_LUMA
    around = (0, 0, 0) if is_light else (255, 255, 255)
    mark = Image.new("RGBA", size, (*around, 0))
    ImageDraw.Draw(mark).text(
        (-left, -upper),
        text,
        font=font,
        fill=(red, green, blue, 255),
        stroke_width=outline,
        stroke_fill=(*around, 255),
    )
    return mark


def _font(points: float) -> ImageFont.FreeTypeFont:
    """Return the font that comes with Pillow, which scales."""
    font = ImageFont.load_default(points)
    if not isinstance(font, ImageFont.FreeTypeFont):
        raise RuntimeError("Pillow was built without FreeType, which writes texts")
    return font


def _faded(mark: Image.Image, opacity_percent: int) -> Image.Image:
    if opacity_percent == 100:
        return mark
    faded = mark.copy()
    faded.putalpha(
        mark.getchannel("A").point(  # pyright: ignore[reportUnknownMemberType] # names numpy types
            [round(value * opacity_percent / 100) for value in range(256)]
        )
    )
    return faded
