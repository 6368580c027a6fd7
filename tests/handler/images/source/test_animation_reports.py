"""Animations of public bug reports, rebuilt by hand: what browsers show."""

import struct
import zlib
from collections.abc import Sequence

import pytest
from PIL import Image

from handler.images.source.decode import SourceImage, decode
from tests.handler.images.libvips import moving
from tests.handler.images.source.animations import PngFrame, PngKind, apng, gif, png_chunk
from tests.handler.pictures import BLACK, BLUE, GREEN, RED, profile_with_red_and_blue_swapped

TABLE = (BLACK, RED, GREEN, BLUE)
CLEAR, END = 256, 257
"""Codes of LZW with eight bits."""


def read(data: bytes) -> SourceImage:
    return decode(data, 1_000_000, max_frames=99)


def pixels(image: Image.Image) -> list[tuple[int, ...]]:
    data = image.convert("RGB").tobytes()
    return [tuple(data[at : at + 3]) for at in range(0, len(data), 3)]


def gif_frame(codes: Sequence[int], more: bytes = b"") -> bytes:
    """Write a frame of two pixels from codes of nine bits, and further sub-blocks."""
    bits = sum(code << 9 * place for place, code in enumerate(codes))
    data = bits.to_bytes((9 * len(codes) + 7) // 8, "little")
    descriptor = struct.pack("<cHHHHB", b",", 0, 0, 2, 1, 0)
    return descriptor + b"\x08" + bytes([len(data)]) + data + more + b"\0"


@pytest.mark.parametrize(
    ("codes", "more"),
    [
        ([CLEAR, CLEAR, 1, 2, END], b""),  # image-rs/image-gif#208, double-clears.gif
        ([CLEAR, 1, CLEAR, 2, CLEAR, END], b""),  # many-clears.gif
        ([1, 2, END], b""),  # no clear code
        ([CLEAR, 1, 2], b""),  # no end code
        ([CLEAR, 1, 2, END, 3, 3, 3], b""),  # libvips/libvips#2754, codes after the end
        ([CLEAR, 1, 2, END], b"\3abc"),  # a block after the end
        ([CLEAR, 1, 2, 3, 3, END], b""),  # more pixels than the frame has
    ],
)
def test_unusual_streams_of_codes_are_complete(codes: Sequence[int], more: bytes) -> None:
    plain = gif_frame([CLEAR, 3, 3, END])
    data = gif((2, 1), [], table=TABLE, before=plain + gif_frame(codes, more) + plain)
    image = read(data)
    assert image.animation is not None
    shown = [pixels(frame) for frame in image.animation.frames]
    assert shown == [[BLUE, BLUE], [RED, GREEN], [BLUE, BLUE]]
    assert shown == [pixels(frame) for frame in moving(data).frames]
    assert "damaged" not in image.details


def test_a_colour_beyond_the_table_is_black() -> None:
    """As in Chromium and libnsgif."""
    frames = gif_frame([CLEAR, 1, 1, END]) + gif_frame([CLEAR, 200, 2, END])
    animation = read(gif((2, 1), [], table=TABLE, before=frames)).animation
    assert animation is not None
    assert pixels(animation.frames[1]) == [BLACK, GREEN]


def test_a_gif_cut_in_its_last_block_has_the_frames_before() -> None:
    """deanm/omggif#39, LadybirdBrowser/ladybird#4019"""
    plain = gif_frame([CLEAR, 3, 3, END])
    image = read(gif((2, 1), [], table=TABLE, before=plain * 3, trailer=b"")[:-5])
    assert image.animation is not None
    assert len(image.animation.frames) == 2
    assert image.details["damaged"] is True


def test_an_apng_whose_first_frame_is_not_whole_is_a_still() -> None:
    """pnggroup/libpng#893: Chromium ignores the animation."""
    frames = [PngFrame(rows=[[RED, RED]]), PngFrame(rows=[[GREEN]])]
    data = apng(PngKind(colour_type=2), frames)
    whole = png_chunk(b"fcTL", struct.pack(">5I2H2B", 0, 2, 1, 0, 0, 1, 10, 0, 0))
    part = png_chunk(b"fcTL", struct.pack(">5I2H2B", 0, 1, 1, 0, 0, 1, 10, 0, 0))
    assert whole in data
    image = read(data.replace(whole, part))
    assert (image.frames, image.animation, pixels(image.pixels)) == (1, None, [RED, RED])


def test_an_apng_of_one_frame_is_a_still() -> None:
    """pnggroup/pngcheck#13"""
    image = read(apng(PngKind(colour_type=2), [PngFrame(rows=[[RED]])]))
    assert (image.frames, image.animation, pixels(image.pixels)) == (1, None, [RED])
    assert "damaged" not in image.details


def test_a_pixel_that_changes_nothing_is_a_frame() -> None:
    """eight04/pyAPNG#18: a transparent pixel over the canvas, and restored."""
    still = PngFrame(rows=[[(0, 0, 0, 0)]], at=(1, 0), dispose=2, blend=1)
    frames = [PngFrame(rows=[[(*RED, 255), (*GREEN, 255)]]), still, still]
    animation = read(apng(PngKind(colour_type=6), frames)).animation
    assert animation is not None
    assert [pixels(frame) for frame in animation.frames] == [[RED, GREEN]] * 3


def test_a_text_between_frames_is_no_frame() -> None:
    frames = [PngFrame(rows=[[RED]]), PngFrame(rows=[[GREEN]]), PngFrame(rows=[[BLUE]])]
    data = apng(PngKind(colour_type=2), frames)
    middle = data.rindex(b"fdAT") - 4
    image = read(data[:middle] + png_chunk(b"tEXt", b"Comment\0between") + data[middle:])
    assert image.animation is not None
    assert [pixels(frame) for frame in image.animation.frames] == [[RED], [GREEN], [BLUE]]


@pytest.mark.parametrize("colour_type", [2, 3])
def test_a_profile_applies_to_composed_frames(colour_type: int) -> None:
    profile = b"swapped\0\0" + zlib.compress(profile_with_red_and_blue_swapped())
    palette = [(b"PLTE", b"".join(map(bytes, TABLE)))] if colour_type == 3 else []
    kind = PngKind(colour_type=colour_type, chunks=[(b"iCCP", profile), *palette])
    red, green, blue = ((1,), (2,), (3,)) if palette else (RED, GREEN, BLUE)
    frames = [PngFrame(rows=[[red, green]]), PngFrame(rows=[[blue]], at=(1, 0))]
    animation = read(apng(kind, frames)).animation
    assert animation is not None
    strong = [[sample > 128 for sample in pixel] for pixel in pixels(animation.frames[1])]
    assert strong == [[False, False, True], [True, False, False]]
