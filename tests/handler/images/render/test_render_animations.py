"""Animations keep frames, durations and loop count in formats that support them."""

import pytest
from PIL import Image, ImageSequence

from handler.images.render.render import render
from handler.images.source.animation import Animation
from tests.handler.images.render.variants import opened, variant
from tests.handler.pictures import (
    BLUE,
    GREEN,
    RED,
    Colour,
    block_colours,
    blocks,
)

ANIMATION = Animation(
    frames=(blocks([[RED, GREEN]]), blocks([[GREEN, BLUE]]), blocks([[RED, GREEN]])),
    durations_ms=(70, 0, 1_000),
    loop_count=3,
)


def test_an_animation_is_kept_in_webp() -> None:
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
def test_an_animation_is_reduced_to_its_first_frame_in_still_formats(image_format: str) -> None:
    still = ANIMATION.frames[0]
    moving = render(still, variant(image_format), "#ffffff", animation=ANIMATION)
    assert moving == render(still, variant(image_format), "#ffffff")


def test_every_frame_is_cropped_scaled_and_converted_to_greyscale() -> None:
    wanted = variant("webp", maxWidth=8, maxHeight=8, fit="cover", greyscale=True)
    image = opened(render(ANIMATION.frames[0], wanted, "#ffffff", animation=ANIMATION).data)
    assert (image.size, getattr(image, "n_frames", 1)) == ((8, 8), 3)


def test_an_animation_takes_no_more_bytes_than_allowed() -> None:
    frames = tuple(Image.effect_noise((64, 64), 40 + n).convert("RGB") for n in range(20))
    noisy = Animation(frames=frames, durations_ms=(40,) * 20, loop_count=0)
    made = render(frames[0], variant("webp", maxBytes=2_000), "#ffffff", animation=noisy)
    assert len(made.data) <= 2_000
    assert opened(made.data).size == (made.width, made.height)
