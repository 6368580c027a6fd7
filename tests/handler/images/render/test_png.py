"""PNG variants have exactly the rendered pixels, as few bytes as Pillow's, and no other chunks.

libvips decodes them without code of Pillow. Pillow's encoder, with what it had before, is what the
bytes are compared to.
"""

import subprocess
import sys
import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from random import Random

import pytest
from PIL import Image, ImageDraw, ImageFont

from handler.images.render.png import png
from tests.handler.images import libvips
from tests.handler.images.render.variants import opened

ROOT = Path(__file__).resolve().parents[4]
PHOTOGRAPHS = sorted((ROOT / "local" / "photographs").glob("*.jpg"))
MODES = ("L", "LA", "RGB", "RGBA")
SIZES = [(1, 1), (1, 9), (9, 1), (1, 700), (700, 1), (3, 2), (37, 23), (257, 263)]


def noise(mode: str, size: tuple[int, int], colours: int | None = None) -> Image.Image:
    """Return random pixels; of so many colours, if given."""
    random = Random(f"{mode} {size} {colours}")  # noqa: S311 - no secret
    channels, pixels = len(mode), size[0] * size[1]
    if colours is None:
        return Image.frombytes(mode, size, random.randbytes(channels * pixels))
    palette = [random.randbytes(channels) for _ in range(colours)]
    return Image.frombytes(mode, size, b"".join(random.choices(palette, k=pixels)))


def by_pillow(image: Image.Image) -> bytes:
    output = BytesIO()
    image.save(output, "PNG", compress_level=6)
    return output.getvalue()


def chunks_of(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield names and bodies, after comparing checksums: https://www.w3.org/TR/png-3/#5Chunk-layout"""
    at = 8
    while at < len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        name, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        assert zlib.crc32(name + body) == int.from_bytes(data[at + 8 + length :][:4], "big")
        yield name, body
        at += length + 12


def assert_same_pixels(image: Image.Image, data: bytes) -> None:
    expected = image.convert("RGBA").tobytes()
    assert opened(data).convert("RGBA").tobytes() == expected
    assert libvips.pixels(data).tobytes() == expected


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("colours", [None, 1, 2, 200, 256, 257])
def test_every_pixel_is_kept(mode: str, size: tuple[int, int], colours: int | None) -> None:
    image = noise(mode, size, colours)
    data = png(image)
    assert_same_pixels(image, data)
    assert len(data) <= len(by_pillow(image))


@pytest.mark.parametrize("mode", MODES)
def test_the_same_pixels_are_the_same_bytes(mode: str) -> None:
    image = noise(mode, (300, 301), 300)
    assert png(image) == png(image.copy())


def photograph(path: Path) -> Image.Image:
    return Image.open(path).convert("RGB")


def resized(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    return image.resize(size)  # pyright: ignore[reportUnknownMemberType] # names numpy types


def gradient(mode: str) -> Image.Image:
    ramp = resized(Image.linear_gradient("L"), (700, 500))
    bands = [ramp, ramp.rotate(180), ramp.transpose(Image.Transpose.FLIP_LEFT_RIGHT), ramp]
    return Image.merge(mode, bands[-len(mode) :])


def page(size: tuple[int, int], picture: Image.Image | None = None) -> Image.Image:
    """Return a screenshot: a dark bar, lines of text, and a picture if given."""
    image = Image.new("RGB", size, (245, 245, 247))
    draw = ImageDraw.Draw(image)
    random = Random(1)  # noqa: S311 - no secret
    font = ImageFont.load_default(16)
    draw.rectangle((0, 0, size[0], 40), fill=(40, 44, 52))
    for top in range(50, size[1] - 20, 24):
        words = ["".join(random.choices("abcdefghijk", k=random.randint(2, 9))) for _ in range(60)]
        draw.text((20, top), " ".join(words), fill=(20, 20, 90), font=font)
    if picture is not None:
        image.paste(picture, (size[0] // 2, 80))
    return image


def badge(side: int) -> Image.Image:
    """Return a shape with soft edges on a transparent canvas."""
    image = Image.new("RGBA", (side * 4, side * 4))
    ImageDraw.Draw(image).ellipse((side, side, side * 3, side * 3), fill=(200, 30, 60, 255))
    return resized(image, (side, side))


def faded(path: Path) -> Image.Image:
    image = photograph(path)
    image.putalpha(resized(Image.radial_gradient("L"), image.size))
    return image


SMALL = {
    "page": page((240, 200)),
    "page with a picture": page((250, 250), resized(photograph(PHOTOGRAPHS[1]), (90, 60))),
    "badge": badge(200),
    "icon": badge(32),
    "gradient": resized(gradient("RGB"), (200, 100)),
    "one colour": Image.new("RGB", (200, 200), (200, 30, 60)),
}
OTHERS = {
    "screenshot": page((1280, 800), photograph(PHOTOGRAPHS[1])),
    "text": page((1280, 800)),
    "gradient": gradient("RGB"),
    "soft gradient": gradient("RGBA"),
    "large badge": badge(900),
    "faded": faded(PHOTOGRAPHS[2]),
    "grey": photograph(PHOTOGRAPHS[4]).convert("L"),
    "faded grey": faded(PHOTOGRAPHS[0]).convert("LA"),
    "noise": noise("RGB", (600, 500)),
    "enlarged": resized(photograph(PHOTOGRAPHS[2]), (1500, 1000)),
} | {path.stem: photograph(path) for path in PHOTOGRAPHS}


@pytest.mark.parametrize("name", SMALL)
def test_a_small_graphic_is_no_larger_than_by_pillow(name: str) -> None:
    data = png(SMALL[name])
    assert_same_pixels(SMALL[name], data)
    assert len(data) <= len(by_pillow(SMALL[name]))


def test_other_pictures_are_hardly_larger_than_by_pillow_and_smaller_together() -> None:
    own, pillow = 0, 0
    for name, image in OTHERS.items():
        data, other = png(image), by_pillow(image)
        assert_same_pixels(image, data)
        most = 1.0 if name in {path.stem for path in PHOTOGRAPHS} else 1.02
        assert len(data) <= len(other) * most, name
        own, pillow = own + len(data), pillow + len(other)
    assert own < pillow * 0.98


def colour_type(image: Image.Image) -> int:
    """https://www.w3.org/TR/png-3/#3colourType"""
    return png(image)[25]


@pytest.mark.parametrize("size", [(300, 300), (2_000, 300)])
def test_pixels_are_stored_in_the_smallest_form(size: tuple[int, int]) -> None:
    grey = noise("L", size)
    assert colour_type(grey.convert("RGB")) == colour_type(grey.convert("RGBA")) == 0
    clear = noise("LA", size)
    assert colour_type(clear.convert("RGBA")) == 4
    coloured = noise("RGB", size)
    assert colour_type(coloured.convert("RGBA")) == colour_type(coloured) == 2
    assert colour_type(noise("RGBA", size)) == 6
    assert [colour_type(noise(mode, size, 256)) for mode in ("LA", "RGB", "RGBA")] == [3, 3, 3]
    assert colour_type(noise("RGB", size, 257)) == 2


@pytest.mark.parametrize("mode", MODES)
def test_a_single_pixel_of_another_kind_is_kept(mode: str) -> None:
    image = Image.new("RGBA", (600, 700), (90, 90, 90, 255)).convert(mode)
    for value in ((90, 91, 90, 255), (90, 90, 91, 255), (90, 90, 90, 254)):
        odd = image.copy()
        odd.paste(Image.new("RGBA", (1, 1), value).convert(mode), (599, 699))
        assert_same_pixels(odd, png(odd))


def test_there_are_no_chunks_but_those_of_the_pixels_and_the_copyright() -> None:
    exif = Image.Exif()
    exif[0x8298] = "me"
    for size in ((20, 20), (300, 300)):
        image = noise("RGBA", size, 99)
        image.info.update(dpi=(72, 72), icc_profile=b"p", comment="c")
        names = [name for name, _ in chunks_of(png(image, exif.tobytes()))]
        assert sorted(set(names)) == [b"IDAT", b"IEND", b"IHDR", b"PLTE", b"eXIf", b"tRNS"]
        assert opened(png(image, exif.tobytes())).getexif()[0x8298] == "me"
        assert b"eXIf" not in png(image)


def test_zlib_stands_in_for_libdeflate() -> None:
    program = (
        "import sys; sys.modules['deflate'] = None; from PIL import Image; "
        "from handler.images.render.png import png; "
        f"sys.stdout.buffer.write(png(Image.open({str(PHOTOGRAPHS[0])!r})))"
    )
    made = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, check=True
    )
    image = photograph(PHOTOGRAPHS[0])
    assert_same_pixels(image, made.stdout)
    assert len(png(image)) < len(made.stdout) < len(by_pillow(image)) * 1.05


def test_too_little_memory_for_the_compressor_is_reported() -> None:
    # libdeflate's wrapper does not check whether its own 0.7 MiB could be allocated.
    program = """
import resource
from handler.images.render.deflate_stream import normal, quick_size, thorough
def now_bytes():
    return int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
normal(bytes(999))
resource.setrlimit(resource.RLIMIT_AS, (now_bytes(), resource.RLIM_INFINITY))
for call in (normal, quick_size, thorough):
    try:
        call(bytes(999))
    except MemoryError:
        print("reported")
"""
    unkept = {"MALLOC_TRIM_THRESHOLD_": "0", "MALLOC_MMAP_THRESHOLD_": "65536"}
    command = [sys.executable, "-c", program]
    made = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, env=unkept)
    assert made.stdout.split() == [b"reported"] * 3


@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA"])
@pytest.mark.parametrize("size", [(13, 1), (7, 5), (40, 30)])
def test_equal_pixels_make_equal_files_in_whatever_mode_they_are(
    mode: str, size: tuple[int, int]
) -> None:
    grey = Image.radial_gradient("L").crop((100, 100, 100 + size[0], 100 + size[1]))
    assert png(grey.convert(mode)) == png(grey)
