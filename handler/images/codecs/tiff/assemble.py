"""Assembly of 8-bit channels of a TIFF to an image that Pillow has a mode for."""

from collections.abc import Sequence

from PIL import Image, ImageChops

from handler.images.codecs.eight_bits import rounded, without_premultiplication
from handler.images.codecs.tiff.layout import (
    CIELAB,
    COLOUR_SAMPLES,
    ICCLAB,
    UNSIGNED,
    WHITE_IS_ZERO,
    Layout,
)

_SIGN_BIT = 128


def mode_of(layout: Layout) -> str:
    """Return the mode that `assemble` returns."""
    match layout.photometric:
        case 2:
            return "RGB" if layout.alpha is None else "RGBA"
        case 5:
            return "CMYK"
        case 8 | 9:
            return "LAB"
        case _:
            return "L" if layout.alpha is None else "LA"


def assemble(channels: Sequence[Image.Image], layout: Layout) -> Image.Image:
    """Return one image in `mode_of` the layout; extra samples other than alpha are left out.

    Args:
        channels: All samples of a pixel, as `handler.images.codecs.tiff.samples` returns them.
        layout: A layout for which `reads_itself`.
    """
    alpha = None if layout.alpha is None else channels[layout.alpha]
    colours = list(channels[: COLOUR_SAMPLES[layout.photometric]])
    if alpha is not None and layout.is_associated:
        wide = alpha.convert("F")
        colours = [without_premultiplication(each.convert("F"), wide) for each in colours]
    whole = [_eight_bits(each) for each in (*colours, *([] if alpha is None else [alpha]))]
    # libtiff and libvips ignore it where samples have a sign.
    if layout.photometric == WHITE_IS_ZERO and layout.formats[0] == UNSIGNED:
        whole[0] = ImageChops.invert(whole[0])
    if layout.photometric in (CIELAB, ICCLAB):
        return Image.merge("LAB", _lab(whole, layout))
    return whole[0] if len(whole) == 1 else Image.merge(mode_of(layout), whole)


def _eight_bits(channel: Image.Image) -> Image.Image:
    return channel if channel.mode == "L" else rounded(channel)


def _lab(colours: Sequence[Image.Image], layout: Layout) -> list[Image.Image]:
    """Return L*, a* and b* as Pillow has them: 128 is 0 in a* and b*.

    CIELab stores signed a* and b*, as TIFF 6.0 section 23 has it, and ICCLab has an offset.
    """
    lightness, *others = colours
    if layout.photometric == ICCLAB:
        return [lightness, *others]
    sign = Image.new("L", lightness.size, _SIGN_BIT)
    return [lightness, *(ImageChops.add_modulo(each, sign) for each in others)]
