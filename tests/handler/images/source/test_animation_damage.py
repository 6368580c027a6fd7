"""A bad frame ends an animation: the good ones before it are kept, and the file is flagged."""

import re
import struct
from collections.abc import Callable
from io import BytesIO

import pytest
from PIL import Image

from handler.images.source.decode import SourceImage, decode
from handler.model.errors import Reason, Rejected
from tests.handler.images.source.animations import (
    GifFrame,
    PngFrame,
    PngKind,
    apng,
    gif,
    png_chunk,
)
from tests.handler.pictures import BLACK, BLUE, GREEN, RED

TABLE = (BLACK, RED, GREEN, BLUE)
SIZE = 16


def read(data: bytes, *, tolerant: bool = False) -> SourceImage:
    return decode(data, 1_000_000, max_frames=99, tolerant=tolerant)


def gif_of_three() -> bytes:
    return gif((SIZE, SIZE), [gif_frame(index) for index in (1, 2, 3)], table=TABLE)


def gif_frame(index: int) -> GifFrame:
    return GifFrame(rows=[[index] * SIZE] * SIZE)


def apng_of_three() -> bytes:
    return apng(PngKind(colour_type=2), [png_frame(index) for index in (1, 2, 3)])


def png_frame(index: int) -> PngFrame:
    return PngFrame(rows=[[TABLE[index]] * SIZE] * SIZE)


def colours(image: SourceImage) -> list[object]:
    """Return the colour of the still, and that of each frame."""
    frames = image.animation.frames if image.animation else ()
    return [picture.getpixel((SIZE - 1, SIZE - 1)) for picture in (image.pixels, *frames)]


@pytest.mark.parametrize("write", [gif_of_three, apng_of_three])
def test_a_complete_animation_is_not_flagged(write: Callable[[], bytes]) -> None:
    image = read(write())
    assert colours(image) == [RED, RED, GREEN, BLUE]
    assert "damaged" not in image.details


@pytest.mark.parametrize("tolerant", [False, True])
@pytest.mark.parametrize("write", [gif_of_three, apng_of_three])
def test_wherever_a_file_is_cut_the_complete_frames_are_shown(
    write: Callable[[], bytes], tolerant: bool
) -> None:
    data, counts = write(), list[int]()
    first = read_until_complete(data)
    for size_bytes in range(first, len(data) + 1):
        image = read(data[:size_bytes], tolerant=tolerant)
        frames = len(colours(image)) - 1
        assert colours(image) == [RED, *(RED, GREEN, BLUE)[:frames]]
        counts.append(frames)
        # a GIF that ends after the last pixel of a frame may be complete
        following = data[size_bytes : size_bytes + 6]
        is_between = b"!\xf9" in following or following.startswith(b",\0")
        if frames < 3 and not is_between and size_bytes > first:
            assert image.details.get("damaged") is True, size_bytes
    assert counts == sorted(counts)
    assert set(counts) == {0, 2, 3}


def read_until_complete(data: bytes) -> int:
    """Return the number of bytes of the first frame."""
    if data.startswith(b"GIF"):
        return len(gif((SIZE, SIZE), [gif_frame(1)], table=TABLE, trailer=b""))
    return data.index(b"IDAT") - 4 + len(png_chunk(b"IDAT", b"")) + data_bytes(data)


def data_bytes(data: bytes) -> int:
    return int.from_bytes(data[data.index(b"IDAT") - 4 :][:4], "big")


def webp_of_three() -> bytes:
    first, *others = (Image.new("RGB", (SIZE, SIZE), TABLE[index]) for index in (1, 2, 3))
    output = BytesIO()
    first.save(output, "WEBP", save_all=True, append_images=others, lossless=True, duration=100)
    return output.getvalue()


def test_wherever_a_webp_is_cut_the_complete_frames_are_shown() -> None:
    data = webp_of_three()
    starts = [at.start() for at in re.finditer(b"ANMF", data)]
    assert len(starts) == 3
    for size_bytes in range(starts[1], len(data)):
        image = read(data[:size_bytes])
        frames = 0 if size_bytes < starts[2] else 2
        assert colours(image) == [RED, *(RED, GREEN)[:frames]]
        assert image.details["damaged"] is True
    assert "damaged" not in read(data).details


def test_a_webp_frame_beyond_the_canvas_ends_the_animation() -> None:
    data = bytearray(webp_of_three())
    data[data.rindex(b"ANMF") + 8] = 1  # two pixels to the right
    image = read(bytes(data))
    assert colours(image) == [RED, RED, GREEN]
    assert image.details["damaged"] is True


def test_wrong_pixels_end_a_webp() -> None:
    data = bytearray(webp_of_three())
    start = data.rindex(b"VP8L") + 13  # behind signature and size
    data[start:] = b"\xff" * (len(data) - start)
    image = read(bytes(data))
    assert colours(image) == [RED, RED, GREEN]
    assert image.details["damaged"] is True


def control(
    sequence: int,
    *,
    size: tuple[int, int] = (SIZE, SIZE),
    at: tuple[int, int] = (0, 0),
    operations: bytes = b"\0\0",
) -> bytes:
    body = struct.pack(">5I2H", sequence, *size, *at, 1, 10) + operations
    return png_chunk(b"fcTL", body)


INVALID: dict[str, Callable[[int], bytes]] = {
    "beyond the canvas": lambda sequence: control(sequence, at=(1, 0)),
    "higher than the canvas": lambda sequence: control(sequence, size=(SIZE, SIZE + 1)),
    "without pixels": lambda sequence: control(sequence, size=(0, SIZE)),
    "unknown disposal": lambda sequence: control(sequence, operations=b"\3\0"),
    "unknown blending": lambda sequence: control(sequence, operations=b"\0\2"),
    "out of sequence": lambda sequence: control(sequence + 1),
    "wrong checksum": lambda sequence: control(sequence)[:-1] + b"!",
    "too short": lambda sequence: png_chunk(b"fcTL", struct.pack(">I", sequence)),
    "without data": lambda sequence: control(sequence) + control(sequence + 1),
}


@pytest.mark.parametrize("bad", INVALID)
@pytest.mark.parametrize("frames", [2, 3])
def test_an_invalid_header_of_a_frame_ends_an_apng(bad: str, frames: int) -> None:
    data = apng(PngKind(colour_type=2), [png_frame(index) for index in range(1, frames + 1)])
    sequence = {2: 1, 3: 4}[frames]
    assert data.count(control(sequence)) == 1
    image = read(data.replace(control(sequence), INVALID[bad](sequence)))
    assert colours(image) == ([RED] if frames == 2 else [RED, RED, GREEN])
    assert image.details["damaged"] is True


def test_wrong_pixels_end_an_apng() -> None:
    data = bytearray(apng_of_three())
    data[data.rindex(b"fdAT") + 12] ^= 1
    image = read(bytes(data))
    assert colours(image) == [RED, RED, GREEN]
    assert image.details["damaged"] is True


def test_too_few_pixels_end_a_gif() -> None:
    short = GifFrame(rows=[[3] * SIZE], size=(SIZE, SIZE))
    data = gif((SIZE, SIZE), [gif_frame(1), gif_frame(2), short, gif_frame(3)], table=TABLE)
    image = read(data)
    assert colours(image) == [RED, RED, GREEN]
    assert image.details["damaged"] is True


def test_a_gif_frame_much_larger_than_the_picture_is_not_decoded() -> None:
    """It is interlaced: of others only the rows on the canvas are decoded."""
    bomb = GifFrame(rows=[[3]], size=(65_535, 65_535), is_interlaced=True)
    image = read(gif((SIZE, SIZE), [gif_frame(1), gif_frame(2), bomb], table=TABLE))
    assert colours(image) == [RED, RED, GREEN]
    assert image.details["damaged"] is True


def test_a_bad_first_frame_is_a_bad_picture() -> None:
    short = GifFrame(rows=[[3] * SIZE], size=(SIZE, SIZE))
    with pytest.raises(Rejected) as caught:
        read(gif((SIZE, SIZE), [short, gif_frame(1)], table=TABLE))
    assert caught.value.reason is Reason.DAMAGED
