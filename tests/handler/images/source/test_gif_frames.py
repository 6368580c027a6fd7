"""Frames of GIFs are composed as browsers compose them.

Expected pixels are from the specification, or from libvips, whose libnsgif has its own compositor.
"""

import random

import pytest
from PIL import Image

from handler.images.source.decode import decode
from tests.handler.images.libvips import moving
from tests.handler.images.source.animations import (
    Colour,
    GifFrame,
    animation_of,
    gif,
    read,
    repeated,
)
from tests.handler.pictures import BLACK, BLUE, GREEN, RED, WHITE

TABLE = (BLACK, RED, GREEN, BLUE)
"""Colour 0 is transparent in the frames below."""
CLEAR = (0, 0, 0, 0)


def shown(image: Image.Image) -> list[Colour]:
    """Return the pixels with alpha; all that are transparent are equal."""
    pixels = image.convert("RGBA")
    data = pixels.tobytes()
    colours = [tuple(data[at : at + 4]) for at in range(0, len(data), 4)]
    return [colour if colour[3] else CLEAR for colour in colours]


def opaque(*colours: Colour) -> list[Colour]:
    return [(*colour, 255) if len(colour) == 3 else colour for colour in colours]


def dot(index: int, at: int, **options: int | bool) -> GifFrame:
    return GifFrame(rows=[[index]], at=(at, 0), transparent=0, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", range(60))
def test_generated_animations_look_like_those_of_libvips(seed: int) -> None:
    data = generated(random.Random(seed))  # noqa: S311 - no secret
    ours, theirs = animation_of(data), moving(data)
    assert ours.durations_ms == tuple(theirs.durations_ms)
    assert ours.loop_count == theirs.loop_count
    assert list(map(shown, ours.frames)) == list(map(shown, theirs.frames))


@pytest.mark.parametrize("seed", range(20))
def test_the_still_is_the_first_frame_on_its_canvas(seed: int) -> None:
    data = generated(random.Random(seed))  # noqa: S311 - no secret
    image = decode(data, 1_000_000)
    assert shown(image.pixels) == shown(moving(data).frames[0])


def generated(chance: random.Random) -> bytes:
    """Write frames with random rectangles, which may exceed the canvas, and random everything."""
    size = chance.randint(3, 40), chance.randint(3, 40)
    table = generated_table(chance) if chance.random() < 0.8 else None
    frames = [
        generated_frame(chance, size, table, is_first=index == 0)
        for index in range(chance.randint(2, 7))
    ]
    loop = repeated(chance.choice([0, 1, 7, 65_535])) if chance.random() < 0.7 else b""
    return gif(size, frames, table=table, before=loop)


def generated_table(chance: random.Random) -> list[Colour]:
    colours = 2 ** chance.randint(1, 8)
    return [tuple(chance.randbytes(3)) for _ in range(colours)]


def generated_frame(
    chance: random.Random,
    size: tuple[int, int],
    table: list[Colour] | None,
    *,
    is_first: bool,
) -> GifFrame:
    left, upper = chance.randrange(size[0]), chance.randrange(size[1])
    beyond = 0 if is_first else 4
    width = chance.randint(1, size[0] - left + beyond)
    height = chance.randint(1, size[1] - upper + beyond)
    local = generated_table(chance) if table is None or chance.random() < 0.4 else None
    colours = len(local or table or ())
    disposal = chance.choice([0, 1, 2, 3, 4, 5, 7])
    # libnsgif clears opaque frames to the background colour, browsers to transparency; libvips has
    # no alpha without a transparent frame
    is_transparent = is_first or disposal == 2 or chance.random() < 0.7
    # libnsgif interlaces what is left of a clipped frame
    is_whole = upper + height <= size[1]
    return GifFrame(
        rows=[[chance.randrange(colours) for _ in range(width)] for _ in range(height)],
        at=(left, upper),
        table=local,
        transparent=chance.randrange(colours) if is_transparent else None,
        disposal=disposal,
        hundredths=chance.choice([3, 10, 700]),
        is_interlaced=is_whole and chance.random() < 0.3,
    )


def test_an_opaque_frame_is_cleared_to_transparency() -> None:
    """Browsers ignore the background colour; libnsgif does only for transparent frames."""
    first = GifFrame(rows=[[1, 1]], disposal=2)
    animation = animation_of(gif((2, 1), [first, dot(2, 0)], table=TABLE))
    assert shown(animation.frames[1]) == opaque(GREEN, CLEAR)


@pytest.mark.parametrize("disposal", [2, 3, 4])
def test_what_the_first_frame_covers_becomes_transparent(disposal: int) -> None:
    frames = [dot(1, 0, disposal=disposal), dot(2, 1)]
    animation = animation_of(gif((2, 1), frames, table=TABLE))
    assert list(map(shown, animation.frames)) == [opaque(RED, CLEAR), opaque(CLEAR, GREEN)]


@pytest.mark.parametrize("disposal", [0, 1, 5, 6, 7])
def test_other_disposals_keep_the_frame(disposal: int) -> None:
    """Disposal 0 does not repeat the one before it."""
    frames = [dot(1, 0, disposal=2), dot(2, 1, disposal=disposal), dot(3, 0)]
    animation = animation_of(gif((2, 1), frames, table=TABLE))
    assert shown(animation.frames[2]) == opaque(BLUE, GREEN)


def test_the_previous_canvas_is_that_before_the_frame() -> None:
    frames = [dot(1, 0), dot(2, 0, disposal=3), dot(3, 0, disposal=3), dot(2, 1)]
    animation = animation_of(gif((2, 1), frames, table=TABLE))
    assert shown(animation.frames[3]) == opaque(RED, GREEN)


def test_a_frame_beyond_the_canvas_is_clipped() -> None:
    wide = GifFrame(rows=[[2, 3, 3], [3, 3, 3]], at=(1, 0), disposal=2)
    frames = [GifFrame(rows=[[1, 1]]), wide, dot(2, 900), dot(3, 0)]
    image = read(gif((2, 1), frames, table=TABLE))
    assert image.animation is not None
    assert (image.width, image.height, image.frames) == (2, 1, 4)
    assert list(map(shown, image.animation.frames)) == [
        opaque(RED, RED),
        opaque(RED, GREEN),
        opaque(RED, CLEAR),
        opaque(BLUE, CLEAR),
    ]


def test_a_clipped_frame_is_interlaced_by_its_own_height() -> None:
    rows = [[1], [2], [3], [1], [2], [3], [1], [2], [3]]
    frames = [GifFrame(rows=[[0]] * 4), GifFrame(rows=rows, is_interlaced=True)]
    animation = animation_of(gif((1, 4), frames, table=TABLE))
    assert shown(animation.frames[1]) == opaque(RED, GREEN, BLUE, RED)


def test_the_first_frame_can_enlarge_the_canvas() -> None:
    first = GifFrame(rows=[[1, 1], [1, 1]], at=(1, 0))
    image = read(gif((2, 1), [first, dot(2, 0)], table=TABLE))
    assert (image.width, image.height) == (3, 2)
    assert shown(image.pixels) == opaque(CLEAR, RED, RED, CLEAR, RED, RED)


def test_a_still_smaller_than_its_canvas_is_transparent_around_it() -> None:
    image = read(gif((2, 1), [GifFrame(rows=[[1]], at=(1, 0))], table=TABLE))
    assert (image.frames, image.animation) == (1, None)
    assert shown(image.pixels) == opaque(CLEAR, RED)


def test_a_frame_without_pixels_only_takes_time() -> None:
    empty = GifFrame(rows=[], hundredths=30)
    frames = [dot(1, 0), empty, dot(2, 1)]
    animation = animation_of(gif((2, 1), frames, table=TABLE))
    assert animation.durations_ms == (100, 300, 100)
    assert shown(animation.frames[1]) == opaque(RED, CLEAR)
    first = animation_of(gif((2, 1), [empty, dot(1, 0)], table=TABLE))
    assert list(map(shown, first.frames)) == [opaque(CLEAR, CLEAR), opaque(RED, CLEAR)]


def test_without_any_colour_table_colours_are_black_and_white() -> None:
    """As the specification recommends in section 19, and libnsgif does."""
    frames = [GifFrame(rows=[[0, 1]]), GifFrame(rows=[[1, 0]])]
    animation = animation_of(gif((2, 1), frames, table=None))
    assert list(map(shown, animation.frames)) == [opaque(BLACK, WHITE), opaque(WHITE, BLACK)]


def test_opaque_animations_have_no_alpha() -> None:
    frames = [GifFrame(rows=[[1, 1]]), GifFrame(rows=[[0, 2]], transparent=0)]
    animation = animation_of(gif((2, 1), frames, table=TABLE))
    assert {frame.mode for frame in animation.frames} == {"RGB"}


@pytest.mark.parametrize(
    ("before", "between", "after", "plays"),
    [
        (b"", repeated(3), b"", 4),
        (b"", b"", repeated(0), 0),
        (repeated(2, b"ANIMEXTS1.0"), b"", b"", 3),
        (repeated(5), repeated(9), b"", 10),
        (b"!\xfe\x03abc\0" + repeated(4), b"", b"", 5),
        (repeated(4, b"NETSCAPE9.9"), b"", b"", 1),
        (b"!\xff\x0bNETSCAPE2.0\0", b"", b"", 1),
    ],
)
def test_the_loop_count_is_read_wherever_it_is(
    before: bytes, between: bytes, after: bytes, plays: int
) -> None:
    data = gif(
        (2, 1), [dot(1, 0), dot(2, 1)], table=TABLE, before=before, between=between, after=after
    )
    assert animation_of(data).loop_count == plays


@pytest.mark.parametrize("trailer", [b"", b";garbage, which starts no frame", b"\0\0\0;", b"?,;"])
def test_the_animation_ends_where_no_block_follows(trailer: bytes) -> None:
    data = gif((2, 1), [dot(1, 0), dot(2, 1)], table=TABLE, trailer=trailer)
    image = read(data)
    assert image.frames == 2
    assert "damaged" not in image.details
