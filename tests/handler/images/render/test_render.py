"""Variants have the promised size, colours and bytes, and nothing but pixels in them."""

from io import BytesIO

import pytest
from PIL import Image, ImageSequence

from handler.images.render.encode import within
from handler.images.render.render import render
from handler.images.source.animation import Animation
from handler.images.variants.parsing import parse_variants
from handler.images.variants.variant import Variant
from tests.handler.pictures import (
    BLUE,
    GREEN,
    RED,
    Colour,
    are_close,
    block_colours,
    blocks,
    pixel,
)


def variant(image_format: str, **keys: object) -> Variant:
    (parsed,) = parse_variants([{"name": "v", "format": image_format, **keys}])
    return parsed


def opened(data: bytes) -> Image.Image:
    return Image.open(BytesIO(data))


@pytest.mark.parametrize(
    ("image_format", "size", "expected"),
    [
        ("webp", (32_766, 2), (16_383, 1)),
        ("jpeg", (2, 131_000), (1, 65_500)),
        ("png", (131_000, 2), (131_000, 2)),
        ("avif", (65_536, 2), (32_768, 1)),
    ],
)
def test_an_image_too_long_for_the_format_is_shrunk_until_it_fits(
    image_format: str, size: tuple[int, int], expected: tuple[int, int]
) -> None:
    made = render(Image.new("L", size), variant(image_format), "#ffffff")
    assert opened(made.data).size == (made.width, made.height) == expected


@pytest.mark.parametrize("image_format", ["jpeg", "png", "webp", "avif", "gif"])
@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA"])
def test_every_mode_can_be_written_in_every_format(image_format: str, mode: str) -> None:
    made = render(Image.new(mode, (300, 200)), variant(image_format, maxWidth=30), "#ffffff")
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
    made = render(half_hidden, variant("png", maxWidth=8), "#ffffff")
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


@pytest.mark.parametrize("image_format", ["jpeg", "png", "webp", "avif"])
def test_rendering_again_gives_the_same_bytes(image_format: str) -> None:
    source = blocks([[RED, GREEN, BLUE]])
    first = render(source, variant(image_format), "#ffffff")
    render(source, variant("jpeg", quality=1), "#000000")
    assert render(source, variant(image_format), "#ffffff") == first


@pytest.mark.parametrize("quality", [1, 85, 95])
def test_noise_which_compresses_worst_can_be_written(quality: int) -> None:
    noise = Image.frombytes("RGB", (64, 64), bytes(i * i * 37 % 251 for i in range(64 * 64 * 3)))
    assert render(noise, variant("jpeg", quality=quality), "#ffffff").width == 64


def test_a_cropped_variant_shows_the_middle() -> None:
    made = render(
        blocks([[RED, GREEN, BLUE]]),
        variant("png", maxWidth=16, maxHeight=16, fit="cover"),
        "#ffffff",
    )
    assert block_colours(opened(made.data)) == [[GREEN]]


@pytest.mark.parametrize(
    ("image_format", "keys", "expected"),
    [
        ("png", {}, [(0, 0, 0, 0), (255, 0, 0, 255), (0, 0, 0, 0)]),
        ("png", {"background": "#0000ff"}, [BLUE, RED, BLUE]),
        ("jpeg", {}, [GREEN, RED, GREEN]),
        ("jpeg", {"background": "#0000ff"}, [BLUE, RED, BLUE]),
    ],
)
def test_a_contained_picture_is_on_a_canvas(
    image_format: str, keys: dict[str, object], expected: list[Colour]
) -> None:
    wanted = variant(image_format, maxWidth=48, maxHeight=16, fit="contain", **keys)
    made = render(blocks([[RED]]), wanted, "#00ff00")
    assert (made.width, made.height) == (48, 16)
    assert are_close(block_colours(opened(made.data)), [expected])


def test_a_background_of_its_own_takes_the_transparency_of_a_variant() -> None:
    source = blocks([[(255, 0, 0, 0), (0, 255, 0, 255)]], "RGBA")
    made = render(source, variant("png", background="#0000ff"), "#ffffff")
    assert block_colours(opened(made.data)) == [[BLUE, GREEN]]


@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA"])
def test_a_variant_without_colours_is_grey_and_keeps_its_transparency(mode: str) -> None:
    made = render(Image.new(mode, (8, 8)), variant("png", greyscale=True), "#ffffff")
    assert opened(made.data).mode == ("LA" if "A" in mode else "L")


def test_grey_is_the_luma_of_the_colour() -> None:
    # ITU-R BT.601: 0.299 R + 0.587 G + 0.114 B
    made = render(blocks([[RED, GREEN, BLUE]]), variant("png", greyscale=True), "#ffffff")
    assert block_colours(opened(made.data)) == [[(76,), (150,), (29,)]]


def test_a_lossless_webp_has_the_very_pixels() -> None:
    noise = Image.effect_noise((64, 64), 90).convert("RGB")
    made = render(noise, variant("webp", lossless=True), "#ffffff")
    assert opened(made.data).convert("RGB").tobytes() == noise.tobytes()


def test_a_progressive_jpeg_has_several_scans() -> None:
    baseline, progressive = (
        render(blocks([[RED]]), variant("jpeg", progressive=wanted), "#ffffff").data
        for wanted in (False, True)
    )
    # Markers SOF0 and SOF2 of ITU-T T.81, table B.1
    assert b"\xff\xc0" in baseline
    assert b"\xff\xc2" not in baseline
    assert b"\xff\xc2" in progressive


def test_a_jpeg_keeps_as_much_colour_as_is_asked_for() -> None:
    for subsampling, factors in (("4:4:4", 0x11), ("4:2:2", 0x21), ("4:2:0", 0x22)):
        data = render(
            blocks([[RED, BLUE]]), variant("jpeg", subsampling=subsampling), "#ffffff"
        ).data
        frame = data.index(b"\xff\xc0")  # SOF0: sampling factors of the first component at +11
        assert data[frame + 11] == factors


def test_what_was_shrunk_is_sharpened_and_what_was_not_is_not() -> None:
    edge = Image.new("L", (64, 64), 64)
    edge.paste(192, (32, 0, 64, 64))
    soft, sharp = (
        opened(render(edge, variant("png", maxWidth=32, **keys), "#ffffff").data).tobytes()
        for keys in ({}, {"sharpen": 150})
    )
    assert min(sharp) < min(soft)  # darker beside the edge
    assert max(sharp) > max(soft)
    whole = render(edge, variant("png", sharpen=150), "#ffffff")
    assert opened(whole.data).tobytes() == edge.tobytes()


def test_sharpening_brings_no_hidden_colour_to_light() -> None:
    source = Image.new("RGBA", (64, 64), (0, 0, 0, 0))
    source.paste((128, 128, 128, 255), (16, 16, 48, 48))
    soft, sharp = (
        render(source, variant("png", maxWidth=32, **keys), "#ffffff").data
        for keys in ({}, {"sharpen": 200})
    )
    # The grey square has no edge but that of its alpha, where black is hidden beside it.
    assert sharp == soft


@pytest.mark.parametrize("image_format", ["jpeg", "webp", "avif"])
@pytest.mark.parametrize("max_bytes", [1_024, 6_000])
def test_a_variant_takes_no_more_bytes_than_allowed(image_format: str, max_bytes: int) -> None:
    noise = Image.effect_noise((200, 100), 90).convert("RGB")
    free = render(noise, variant(image_format), "#ffffff")
    assert len(free.data) > 6_000
    made = render(noise, variant(image_format, maxBytes=max_bytes), "#ffffff")
    assert len(made.data) <= max_bytes
    assert opened(made.data).size == (made.width, made.height)


def test_the_highest_quality_that_is_small_enough_is_taken() -> None:
    tried: list[int | None] = []

    def encoder(quality: int | None) -> bytes:
        tried.append(quality)
        return bytes(10 * (quality or 0))

    assert len(within(777, 95, encoder) or b"") == 770
    assert len(tried) <= 8
    assert within(950, 95, encoder) == bytes(950)
    assert within(9, 95, encoder) is None


ANIMATION = Animation(
    frames=(blocks([[RED, GREEN]]), blocks([[GREEN, BLUE]]), blocks([[RED, GREEN]])),
    durations_ms=(70, 0, 1_000),
    loop_count=3,
)


def test_an_animation_moves_in_webp() -> None:
    still = ANIMATION.frames[0]
    made = render(still, variant("webp", lossless=True), "#ffffff", animation=ANIMATION)
    image = opened(made.data)
    shown: list[tuple[list[list[Colour]], int]] = []
    for frame in ImageSequence.Iterator(image):
        frame.load()
        shown.append((block_colours(frame.convert("RGB")), frame.info["duration"]))
    assert shown == [([[RED, GREEN]], 70), ([[GREEN, BLUE]], 0), ([[RED, GREEN]], 1_000)]
    assert image.info["loop"] == 3


@pytest.mark.parametrize("image_format", ["jpeg", "png", "avif"])
def test_an_animation_is_its_first_frame_where_nothing_moves(image_format: str) -> None:
    still = ANIMATION.frames[0]
    moving = render(still, variant(image_format), "#ffffff", animation=ANIMATION)
    assert moving == render(still, variant(image_format), "#ffffff")


def test_every_frame_is_cropped_scaled_and_made_grey() -> None:
    wanted = variant("webp", maxWidth=8, maxHeight=8, fit="cover", greyscale=True)
    image = opened(render(ANIMATION.frames[0], wanted, "#ffffff", animation=ANIMATION).data)
    assert (image.size, getattr(image, "n_frames", 1)) == ((8, 8), 3)


def test_an_animation_takes_no_more_bytes_than_allowed() -> None:
    frames = tuple(Image.effect_noise((64, 64), 40 + n).convert("RGB") for n in range(20))
    noisy = Animation(frames=frames, durations_ms=(40,) * 20, loop_count=0)
    made = render(frames[0], variant("webp", maxBytes=2_000), "#ffffff", animation=noisy)
    assert len(made.data) <= 2_000
    assert opened(made.data).size == (made.width, made.height)
