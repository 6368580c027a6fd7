"""A crop by saliency shows the object in a scene; libvips agrees on plain scenes."""

from io import BytesIO
from typing import Any, cast

import pytest
from PIL import Image, ImageChops, ImageDraw

from handler.images.render.attention import attention
from handler.images.render.render import render
from handler.images.variants.parsing import parse_variants
from tests.handler.images.libvips import vips_image
from tests.handler.pictures import BLUE, GREEN, RED, block_colours, blocks

WIDTH, HEIGHT = 600, 300
SKIN = (224, 172, 140)
KINDS = ("face", "text", "ball")


def scene(kind: str, x: int) -> Image.Image:
    """Draw a wall and a floor, with a salient object in front."""
    image = Image.new("RGB", (WIDTH, HEIGHT), (180, 190, 200))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 200, WIDTH, HEIGHT), fill=(126, 133, 140))
    match kind:
        case "face":
            draw.ellipse((x - 40, 90, x + 40, 200), fill=SKIN)
            for eye in (x - 22, x + 10):
                draw.ellipse((eye, 125, eye + 12, 137), fill=(40, 30, 30))
        case "text":
            for line in range(110, 190, 16):
                for letter in range(x - 60, x + 60, 10):
                    draw.rectangle((letter, line, letter + 5, line + 9), fill=(20, 20, 20))
        case _:
            draw.ellipse((x - 35, 100, x + 35, 170), fill=(230, 30, 40))
    return image


def left_edge(image: Image.Image, width: int) -> float:
    across, _ = attention(image, (width / image.width, 1))
    return (image.width - width) * across


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("x", [70, 200, 420, 540])
def test_a_salient_object_is_inside_the_crop_and_centred_if_possible(kind: str, x: int) -> None:
    left = left_edge(scene(kind, x), 300)
    assert left == pytest.approx(min(max(0, x - 150), 300), abs=12)


@pytest.mark.parametrize("x", [80, 320])
def test_a_high_picture_is_cropped_above_and_below(x: int) -> None:
    image = scene("face", x).transpose(Image.Transpose.ROTATE_270)
    _, down = attention(image, (1, 0.5))
    assert 300 * down == pytest.approx(min(max(0, x - 150), 300), abs=12)


@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA"])
def test_a_picture_without_salient_parts_is_cropped_in_the_middle(mode: str) -> None:
    for size in ((200, 100), (3, 1), (1, 1)):
        assert attention(Image.new(mode, size, 99), (0.5, 0.5)) == (0.5, 0.5)
    gradient = Image.linear_gradient("L").convert(mode)
    assert attention(gradient, (0.5, 0.5)) == (0.5, 0.5)


def test_transparent_pixels_have_no_saliency() -> None:
    hidden = scene("ball", 70).convert("RGBA")
    hidden.putalpha(Image.new("L", hidden.size))
    assert attention(hidden, (0.5, 1)) == (0.5, 0.5)


def cropped(image: Image.Image, position: str) -> Image.Image:
    spec = {"name": "v", "format": "png", "maxWidth": 100, "maxHeight": 100, "fit": "cover"}
    (variant,) = parse_variants([{**spec, "position": position}])
    made = render(image, variant, "#ffffff")
    assert (made.width, made.height) == (100, 100)
    return Image.open(BytesIO(made.data)).convert("RGB")


def has_ball(image: Image.Image) -> bool:
    red, green, _ = image.split()
    extrema = ImageChops.subtract(red, green).getextrema()
    return int(str(extrema[1])) > 100


def test_attention_keeps_an_object_that_a_centred_crop_loses() -> None:
    image = scene("ball", 540)
    assert has_ball(cropped(image, "attention"))
    assert not has_ball(cropped(image, "centre"))
    assert has_ball(cropped(image, "east"))


@pytest.mark.parametrize(
    ("position", "colour"),
    [("west", RED), ("northwest", RED), ("centre", GREEN), ("north", GREEN), ("southeast", BLUE)],
)
def test_a_crop_is_on_the_configured_side(position: str, colour: tuple[int, int, int]) -> None:
    strip = blocks([[RED, GREEN, BLUE]])
    spec = {"name": "v", "format": "png", "maxWidth": 16, "maxHeight": 16, "fit": "cover"}
    (variant,) = parse_variants([{**spec, "position": position}])
    made = render(strip, variant, "#ffffff")
    assert block_colours(Image.open(BytesIO(made.data))) == [[colour]]


def by_vips(image: Image.Image, width: int) -> int:
    crop = vips_image(image).smartcrop(width, image.height, interesting="attention")
    return -cast("Any", crop).xoffset


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("x", [90, 420])
def test_libvips_crops_the_same(kind: str, x: int) -> None:
    image = scene(kind, x)
    # vips places its crops to a 32nd of the picture
    assert left_edge(image, 300) == pytest.approx(by_vips(image, 300), abs=WIDTH / 32 + 5)
