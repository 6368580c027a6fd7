"""Variants have the promised size, colours and bytes, and nothing but pixels in them."""

from io import BytesIO

import pytest
from PIL import Image

from handler.render import fit, render
from handler.variants import ImageFormat, Variant
from tests.handler.pictures import BLUE, GREEN, RED, are_close, block_colours, blocks, pixel


def variant(
    image_format: str, *, width: int | None = None, height: int | None = None, quality: int = 85
) -> Variant:
    return Variant(
        name="v",
        format=ImageFormat(image_format),
        quality=None if image_format == "png" else quality,
        max_width_pixels=width,
        max_height_pixels=height,
    )


def opened(data: bytes) -> Image.Image:
    return Image.open(BytesIO(data))


@pytest.mark.parametrize(
    ("size", "box", "expected"),
    [
        ((1800, 1200), (150, 150), (150, 100)),
        ((1200, 1800), (150, 150), (100, 150)),
        ((1800, 1200), (150, None), (150, 100)),
        ((1800, 1200), (None, 100), (150, 100)),
        ((1800, 1200), (None, None), (1800, 1200)),
        ((100, 80), (150, 150), (100, 80)),
        ((150, 150), (150, 150), (150, 150)),
        ((151, 150), (150, 150), (150, 149)),
        ((10_000, 1), (150, 150), (150, 1)),
        ((1, 10_000), (150, 150), (1, 150)),
    ],
)
def test_an_image_is_shrunk_into_its_box_and_never_enlarged(
    size: tuple[int, int], box: tuple[int | None, int | None], expected: tuple[int, int]
) -> None:
    assert fit(size, variant("jpeg", width=box[0], height=box[1])) == expected


@pytest.mark.parametrize(
    ("image_format", "size", "expected"),
    [
        ("webp", (32_766, 2), (16_383, 1)),
        ("jpeg", (2, 131_000), (1, 65_500)),
        ("png", (131_000, 2), (131_000, 2)),
    ],
)
def test_an_image_too_long_for_the_format_is_shrunk_until_it_fits(
    image_format: str, size: tuple[int, int], expected: tuple[int, int]
) -> None:
    made = render(Image.new("L", size), variant(image_format), "#ffffff")
    assert opened(made.data).size == (made.width, made.height) == expected


@pytest.mark.parametrize("image_format", ["jpeg", "png", "webp"])
@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA"])
def test_every_mode_can_be_written_in_every_format(image_format: str, mode: str) -> None:
    made = render(Image.new(mode, (300, 200)), variant(image_format, width=30), "#ffffff")
    image = opened(made.data)
    image.load()
    assert (image.format, image.size) == (image_format.upper(), (30, 20))
    assert (made.width, made.height) == (30, 20)


def test_transparent_pixels_show_the_background_where_there_is_no_alpha() -> None:
    # Red over #204060 with alpha 51, a fifth: 0.2 x (255, 0, 0) + 0.8 x (32, 64, 96).
    source = blocks([[(255, 0, 0, 51), (1, 2, 3, 0), (0, 0, 255, 255)]], "RGBA")
    made = render(source, variant("jpeg", quality=95), "#204060")
    expected = [[(77, 51, 77), (32, 64, 96), BLUE]]
    assert are_close(block_colours(opened(made.data)), expected)


def test_transparent_grey_shows_the_background_in_colour() -> None:
    made = render(blocks([[(200, 0)]], "LA"), variant("jpeg", quality=95), "#204060")
    assert are_close(block_colours(opened(made.data)), [[(32, 64, 96)]])


@pytest.mark.parametrize("image_format", ["png", "webp"])
def test_alpha_is_kept_where_the_format_has_it(image_format: str) -> None:
    source = blocks([[(255, 0, 0, 51), (0, 255, 0, 255), (0, 0, 255, 0)]], "RGBA")
    made = render(source, variant(image_format), "#204060")
    alphas = [colour[3] for colour in block_colours(opened(made.data).convert("RGBA"))[0]]
    assert alphas == [51, 255, 0]


def test_hidden_colours_do_not_bleed_when_shrunk() -> None:
    half_hidden = Image.new("RGBA", (64, 64), (255, 0, 0, 0))
    half_hidden.paste((0, 0, 255, 255), (0, 0, 32, 64))
    made = render(half_hidden, variant("png", width=8), "#ffffff")
    small = opened(made.data)
    colours = [pixel(small, x, 4) for x in range(8)]
    assert all(colour[:3] == BLUE for colour in colours if colour[3])
    assert [colour[3] for colour in (colours[0], colours[-1])] == [255, 0]


def test_a_png_is_lossless() -> None:
    source = Image.effect_noise((64, 64), 90)
    assert opened(render(source, variant("png"), "#ffffff").data).tobytes() == source.tobytes()


@pytest.mark.parametrize("image_format", ["jpeg", "webp"])
def test_a_lower_quality_takes_fewer_bytes(image_format: str) -> None:
    source = Image.effect_noise((64, 64), 90)
    sizes = [
        len(render(source, variant(image_format, quality=quality), "#ffffff").data)
        for quality in (90, 50, 10)
    ]
    assert sizes == sorted(sizes, reverse=True)
    assert len(set(sizes)) == 3


@pytest.mark.parametrize("image_format", ["jpeg", "png", "webp"])
def test_rendering_again_gives_the_same_bytes(image_format: str) -> None:
    source = blocks([[RED, GREEN, BLUE]])
    first = render(source, variant(image_format), "#ffffff")
    render(source, variant("jpeg", quality=1), "#000000")
    assert render(source, variant(image_format), "#ffffff") == first


@pytest.mark.parametrize("quality", [1, 85, 95])
def test_noise_which_compresses_worst_can_be_written(quality: int) -> None:
    noise = Image.frombytes("RGB", (64, 64), bytes(i * i * 37 % 251 for i in range(64 * 64 * 3)))
    assert render(noise, variant("jpeg", quality=quality), "#ffffff").width == 64
