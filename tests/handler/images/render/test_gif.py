"""GIF and APNG outputs keep frames, durations, repetitions and transparency of the upload.

libvips and ImageMagick, each with its own decoder, compose the frames that the handler wrote.
"""

import re
import struct
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageSequence, ImageStat

from handler.images.render.gif import animated_gif, in_hundredths
from handler.images.render.palette import quantize
from handler.images.render.render import render
from handler.images.source.animation import Animation
from handler.images.variants.parsing import parse_variants
from tests.handler.images import libvips
from tests.handler.pictures import BLUE, CYAN, GREEN, RED, YELLOW, Colour, block_colours, blocks
from tests.oracles import IMAGEMAGICK

CLEAR = (0, 0, 0, 0)
FRAMES = (
    [[RED, GREEN, CYAN]],
    [[RED, BLUE, CYAN]],
    [[RED, BLUE, CYAN]],  # the same again
    [[YELLOW, BLUE, RED]],
)
HOLED = (
    [[(*RED, 255), CLEAR]],
    [[CLEAR, (*BLUE, 255)]],
    [[(0, 0, 0, 255), CLEAR]],
    [[CLEAR, CLEAR]],
)


def animation(
    grids: Sequence[Sequence[Sequence[Colour]]], mode: str, loop_count: int = 0
) -> Animation:
    times = (70, 30, 1_000, 20)
    frames = tuple(blocks(rows, mode) for rows in grids)
    return Animation(frames=frames, durations_ms=times, loop_count=loop_count)


def made(moving: Animation, spec: dict[str, object]) -> bytes:
    (variant,) = parse_variants([{"name": "v", **spec}])
    return render(moving.frames[0], variant, "#ffffff", animation=moving).data


def shown(data: bytes, mode: str) -> list[tuple[list[list[Colour]], int]]:
    found: list[tuple[list[list[Colour]], int]] = []
    for frame in ImageSequence.Iterator(Image.open(BytesIO(data))):
        frame.load()
        found.append((block_colours(frame.convert(mode)), round(frame.info["duration"])))
    return found


GIF: dict[str, object] = {"format": "gif"}
APNG: dict[str, object] = {"format": "png", "animated": True}


def test_a_gif_shows_each_frame_for_its_duration() -> None:
    data = made(animation(FRAMES, "RGB"), GIF)
    # Pillow merges an unchanged frame with the next one.
    assert shown(data, "RGB") == [(FRAMES[n], time) for n, time in enumerate((70, 30, 1_000, 20))]


def test_transparent_frames_of_a_gif_do_not_overlap() -> None:
    # hidden pixels are black
    data = made(animation(HOLED, "RGBA"), GIF)
    assert [colours for colours, _ in shown(data, "RGBA")][:3] == list(HOLED[:3])
    assert all(colour[3] == 0 for row in shown(data, "RGBA")[3][0] for colour in row)


def test_an_apng_shows_each_frame_for_its_duration() -> None:
    data = made(animation(HOLED, "RGBA", loop_count=4), APNG)
    image = Image.open(BytesIO(data))
    assert image.info["loop"] == 4
    assert shown(data, "RGBA") == [(HOLED[n], time) for n, time in enumerate((70, 30, 1_000, 20))]


def fraction_seconds(data: bytes) -> Iterator[float]:
    """Yield the times of an APNG's frames: https://www.w3.org/TR/png-3/#fcTL-chunk"""
    for found in re.finditer(rb"fcTL", data):
        numerator, denominator = struct.unpack_from(">HH", data, found.end() + 20)
        yield numerator / denominator


def test_an_apng_can_show_a_frame_for_minutes() -> None:
    frames = animation(FRAMES, "RGB").frames[:2]
    moving = Animation(frames=frames, durations_ms=(100_100, 65_537), loop_count=1)
    assert list(fraction_seconds(made(moving, APNG))) == [100, 66]


@pytest.mark.parametrize("spec", [{"format": "png"}, {"format": "png", "animated": False}])
def test_a_png_is_not_animated_by_default(spec: dict[str, object]) -> None:
    assert getattr(Image.open(BytesIO(made(animation(FRAMES, "RGB"), spec))), "n_frames", 1) == 1


@pytest.mark.parametrize(
    ("loop_count", "block"), [(0, b"\0\0"), (1, None), (2, b"\1\0"), (6, b"\5\0")]
)
def test_a_gif_stores_its_number_of_repetitions(loop_count: int, block: bytes | None) -> None:
    data = made(animation(FRAMES, "RGB", loop_count), GIF)
    _, _, after = data.partition(b"NETSCAPE2.0\x03\x01")
    assert (after[:2] or None) == block


@pytest.mark.parametrize(
    ("milliseconds", "hundredths"),
    [
        ((70, 30, 1_000), [7, 3, 100]),
        ((0, 10, 20), [0, 1, 2]),  # unchanged
        ((33, 33, 33, 33, 33, 33), [3, 4, 3, 3, 3, 4]),  # 200 ms in all, not 180
        ((16, 16, 16, 16), [2, 2, 2, 2]),  # browsers show one hundredth for ten
        ((10**7, 40), [65_535, 4]),
    ],
)
def test_durations_in_hundredths_add_up(
    milliseconds: tuple[int, ...], hundredths: list[int]
) -> None:
    assert list(in_hundredths(milliseconds)) == hundredths


def test_few_colours_are_kept_exactly_in_every_frame() -> None:
    ramps = [
        Image.linear_gradient("L").convert("RGB").crop((0, 0, 9, 254)),
        Image.merge("RGB", [Image.linear_gradient("L")] * 2 + [Image.new("L", (256, 256))]).crop(
            (0, 0, 9, 254)
        ),
    ]
    for ramp, coloured in zip(ramps, quantize(ramps), strict=True):
        assert ImageChops.difference(coloured.convert("RGB"), ramp).getbbox() is None


def test_many_colours_are_dithered_and_look_the_same_from_afar() -> None:
    red, green = Image.linear_gradient("L"), Image.radial_gradient("L")
    many = Image.merge("RGB", (red, green, red.rotate(90)))
    (coloured,) = quantize([many])
    difference = ImageChops.difference(coloured.convert("RGB").reduce(4), many.reduce(4))
    assert max(ImageStat.Stat(difference).mean) < 3
    assert (coloured.getextrema() or (0, 0))[1] != 255  # which stands for transparent


def test_half_transparent_edges_of_a_still_gif_are_blended_with_the_background() -> None:
    pixels = blocks([[(255, 0, 0, 128), (255, 0, 0, 127), (255, 0, 0, 255)]], "RGBA")
    (variant,) = parse_variants([{"name": "v", **GIF}])
    image = Image.open(BytesIO(render(pixels, variant, "#ffffff").data)).convert("RGBA")
    ((soft, hidden, full),) = block_colours(image)
    assert soft == (255, 127, 127, 255)
    assert hidden[3] == 0
    assert full == (255, 0, 0, 255)


def assert_shown(found: Image.Image, rows: Sequence[Sequence[Colour]], mode: str) -> None:
    wanted = blocks(rows, mode).convert("RGBA")
    black = Image.new("RGBA", wanted.size, (0, 0, 0, 255))
    for each in (found, wanted):  # ignore colours of hidden pixels
        each.paste(black, mask=ImageChops.invert(each.getchannel("A")))
    assert ImageChops.difference(found, wanted).getbbox() is None


BOTH = pytest.mark.parametrize(("grids", "mode"), [(FRAMES, "RGB"), (HOLED, "RGBA")])


@BOTH
def test_libvips_composes_the_frames_that_were_written(
    grids: Sequence[Sequence[Sequence[Colour]]], mode: str
) -> None:
    found = libvips.moving(made(animation(grids, mode, loop_count=3), GIF))
    assert (found.durations_ms, found.loop_count) == ([70, 30, 1_000, 20], 3)
    for frame, rows in zip(found.frames, grids, strict=True):
        assert_shown(frame, rows, mode)


@BOTH
def test_imagemagick_composes_the_frames_that_were_written(
    tmp_path: Path, grids: Sequence[Sequence[Sequence[Colour]]], mode: str
) -> None:
    path = tmp_path / "v.gif"
    path.write_bytes(made(animation(grids, mode, loop_count=3), GIF))
    assert IMAGEMAGICK(str(path), "-format", "%T ", "info:").split() == ["7", "3", "100", "2"]
    IMAGEMAGICK(str(path), "-coalesce", f"png32:{tmp_path}/%d.png")
    for index, rows in enumerate(grids):
        with Image.open(tmp_path / f"{index}.png") as seen:
            assert_shown(seen.convert("RGBA"), rows, mode)


def test_the_same_frames_give_the_same_bytes() -> None:
    moving = animation(FRAMES, "RGB")
    one, other = (animated_gif(moving.frames, moving.durations_ms, 0) for _ in range(2))
    assert one == other
