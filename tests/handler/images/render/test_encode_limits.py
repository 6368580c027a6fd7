"""Durations, loop counts and sizes are clamped to the ranges of the formats.

The fields are read from the bytes according to the specifications of the formats.
"""

import struct
from collections.abc import Callable, Iterator, Sequence
from io import BytesIO
from random import Random

import pytest
from PIL import Image

from handler.images.metadata.exif import MAX_VALUE_BYTES
from handler.images.metadata.rights import rights_of
from handler.images.policy import ImagePolicy
from handler.images.render.render import render
from handler.images.source.animation import Animation
from handler.images.transform import transform
from handler.images.variants.parsing import parse_variants
from handler.images.variants.rendition import Rendition
from handler.images.variants.variant import Variant
from tests.handler.pictures import BLUE, GREEN, RED, blocks, pixel

ENDLESS = 0


def variant(**keys: object) -> Variant:
    (parsed,) = parse_variants([{"name": "v", **keys}])
    return parsed


MOVING = {
    "webp": variant(format="webp"),
    "png": variant(format="png", animated=True),
    "gif": variant(format="gif"),
}


def written(image_format: str, durations_ms: Sequence[int], loop_count: int) -> bytes:
    """Write an animation with a frame per duration, each different from the previous one."""
    pictures = [blocks([[RED]]), blocks([[BLUE]])]
    frames = tuple(pictures[index % 2] for index in range(len(durations_ms)))
    moving = Animation(frames=frames, durations_ms=tuple(durations_ms), loop_count=loop_count)
    return render(frames[0], MOVING[image_format], "#ffffff", animation=moving).data


def plays_of_webp(data: bytes) -> int:
    """https://developers.google.com/speed/webp/docs/riff_container#animation"""
    return int(struct.unpack_from("<H", data, data.index(b"ANIM") + 8 + 4)[0])


def plays_of_png(data: bytes) -> int:
    """https://www.w3.org/TR/png-3/#acTL-chunk"""
    return int(struct.unpack_from(">I", data, data.index(b"acTL") + 8)[0])


def plays_of_gif(data: bytes) -> int:
    """Return the loop count: the Netscape extension has the repetitions, without it plays once."""
    at = data.find(b"NETSCAPE2.0\x03\x01")
    if at < 0:
        return 1
    repeated = int(struct.unpack_from("<H", data, at + 13)[0])
    return repeated + 1 if repeated else ENDLESS


PLAYS = {"webp": plays_of_webp, "png": plays_of_png, "gif": plays_of_gif}


@pytest.mark.parametrize(
    ("image_format", "most"), [("webp", 65_535), ("png", 2**31 - 1), ("gif", 65_536)]
)
@pytest.mark.parametrize(
    "loop_count", [0, 1, 2, 65_535, 65_536, 65_537, 2**31 - 1, 2**31, 2**32 - 1]
)
def test_the_loop_count_is_clamped_to_the_range_of_the_format(
    image_format: str, most: int, loop_count: int
) -> None:
    data = written(image_format, [70, 30], loop_count)
    assert PLAYS[image_format](data) == min(loop_count, most)


def times_of_webp(data: bytes) -> Iterator[int]:
    """Yield milliseconds, of 24 bits."""
    at = data.find(b"ANMF")
    while at >= 0:
        yield int.from_bytes(data[at + 20 : at + 23], "little")
        at = data.find(b"ANMF", at + 4)


def times_of_png(data: bytes) -> Iterator[int]:
    """Yield milliseconds, of a fraction of seconds."""
    at = data.find(b"fcTL")
    while at >= 0:
        numerator, denominator = struct.unpack_from(">HH", data, at + 24)
        yield round(1_000 * numerator / denominator)
        at = data.find(b"fcTL", at + 4)


def times_of_gif(data: bytes) -> Iterator[int]:
    """Yield milliseconds, of hundredths of a second in 16 bits."""
    at = data.find(b"!\xf9\x04")
    while at >= 0:
        yield 10 * struct.unpack_from("<H", data, at + 4)[0]
        at = data.find(b"!\xf9\x04", at + 3)


TIMES: dict[str, Callable[[bytes], Iterator[int]]] = {
    "webp": times_of_webp,
    "png": times_of_png,
    "gif": times_of_gif,
}
DAY_MS = 24 * 60 * 60 * 1_000


@pytest.mark.parametrize(
    ("image_format", "durations_ms", "expected"),
    [
        ("webp", [2**24 - 1, 40], [2**24 - 1, 40]),
        ("webp", [2**24, 40], [2**24 - 1, 40]),
        ("webp", [40, DAY_MS], [40, 2**24 - 1]),
        # 129 times 2 ** 24 - 1 exceeds the limit of 2 ** 31 - 1 for all frames
        ("webp", [2**24 - 1] * 129, [(2**31 - 1) // 129] * 129),
        ("png", [65_535, 40], [65_535, 40]),
        ("png", [65_536, 40], [66_000, 40]),
        ("png", [65_535_000, 40], [65_535_000, 40]),
        ("png", [DAY_MS, 40], [65_535_000, 40]),
        ("gif", [655_350, 40], [655_350, 40]),
        ("gif", [DAY_MS, 40], [655_350, 40]),
    ],
)
def test_frame_durations_are_clamped_to_the_range_of_the_format(
    image_format: str, durations_ms: list[int], expected: list[int]
) -> None:
    assert list(TIMES[image_format](written(image_format, durations_ms, ENDLESS))) == expected


def test_a_gif_that_repeats_65535_times_becomes_an_animated_webp() -> None:
    output = BytesIO()
    blocks([[RED]]).save(
        output, "GIF", save_all=True, append_images=[blocks([[GREEN]])], loop=65_535, duration=50
    )
    _, made = transform(
        output.getvalue(),
        [MOVING["webp"]],
        max_pixels=10_000,
        background_colour="#ffffff",
        policy=ImagePolicy(max_frames=9),
    )
    assert isinstance(made, Rendition)
    assert list(times_of_webp(made.data)) == [50, 50]
    assert plays_of_webp(made.data) == 65_535


def noise(side: int) -> Image.Image:
    """Return the picture that compresses worst: each sample is black or white."""
    samples = Random(1).choices((0, 255), k=3 * side * side)  # noqa: S311 - nothing is secret
    return Image.frombytes("RGB", (side, side), bytes(samples))


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("quality", [85, 94, 95])
def test_noise_can_be_encoded_as_jpeg(quality: int, *, progressive: bool) -> None:
    source = noise(300)
    wanted = variant(format="jpeg", quality=quality, subsampling="4:4:4", progressive=progressive)
    made = render(source, wanted, "#ffffff")
    assert len(made.data) > source.width * source.height  # more than Pillow's buffer holds
    image = Image.open(BytesIO(made.data))
    seen, drawn = pixel(image, 7, 7), pixel(source, 7, 7)
    assert max(abs(a - b) for a, b in zip(seen, drawn, strict=True)) < 64


@pytest.mark.parametrize("image_format", ["jpeg", "png", "webp", "avif"])
def test_the_longest_rights_that_are_recorded_can_be_written(image_format: str) -> None:
    longest = {"creator": "a" * MAX_VALUE_BYTES, "copyright": "é" * (MAX_VALUE_BYTES // 2)}
    wanted = variant(format=image_format, keepCopyright=True)
    made = render(blocks([[RED]]), wanted, "#ffffff", rights=rights_of(longest))
    assert Image.open(BytesIO(made.data)).getexif()[0x013B] == longest["creator"]


@pytest.mark.parametrize("subsampling", ["4:4:4", "4:2:2", "4:2:0"])
@pytest.mark.parametrize("image_format", ["jpeg", "avif"])
@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA"])
@pytest.mark.parametrize("size", [(1, 1), (1, 7), (7, 1)])
def test_subsampling_can_be_set_for_every_mode(
    size: tuple[int, int], mode: str, image_format: str, subsampling: str
) -> None:
    wanted = variant(format=image_format, subsampling=subsampling)
    made = render(Image.new(mode, size), wanted, "#ffffff")
    assert Image.open(BytesIO(made.data)).size == size
