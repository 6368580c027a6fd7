"""Forms in which a PNG can store the same pixels: without opaque alpha, as grey, by palette."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from PIL import Image, ImageChops

from handler.images.geometry import Size

_CHANNELS: Mapping[str, int] = {"L": 1, "P": 1, "LA": 2, "RGB": 3, "RGBA": 4}
_MOST_COLOURS = 256
_OPAQUE = 255
_STRIP_PIXELS = 262_144
_PAIRS = 65_536

Channels = tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Form:
    """A form of storing an image."""

    image: Image.Image
    """Mode L, LA, RGB or RGBA."""
    mode: str
    """Mode of the file: one of these, or P."""
    palette: Sequence[Channels] = ()
    """Red, green, blue and alpha of each colour; those that are not opaque come first."""
    steps: Sequence[Sequence[int]] = ()
    """Tables from pairs of an index and the value of the next channel to the next index."""

    @property
    def pixel_bytes(self) -> int:
        """Bytes of a pixel."""
        return _CHANNELS[self.mode]

    @property
    def row_bytes(self) -> int:
        """Bytes of a row."""
        return self.image.width * self.pixel_bytes

    def rows(self, top: int, bottom: int) -> bytes:
        """Return rows of pixels; those above the image are zeros."""
        strip = self.image.crop((0, max(0, top), self.image.width, bottom))
        if self.steps:
            strip = _indexed(strip, self.steps)
        elif strip.mode != self.mode:
            strip = strip.convert(self.mode)
        return bytes(self.row_bytes * max(0, -top)) + strip.tobytes()


def reduced(image: Image.Image) -> Image.Image:
    """Return the same pixels in the smallest mode, so that equal pixels make equal files.

    Args:
        image: Mode L, LA, RGB or RGBA.
    """
    mode = _smallest_mode(image)
    return image if mode == image.mode else image.convert(mode)


def forms_of(image: Image.Image) -> Iterator[Form]:
    """Yield the forms that may take the fewest bytes; the first needs no palette.

    Args:
        image: As returned by `reduced`.
    """
    yield Form(image=image, mode=image.mode)
    if image.mode == "L":
        return
    counted = cast("list[tuple[int, Channels]] | None", image.getcolors(_MOST_COLOURS))
    if counted is not None:
        yield _palette_form(image, [colour for _, colour in counted])


def strips(size: Size, strip_pixels: int = _STRIP_PIXELS) -> Iterator[tuple[int, int]]:
    """Yield the first row of each strip of about so many pixels, and the row after its last."""
    step = max(1, strip_pixels // size[0])
    for top in range(0, size[1], step):
        yield top, min(size[1], top + step)


def _smallest_mode(image: Image.Image) -> str:
    mode = image.mode
    if mode.endswith("A") and image.getchannel("A").getextrema() == (_OPAQUE, _OPAQUE):
        mode = mode[:-1]
    if mode.startswith("RGB") and _is_grey(image):
        mode = mode.replace("RGB", "L")
    return mode


def _is_grey(image: Image.Image) -> bool:
    for top, bottom in strips(image.size):
        red, green, blue, *_ = image.crop((0, top, image.width, bottom)).split()
        if (
            ImageChops.difference(red, green).getbbox()
            or ImageChops.difference(green, blue).getbbox()
        ):
            return False
    return True


def _palette_form(image: Image.Image, colours: Sequence[Channels]) -> Form:
    """Return the form with a palette, whose indices are looked up by one channel after another."""
    ordered = sorted(colours, key=lambda colour: (_rgba(colour)[3], colour))
    indices = [colour[0] for colour in ordered]
    steps: list[list[int]] = []
    for channel in range(1, len(ordered[0])):
        pairs = [
            index | colour[channel] << 8 for index, colour in zip(indices, ordered, strict=True)
        ]
        numbers = {pair: number for number, pair in enumerate(dict.fromkeys(pairs))}
        table = [0] * _PAIRS
        for pair, number in numbers.items():
            table[pair] = number
        steps.append(table)
        indices = [numbers[pair] for pair in pairs]
    return Form(image=image, mode="P", palette=[_rgba(each) for each in ordered], steps=steps)


def _rgba(colour: Channels) -> Channels:
    """Return red, green, blue and alpha of the channels of L, LA, RGB or RGBA."""
    alpha = colour[-1] if len(colour) in (2, 4) else _OPAQUE
    shade = colour[:3] if len(colour) > 2 else colour[:1] * 3
    return (*shade, alpha)


def _indexed(strip: Image.Image, steps: Sequence[Sequence[int]]) -> Image.Image:
    indices, *others = strip.split()
    for channel, table in zip(others, steps, strict=True):
        pairs = Image.merge("LA", (indices, channel)).tobytes()
        numbers = Image.frombuffer("I;16", strip.size, pairs, "raw", "I;16", 0, 1).convert("I")
        indices = numbers.point(  # pyright: ignore[reportUnknownMemberType] # names numpy types
            table, "L"
        )
    return indices
