"""A watermark has the configured position, size, opacity and repetition."""

from io import BytesIO

import pytest
from PIL import Image, ImageChops, ImageSequence, ImageStat

from handler.images.render.render import render
from handler.images.render.watermark_overlay import WatermarkImages
from handler.images.source.animation import Animation
from handler.images.variants.parsing import parse_variants
from tests.handler.images.render.variants import opened
from tests.handler.pictures import BLUE, RED, WHITE, pixel

CONTENT = "0123456789abcdef"
WATERMARK_IMAGES: WatermarkImages = {CONTENT: Image.new("RGBA", (10, 5), (255, 0, 0, 255))}
GREY = (90, 90, 90)


def shown(
    image: Image.Image,
    watermark: dict[str, object],
    watermark_images: WatermarkImages = WATERMARK_IMAGES,
    **spec: object,
) -> Image.Image:
    mark = {"image": "m.png", "content": CONTENT, **watermark}
    if "text" in watermark:
        mark = watermark
    (variant,) = parse_variants([{"name": "v", "format": "png", "watermark": mark, **spec}])
    made = render(image, variant, "#ffffff", watermark_images=watermark_images)
    return opened(made.data)


def box_of_change(image: Image.Image, watermark: dict[str, object]) -> tuple[int, ...] | None:
    changed = shown(image, watermark).convert("RGB")
    return ImageChops.difference(changed, image.convert("RGB")).getbbox()


@pytest.mark.parametrize(
    ("position", "box"),
    [
        ("northwest", (2, 2, 42, 22)),
        ("north", (80, 2, 120, 22)),
        ("northeast", (158, 2, 198, 22)),
        ("west", (2, 40, 42, 60)),
        ("centre", (80, 40, 120, 60)),
        ("east", (158, 40, 198, 60)),
        ("southwest", (2, 78, 42, 98)),
        ("south", (80, 78, 120, 98)),
        ("southeast", (158, 78, 198, 98)),
    ],
)
def test_a_watermark_image_is_at_its_position(position: str, box: tuple[int, ...]) -> None:
    # 20 percent of 200 pixels are 40, 2 percent of 100 are 2
    assert box_of_change(Image.new("RGB", (200, 100), GREY), {"position": position}) == box


def test_scale_and_margin_are_relative_to_the_variant() -> None:
    image = Image.new("RGB", (200, 100), GREY)
    assert box_of_change(image, {"scale": 50, "margin": 10}) == (90, 40, 190, 90)
    assert box_of_change(image, {"scale": 100, "margin": 0}) == (0, 0, 200, 100)
    assert box_of_change(image, {"scale": 100, "margin": 40}) == (
        120,
        40,
        160,
        60,
    )  # the largest that fits


def test_opacity_blends_the_watermark_with_the_picture() -> None:
    image = shown(Image.new("RGB", (200, 100), BLUE), {"opacity": 60, "position": "centre"})
    assert pixel(image, 100, 50) == (153, 0, 102)
    assert pixel(image, 10, 10) == BLUE


def test_a_tiled_watermark_is_repeated_at_equal_distances() -> None:
    image = shown(Image.new("RGB", (200, 100), GREY), {"tiled": True, "position": "northwest"})
    # 40 x 20 pixels, 2 apart
    for x, y in ((2, 2), (41, 21), (44, 2), (2, 24), (190, 90)):
        assert pixel(image, x, y) == RED, (x, y)
    for x, y in ((1, 5), (42, 5), (43, 5), (5, 22), (5, 23)):
        assert pixel(image, x, y) == GREY, (x, y)


@pytest.mark.parametrize("position", ["north", "centre", "southeast"])
def test_tiles_reach_all_edges(position: str) -> None:
    image = shown(Image.new("RGB", (100, 100), GREY), {"tiled": True, "position": position})
    red = image.getchannel("R").point([0] * 200 + [255] * 56)  # pyright: ignore[reportUnknownMemberType] # names numpy types
    left, upper, right, lower = red.getbbox() or (9, 9, 9, 9)
    assert max(left, upper, 100 - right, 100 - lower) <= 2


def test_transparency_around_the_watermark_is_kept() -> None:
    image = shown(Image.new("RGBA", (200, 100)), {"position": "centre", "opacity": 50})
    assert pixel(image, 0, 0)[3] == 0
    assert pixel(image, 100, 50) == (255, 0, 0, 128)


@pytest.mark.parametrize(("mode", "expected"), [("L", "L"), ("RGB", "L"), ("RGBA", "LA")])
def test_a_watermark_on_a_greyscale_variant_is_grey(mode: str, expected: str) -> None:
    image = shown(Image.new(mode, (40, 40)), {}, greyscale=True)
    assert image.mode == expected


def test_a_grey_picture_gets_a_watermark_in_colour() -> None:
    image = shown(Image.new("L", (40, 40)), {"position": "centre"})
    assert pixel(image, 20, 20) == RED


@pytest.mark.parametrize(("background", "letters"), [(WHITE, WHITE), ((0, 0, 0), (0, 0, 0))])
def test_a_text_can_be_read_on_its_own_colour(
    background: tuple[int, int, int], letters: tuple[int, int, int]
) -> None:
    plain = Image.new("RGB", (400, 200), background)
    colour = "#" + bytes(letters).hex()
    changed = shown(plain, {"text": "© Ann", "colour": colour, "scale": 50})
    difference = ImageChops.difference(changed.convert("RGB"), plain).convert("L")
    assert ImageStat.Stat(difference).extrema[0][1] > 200  # the outline


@pytest.mark.parametrize("scale", [10, 30, 80])
def test_a_text_has_approximately_the_configured_width(scale: int) -> None:
    image = Image.new("RGB", (1_000, 500), GREY)
    left, _, right, _ = box_of_change(image, {"text": "© Ann 2026", "scale": scale}) or (0, 0, 0, 0)
    assert right - left == pytest.approx(scale * 10, rel=0.1)


def test_every_frame_has_the_watermark() -> None:
    frames = (Image.new("RGB", (40, 40), BLUE), Image.new("RGB", (40, 40), GREY))
    animation = Animation(frames=frames, durations_ms=(50, 50), loop_count=0)
    mark = {"image": "m.png", "content": CONTENT, "position": "centre"}
    (variant,) = parse_variants([{"name": "v", "format": "gif", "watermark": mark}])
    made = render(
        frames[0], variant, "#ffffff", animation=animation, watermark_images=WATERMARK_IMAGES
    )
    seen = [
        frame.convert("RGB") for frame in ImageSequence.Iterator(Image.open(BytesIO(made.data)))
    ]
    assert [(pixel(frame, 20, 20), pixel(frame, 0, 0)) for frame in seen] == [
        (RED, BLUE),
        (RED, GREY),
    ]


def test_the_source_picture_is_not_changed() -> None:
    image = Image.new("RGB", (40, 40), BLUE)
    shown(image, {"scale": 100})
    assert image.getcolors() == [(1_600, BLUE)]
