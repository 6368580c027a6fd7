"""Frames in the 256 colours of a GIF, one of which stands for transparent."""

from collections.abc import Sequence

from PIL import Image, ImageChops

from handler.images.render.encode_errors import call_encoder

TRANSPARENT = 255
"""Number of the colour that is none: for what is transparent, or stays as in the frame before."""

_OPAQUE_COLOURS = 255
_BYTES = 3 * 256

_SAMPLE_PIXELS = 1_000_000
"""Of all frames together, to choose the colours from."""

_HALF = 128


def quantize(frames: Sequence[Image.Image]) -> list[Image.Image]:
    """Return the frames in mode P, with `TRANSPARENT` where alpha is below a half.

    Each has a palette of 256 colours and makes use of 255.

    Frames that have few colours keep them. The others share one palette, chosen by median cut from
    all of them, so that nothing flickers, and are dithered by Floyd and Steinberg's method.

    Args:
        frames: Of one size and mode: L, LA, RGB or RGBA.
    """
    opaque = [_without_alpha(frame) for frame in frames]
    if all(frame.getcolors(_OPAQUE_COLOURS) is not None for frame in opaque):
        coloured = [_reduced(frame) for frame in opaque]
    else:
        palette = _reduced(_sample(opaque))
        coloured = [
            frame.quantize(palette=palette, dither=Image.Dither.FLOYDSTEINBERG) for frame in opaque
        ]
    for frame in coloured:
        frame.putpalette(bytes(frame.getpalette() or []).ljust(_BYTES, b"\0")[:_BYTES])
    if frames[0].mode in ("LA", "RGBA"):
        for frame, source in zip(coloured, frames, strict=True):
            _make_transparent(frame, ImageChops.invert(_mask(source)))
    return coloured


def _reduced(image: Image.Image) -> Image.Image:
    """Return the image in the colours that median cut finds for it."""
    pixels = image.width * image.height
    return call_encoder(pixels, image.quantize, _OPAQUE_COLOURS, Image.Quantize.MEDIANCUT)


def _mask(image: Image.Image) -> Image.Image:
    return image.getchannel("A").point(  # pyright: ignore[reportUnknownMemberType] # names numpy types
        [0] * _HALF + [255] * (256 - _HALF)
    )


def _without_alpha(image: Image.Image) -> Image.Image:
    """Return the colours; black where they are not seen, so that they count as one."""
    if image.mode not in ("LA", "RGBA"):
        return image.convert("RGB")
    seen = Image.new("RGB", image.size)
    seen.paste(image.convert("RGB"), mask=_mask(image))
    return seen


def _sample(frames: Sequence[Image.Image]) -> Image.Image:
    """Return all frames under one another, as small as a sample may be."""
    width, height = frames[0].size
    share = min(1, (_SAMPLE_PIXELS / (width * height * len(frames))) ** 0.5)
    size = max(1, int(width * share)), max(1, int(height * share))
    sheet = Image.new("RGB", (size[0], size[1] * len(frames)))
    for index, frame in enumerate(frames):
        small = frame.resize(  # pyright: ignore[reportUnknownMemberType] # names numpy types
            size, Image.Resampling.NEAREST
        )
        sheet.paste(small, (0, index * size[1]))
    return sheet


def _make_transparent(image: Image.Image, mask: Image.Image) -> None:
    image.paste(TRANSPARENT, mask=mask)
    image.info["transparency"] = TRANSPARENT
