"""Frames of APNGs are composed by the specification: libvips does not decode them.

https://www.w3.org/TR/png-3/#apng-frame-based-animation
"""

import random
import struct
from collections.abc import Iterator, Sequence

import pytest
from PIL import Image

from tests.handler.images.source.animations import (
    Colour,
    PngFrame,
    PngKind,
    animation_of,
    apng,
    png_chunk,
    read,
)
from tests.handler.pictures import BLUE, GREEN, RED

RGBA = PngKind(colour_type=6)
NONE, BACKGROUND, PREVIOUS = 0, 1, 2
SOURCE, OVER = 0, 1
CLEAR = (0, 0, 0, 0)


def shown(image: Image.Image) -> list[list[Colour]]:
    """Return the pixels with alpha, by row."""
    pixels, width = image.convert("RGBA").tobytes(), image.width
    colours = [tuple(pixels[at : at + 4]) for at in range(0, len(pixels), 4)]
    return [colours[at : at + width] for at in range(0, len(colours), width)]


def opaque(*colours: Colour) -> list[list[Colour]]:
    return [[(*colour, 255) if len(colour) == 3 else colour for colour in colours]]


def dot(colour: Colour, at: int, dispose: int = NONE, blend: int = SOURCE) -> PngFrame:
    return PngFrame(rows=opaque(colour), at=(at, 0), dispose=dispose, blend=blend)


def reference(
    size: tuple[int, int], frames: Sequence[PngFrame], to_rgba: dict[Colour, Colour]
) -> Iterator[list[list[tuple[float, ...]]]]:
    """Yield the output buffer after each frame, by the specification's rules in their order."""
    width, height = size
    output: list[list[tuple[float, ...]]] = [[CLEAR] * width for _ in range(height)]
    for index, frame in enumerate(frames):
        before = [list(row) for row in output]
        for y, row in enumerate(frame.rows, start=frame.at[1]):
            for x, stored in enumerate(row, start=frame.at[0]):
                pixel = to_rgba[stored]
                output[y][x] = over(pixel, output[y][x]) if frame.blend == OVER else pixel
        yield [list(row) for row in output]
        # the specification: previous becomes background for the first frame
        dispose = BACKGROUND if index == 0 and frame.dispose == PREVIOUS else frame.dispose
        for y, row in enumerate(frame.rows, start=frame.at[1]):
            for x in range(frame.at[0], frame.at[0] + len(row)):
                if dispose != NONE:
                    output[y][x] = CLEAR if dispose == BACKGROUND else before[y][x]


def over(front: Sequence[float], back: Sequence[float]) -> tuple[float, ...]:
    """Return a pixel over another, neither premultiplied: https://www.w3.org/TR/png-3/#13Alpha."""
    opacity, behind = front[3] / 255, back[3] / 255 * (1 - front[3] / 255)
    whole = opacity + behind
    if not whole:
        return CLEAR
    mixed = (
        (one * opacity + other * behind) / whole
        for one, other in zip(front[:3], back[:3], strict=True)
    )
    return (*mixed, 255 * whole)


def assert_close(ours: Image.Image, theirs: list[list[tuple[float, ...]]], tolerance: int) -> None:
    """Compare premultiplied, as the colour of a nearly transparent pixel is not seen."""
    for row, expected in zip(shown(ours), theirs, strict=True):
        for pixel, wanted in zip(row, expected, strict=True):
            assert abs(pixel[3] - wanted[3]) <= tolerance
            for one, other in zip(pixel[:3], wanted[:3], strict=True):
                assert abs(one * pixel[3] - other * wanted[3]) <= 255 * tolerance


KINDS = [
    *((0, bits) for bits in (1, 2, 4, 8, 16)),
    *((3, bits) for bits in (1, 2, 4, 8)),
    *((colour_type, bits) for colour_type in (2, 4, 6) for bits in (8, 16)),
]
"""Colour types and bits per sample: https://www.w3.org/TR/png-3/#table111"""


@pytest.mark.parametrize("seed", range(60))
def test_generated_animations_look_as_the_specification_says(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - no secret
    kind, to_rgba = generated_kind(chance, *KINDS[seed % len(KINDS)])
    size = chance.randint(2, 12), chance.randint(2, 12)
    frames = [generated_frame(chance, size, list(to_rgba), index) for index in range(6)]
    animation = animation_of(apng(kind, frames))
    expected = list(reference(size, frames, to_rgba))
    assert len(animation.frames) == len(expected)
    for ours, theirs in zip(animation.frames, expected, strict=True):
        assert_close(ours, theirs, tolerance=2)  # each frame is rounded


def generated_kind(
    chance: random.Random, colour_type: int, bits: int
) -> tuple[PngKind, dict[Colour, Colour]]:
    """Return a kind of PNG, and what some of its pixels are in RGBA."""
    samples = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour_type]
    highest = 2**bits - 1
    # 16-bit samples have equal bytes, so that all ways of rounding agree
    step = 257 if bits == 16 else 1
    values = {
        tuple(step * chance.randint(0, highest // step) for _ in range(samples)) for _ in range(9)
    }
    chunks: list[tuple[bytes, bytes]] = []
    transparent = chance.choice(sorted(values)) if colour_type in (0, 2) else None
    palette = [chance.randbytes(3) for _ in range(2**bits)] if colour_type == 3 else []
    alphas = bytes(chance.choice([0, 90, 255]) for _ in palette)
    if palette:
        chunks = [(b"PLTE", b"".join(palette)), (b"tRNS", alphas)]
    elif transparent:
        chunks = [(b"tRNS", struct.pack(f">{samples}H", *transparent))]

    def rgba(value: Colour) -> Colour:
        if palette:
            return (*palette[value[0]], alphas[value[0]])
        wide = [255 * sample // highest for sample in value]
        alpha = wide.pop() if colour_type in (4, 6) else 0 if value == transparent else 255
        return (*(wide if len(wide) == 3 else 3 * wide), alpha)

    kind = PngKind(
        colour_type=colour_type, bits=bits, is_interlaced=chance.random() < 0.3, chunks=chunks
    )
    return kind, {value: rgba(value) for value in sorted(values)}


def generated_frame(
    chance: random.Random, size: tuple[int, int], values: Sequence[Colour], index: int
) -> PngFrame:
    left, upper = (chance.randrange(size[0]), chance.randrange(size[1])) if index else (0, 0)
    width = chance.randint(1, size[0] - left) if index else size[0]
    height = chance.randint(1, size[1] - upper) if index else size[1]
    return PngFrame(
        rows=[[chance.choice(values) for _ in range(width)] for _ in range(height)],
        at=(left, upper),
        dispose=chance.randrange(3),
        blend=chance.randrange(2),
    )


@pytest.mark.parametrize(
    ("frames", "expected"),
    [
        # the frame before is cleared, and what follows is not restored to what was cleared
        (
            [dot(RED, 0), dot(GREEN, 0, BACKGROUND), dot(BLUE, 0, PREVIOUS, OVER), dot(RED, 1)],
            opaque(CLEAR, RED),
        ),
        # restored to the canvas before the frame, not to the one before that
        (
            [dot(RED, 0), dot(GREEN, 0), dot(BLUE, 0, PREVIOUS), dot(BLUE, 1)],
            opaque(GREEN, BLUE),
        ),
        # twice restored
        (
            [dot(RED, 0), dot(GREEN, 0, PREVIOUS), dot(BLUE, 1, PREVIOUS), dot(CLEAR, 1)],
            opaque(RED, CLEAR),
        ),
        # transparent pixels replace, or let the canvas through
        ([dot(RED, 0), dot(CLEAR, 0, NONE, SOURCE)], opaque(CLEAR, BLUE)),
        ([dot(RED, 0), dot(CLEAR, 0, NONE, OVER)], opaque(RED, BLUE)),
        # half of green over opaque red
        ([dot(RED, 0), dot((0, 255, 0, 128), 0, NONE, OVER)], opaque((127, 128, 0), BLUE)),
    ],
)
def test_disposal_and_blending_by_hand(
    frames: Sequence[PngFrame], expected: list[list[Colour]]
) -> None:
    first = PngFrame(rows=opaque(CLEAR, BLUE))
    animation = animation_of(apng(RGBA, [first, *frames]))
    assert shown(animation.frames[-1]) == expected


@pytest.mark.parametrize("dispose", [BACKGROUND, PREVIOUS])
def test_what_the_first_frame_covers_becomes_transparent(dispose: int) -> None:
    first = PngFrame(rows=opaque(RED, RED), dispose=dispose, blend=OVER)
    animation = animation_of(apng(RGBA, [first, dot(GREEN, 1)]))
    assert shown(animation.frames[1]) == opaque(CLEAR, GREEN)


def test_the_first_frame_outside_of_the_default_image_can_be_small() -> None:
    data = apng(RGBA, [dot(RED, 1), dot(GREEN, 0)], default=opaque(BLUE, BLUE))
    image = read(data)
    assert shown(image.pixels) == opaque(BLUE, BLUE)
    assert image.animation is not None
    assert list(map(shown, image.animation.frames)) == [opaque(CLEAR, RED), opaque(GREEN, RED)]


@pytest.mark.parametrize("declared", [1, 2, 9, 2**31 - 1])
def test_the_number_of_frames_in_the_header_is_not_needed(declared: int) -> None:
    frames = [PngFrame(rows=opaque(RED)), dot(GREEN, 0), dot(BLUE, 0)]
    image = read(apng(RGBA, frames, declared=declared))
    assert image.frames == 3
    assert image.animation is not None
    assert list(map(shown, image.animation.frames)) == [opaque(RED), opaque(GREEN), opaque(BLUE)]
    assert "damaged" not in image.details


def test_durations_are_fractions_of_seconds() -> None:
    delays = [(1, 3), (7, 0), (0, 5), (65_535, 1)]
    frames = [PngFrame(rows=opaque(RED), delay=delay) for delay in delays]
    assert animation_of(apng(RGBA, frames)).durations_ms == (333, 70, 0, 65_535_000)


@pytest.mark.parametrize(
    "control",
    [
        struct.pack(">II", 0, 0),  # no frames
        struct.pack(">II", 2**31, 0),
        b"\0\0\0\2",
        struct.pack(">III", 2, 0, 0),
    ],
)
def test_an_invalid_header_of_an_animation_leaves_a_still(control: bytes) -> None:
    data = apng(RGBA, [PngFrame(rows=opaque(RED)), dot(GREEN, 0)])
    valid = png_chunk(b"acTL", struct.pack(">II", 2, 0))
    assert valid in data
    image = read(data.replace(valid, png_chunk(b"acTL", control)))
    assert (image.frames, image.animation) == (1, None)
    assert shown(image.pixels) == opaque(RED)


def test_two_headers_of_an_animation_leave_a_still() -> None:
    valid = png_chunk(b"acTL", struct.pack(">II", 2, 0))
    data = apng(RGBA, [PngFrame(rows=opaque(RED)), dot(GREEN, 0)]).replace(valid, valid * 2)
    assert (read(data).frames, shown(read(data).pixels)) == (1, opaque(RED))
