"""Variants have the promised size, colours and number of bytes."""

import pytest
from PIL import Image

from handler.images.render.encode import search_quality
from handler.images.render.render import render
from tests.handler.images.render.variants import opened, variant
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


def test_transparent_pixels_show_the_background_in_formats_without_alpha() -> None:
    # Red over #204060 with alpha 51, a fifth: 0.2 x (255, 0, 0) + 0.8 x (32, 64, 96).
    source = blocks([[(255, 0, 0, 51), (1, 2, 3, 0), (0, 0, 255, 255)]], "RGBA")
    made = render(source, variant("jpeg", quality=95), "#204060")
    expected = [[(77, 51, 77), (32, 64, 96), BLUE]]
    assert are_close(block_colours(opened(made.data)), expected)


def test_transparent_grey_shows_the_background_in_colour() -> None:
    made = render(blocks([[(200, 0)]], "LA"), variant("jpeg", quality=95), "#204060")
    assert are_close(block_colours(opened(made.data)), [[(32, 64, 96)]])


@pytest.mark.parametrize("image_format", ["png", "webp"])
def test_alpha_is_kept_in_formats_that_have_it(image_format: str) -> None:
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
def test_noise_can_be_written(quality: int) -> None:
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
def test_a_contained_picture_is_centred_on_a_canvas(
    image_format: str, keys: dict[str, object], expected: list[Colour]
) -> None:
    wanted = variant(image_format, maxWidth=48, maxHeight=16, fit="contain", **keys)
    made = render(blocks([[RED]]), wanted, "#00ff00")
    assert (made.width, made.height) == (48, 16)
    assert are_close(block_colours(opened(made.data)), [expected])


def test_a_background_of_a_variant_replaces_its_transparency() -> None:
    source = blocks([[(255, 0, 0, 0), (0, 255, 0, 255)]], "RGBA")
    made = render(source, variant("png", background="#0000ff"), "#ffffff")
    assert block_colours(opened(made.data)) == [[BLUE, GREEN]]


@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA"])
def test_a_greyscale_variant_keeps_its_transparency(mode: str) -> None:
    made = render(Image.new(mode, (8, 8)), variant("png", greyscale=True), "#ffffff")
    assert opened(made.data).mode == ("LA" if "A" in mode else "L")


def test_grey_is_the_luma_of_the_colour() -> None:
    # ITU-R BT.601: 0.299 R + 0.587 G + 0.114 B
    made = render(blocks([[RED, GREEN, BLUE]]), variant("png", greyscale=True), "#ffffff")
    assert block_colours(opened(made.data)) == [[(76,), (150,), (29,)]]


def test_a_lossless_webp_has_identical_pixels() -> None:
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


def test_a_jpeg_has_the_configured_subsampling() -> None:
    for subsampling, factors in (("4:4:4", 0x11), ("4:2:2", 0x21), ("4:2:0", 0x22)):
        data = render(
            blocks([[RED, BLUE]]), variant("jpeg", subsampling=subsampling), "#ffffff"
        ).data
        frame = data.index(b"\xff\xc0")  # SOF0: sampling factors of the first component at +11
        assert data[frame + 11] == factors


def test_a_picture_is_sharpened_only_if_it_was_shrunk() -> None:
    edge = Image.new("L", (64, 64), 64)
    edge.paste(192, (32, 0, 64, 64))
    soft, sharp = (
        opened(render(edge, variant("png", maxWidth=32, **keys), "#ffffff").data).tobytes()
        for keys in ({}, {"sharpen": 150})
    )
    assert min(sharp) < min(soft)  # darker next to the edge
    assert max(sharp) > max(soft)
    whole = render(edge, variant("png", sharpen=150), "#ffffff")
    assert opened(whole.data).tobytes() == edge.tobytes()


def test_sharpening_does_not_reveal_hidden_colours() -> None:
    source = Image.new("RGBA", (64, 64), (0, 0, 0, 0))
    source.paste((128, 128, 128, 255), (16, 16, 48, 48))
    soft, sharp = (
        render(source, variant("png", maxWidth=32, **keys), "#ffffff").data
        for keys in ({}, {"sharpen": 200})
    )
    # The only edge of the grey square is that of its alpha, next to hidden black pixels.
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


def test_the_highest_quality_that_fits_is_used() -> None:
    tried: list[int | None] = []

    def encoder(quality: int | None) -> bytes:
        tried.append(quality)
        return bytes(10 * (quality or 0))

    assert len(search_quality(777, 95, encoder) or b"") == 770
    assert len(tried) <= 8
    assert search_quality(950, 95, encoder) == bytes(950)
    assert search_quality(9, 95, encoder) is None
