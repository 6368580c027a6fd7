"""What a picture looks like at a glance: colours, a placeholder, and a hash that finds copies."""

import base64
import math
from collections.abc import Iterator, Sequence
from typing import cast

from PIL import Image

from handler.images.render.encode_errors import call_encoder

_GLANCE_PIXELS = 128
_COUNTED_PIXELS = 64
_PLACEHOLDER_PIXELS = 32
"""ThumbHash takes up to 100 pixels, but has at most seven waves a side, and costs time by area."""
_COLOURS = 5
_MIN_OPACITY = 128

Pixel = tuple[int, int, int, int]


def downsample(pixels: Image.Image) -> Image.Image:
    """Return at most 128 pixels a side, of which all of this can be told as well as of millions."""
    return _within(pixels, _GLANCE_PIXELS)


def average_colour(pixels: Image.Image) -> str | None:
    """Return the mean of what is not transparent as `#rrggbb`; None if all is."""
    red, green, blue, alpha = _pixels(_shrunk(pixels, (1, 1), Image.Resampling.BOX))[0]
    return _hex((red, green, blue)) if alpha else None


def dominant_colours(pixels: Image.Image) -> list[str]:
    """Return up to five colours by median cut, the most frequent first; of what is opaque."""
    seen = [
        (red, green, blue)
        for red, green, blue, alpha in _pixels(_within(pixels, _COUNTED_PIXELS))
        if alpha >= _MIN_OPACITY
    ]
    if not seen:
        return []
    strip = Image.frombytes("RGB", (len(seen), 1), bytes(sample for rgb in seen for sample in rgb))
    reduced = call_encoder(len(seen), strip.quantize, _COLOURS, Image.Quantize.MEDIANCUT)
    counted = cast("list[tuple[int, int]]", reduced.getcolors() or [])
    palette = reduced.getpalette("RGB") or []
    return [
        _hex(palette[3 * index : 3 * index + 3])
        for _, index in sorted(counted, key=lambda of: (-of[0], of[1]))
    ]


def difference_hash(pixels: Image.Image) -> str:
    """Return 64 bits as hex: whether each of 8 x 8 cells is darker than its right neighbour.

    Copies differ in few bits, up to about 10, however they were scaled and compressed:
    https://www.hackerfactor.com/blog/index.php?/archives/529-Kind-of-Like-That.html
    """
    grey = _shrunk(pixels.convert("L"), (9, 8), Image.Resampling.LANCZOS).tobytes()
    bits = 0
    for row in range(8):
        for left in range(8):
            bits = bits << 1 | (grey[9 * row + left + 1] > grey[9 * row + left])
    return f"{bits:016x}"


def thumbhash(pixels: Image.Image) -> str:
    """Return a placeholder of some 25 bytes, as Base64: https://evanw.github.io/thumbhash/"""
    small = _within(pixels, _PLACEHOLDER_PIXELS)
    return base64.b64encode(bytes(_thumbhash_bytes(small.size, _pixels(small)))).decode()


def _thumbhash_bytes(size: tuple[int, int], pixels: Sequence[Pixel]) -> Iterator[int]:
    width, height = size
    has_alpha = any(alpha < 255 for *_, alpha in pixels)
    luma, yellow_blue, red_green, alpha = _channels(pixels)
    most = 5 if has_alpha else 7
    across = max(1, _rounded(most * width / max(size)))
    down = max(1, _rounded(most * height / max(size)))
    l_mean, l_waves, l_scale = _waves(luma, size, max(3, across), max(3, down))
    p_mean, p_waves, p_scale = _waves(yellow_blue, size, 3, 3)
    q_mean, q_waves, q_scale = _waves(red_green, size, 3, 3)
    is_landscape = width > height
    head = (
        _rounded(63 * l_mean)
        | _rounded(31.5 + 31.5 * p_mean) << 6
        | _rounded(31.5 + 31.5 * q_mean) << 12
        | _rounded(31 * l_scale) << 18
        | has_alpha << 23
    )
    tail = (
        (down if is_landscape else across)
        | _rounded(63 * p_scale) << 3
        | _rounded(63 * q_scale) << 9
        | is_landscape << 15
    )
    yield from head.to_bytes(3, "little")
    yield from tail.to_bytes(2, "little")
    waves = [*l_waves, *p_waves, *q_waves]
    if has_alpha:
        a_mean, a_waves, a_scale = _waves(alpha, size, 5, 5)
        yield _rounded(15 * a_mean) | _rounded(15 * a_scale) << 4
        waves += a_waves
    nibbles = [_rounded(15 * wave) for wave in waves]
    nibbles += [0] * (len(nibbles) % 2)
    yield from (low | high << 4 for low, high in zip(nibbles[::2], nibbles[1::2], strict=True))


def _channels(pixels: Sequence[Pixel]) -> tuple[list[float], ...]:
    """Return luma, yellow against blue, red against green, and alpha, over the mean colour."""
    opacity = sum(alpha / 255 for *_, alpha in pixels)
    mean = [
        sum(pixel[band] * pixel[3] for pixel in pixels) / 255 / 255 / (opacity or 1)
        for band in range(3)
    ]
    opaque = [alpha / 255 for *_, alpha in pixels]
    red, green, blue = (
        [
            average * (1 - here) + here * pixel[band] / 255
            for pixel, here in zip(pixels, opaque, strict=True)
        ]
        for band, average in enumerate(mean)
    )
    samples = list(zip(red, green, blue, strict=True))
    return (
        [(r + g + b) / 3 for r, g, b in samples],
        [(r + g) / 2 - b for r, g, b in samples],
        [r - g for r, g, _ in samples],
        opaque,
    )


def _waves(
    channel: Sequence[float], size: tuple[int, int], across: int, down: int
) -> tuple[float, list[float], float]:
    """Return the mean, the cosine waves of the triangle of low frequencies, and their scale."""
    width, height = size
    found: list[float] = []
    for cy in range(down):
        columns = [math.cos(math.pi / height * cy * (y + 0.5)) for y in range(height)]
        # Rows are summed once for all waves of this height.
        folded = [
            sum(channel[x + y * width] * columns[y] for y in range(height)) for x in range(width)
        ]
        cx = 0
        while cx * down < across * (down - cy):
            wave = sum(folded[x] * math.cos(math.pi / width * cx * (x + 0.5)) for x in range(width))
            found.append(wave / (width * height))
            cx += 1
    mean, *others = found
    scale = max((abs(wave) for wave in others), default=0.0)
    if scale:
        others = [0.5 + 0.5 / scale * wave for wave in others]
    return mean, others, scale


def _within(pixels: Image.Image, side: int) -> Image.Image:
    scale = min(1, side / max(pixels.size))
    size = max(1, round(pixels.width * scale)), max(1, round(pixels.height * scale))
    return _shrunk(pixels, size, Image.Resampling.BOX)


def _shrunk(pixels: Image.Image, size: tuple[int, int], by: Image.Resampling) -> Image.Image:
    return pixels.resize(size, by)  # pyright: ignore[reportUnknownMemberType] # names numpy types


def _pixels(image: Image.Image) -> list[Pixel]:
    data = image.convert("RGBA").tobytes()
    return [(data[i], data[i + 1], data[i + 2], data[i + 3]) for i in range(0, len(data), 4)]


def _hex(colour: Sequence[int]) -> str:
    return "#" + "".join(f"{sample:02x}" for sample in colour)


def _rounded(value: float) -> int:
    """Round halves up, as ThumbHash's reference in JavaScript does."""
    return math.floor(value + 0.5)
