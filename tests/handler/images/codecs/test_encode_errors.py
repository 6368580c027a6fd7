"""Only out-of-memory errors of encoders become `MemoryError`; all others are defects."""

from collections.abc import Iterator, Sequence

import pytest
from PIL import Image

from handler.delivery.isolation import IsolatedTransform
from handler.images.render.render import render
from handler.images.variants.output_formats import ImageFormat
from handler.images.variants.parsing import parse_variants
from handler.images.variants.rendition import Rendition
from handler.images.variants.variant import Variant
from handler.model.errors import Rejected
from handler.model.facts import ImageFacts
from tests.handler.pictures import RED, blocks

NOISE = Image.effect_noise((700, 700), 90).convert("RGBA")
MIB = 1024 * 1024


def variant(**keys: object) -> Variant:
    (parsed,) = parse_variants([{"name": "v", **keys}])
    return parsed


def failing(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def save(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(Image.Image, "save", save)


@pytest.mark.parametrize("image_format", ImageFormat)
@pytest.mark.parametrize(
    "error",
    [
        OSError("encoder error -42 when writing image file"),
        OSError("broken data stream when writing image file"),
        OSError("codec configuration error when writing image file"),
        RuntimeError("ERROR assembling WebP: -1."),
        RuntimeError("Failed to encode image: Encoding of color planes failed"),
        ValueError("EXIF data is too long"),
        ValueError("encoding error 10"),
        ValueError("cannot write duration"),
        OverflowError("signed integer is greater than maximum"),
    ],
    ids=str,
)
def test_an_encoder_error_that_is_not_about_memory_is_a_defect(
    monkeypatch: pytest.MonkeyPatch, image_format: str, error: Exception
) -> None:
    failing(monkeypatch, error)
    with pytest.raises(type(error)) as caught:
        render(blocks([[RED]]), variant(format=image_format), "#ffffff")
    assert caught.value is error


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        OSError("out of memory when writing image file"),
        RuntimeError("Conversion to YUV failed: Out of memory"),
        RuntimeError("ERROR adding frame. WebPEncodingError: 1."),
        RuntimeError("ERROR assembling WebP: -3."),
        ValueError("encoding error 1"),
        ValueError("encoding error 2"),
    ],
    ids=str,
)
def test_out_of_memory_messages_of_encoders_are_recognised(
    monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    failing(monkeypatch, error)
    with pytest.raises(MemoryError):
        render(blocks([[RED]]), variant(format="png"), "#ffffff")


def reason_of(source: Image.Image, wanted: Variant, growth_bytes: int) -> str | None:
    """Render in a process with limited memory; return the reason of a rejection, if any."""

    def encode(
        data: bytes, variants: Sequence[Variant], *, max_pixels: int, background_colour: str
    ) -> Iterator[ImageFacts | Rendition]:
        del data, max_pixels
        yield render(source, variants[0], background_colour)

    isolated = IsolatedTransform(
        transform=encode, step_timeout_seconds=60, growth_bytes=growth_bytes
    )
    try:
        list(isolated(b"", [wanted], max_pixels=1, background_colour="#ffffff"))
    except Rejected as rejection:
        return rejection.reason
    return None


@pytest.mark.parametrize("growth_mib", [2, 4, 8, 12, 16, 24])
@pytest.mark.parametrize(
    "wanted",
    [
        variant(format="jpeg"),
        variant(format="jpeg", progressive=True),
        variant(format="png"),
        variant(format="webp"),
        variant(format="webp", lossless=True),
        variant(format="gif"),
    ],
    ids=lambda wanted: f"{wanted.format}-{wanted.lossless}-{wanted.progressive}",
)
def test_an_encoder_that_runs_out_of_memory_rejects_the_image(
    wanted: Variant, growth_mib: int
) -> None:
    source = NOISE if wanted.lossless else NOISE.convert("RGB")
    assert reason_of(source, wanted, growth_mib * MIB) in (None, "too-much-memory")


@pytest.mark.parametrize(
    "error",
    [
        OSError("broken data stream when writing image file"),
        OSError("codec configuration error when writing image file"),
        RuntimeError("could not create encoder object"),
        RuntimeError("Failed to encode image: Encoding of alpha plane failed"),
        SystemError("error return without exception set"),
        ValueError("quantization error"),
    ],
    ids=str,
)
def test_an_encoder_error_without_a_cause_is_about_memory_if_little_is_left(
    monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    failing(monkeypatch, error)
    assert reason_of(NOISE, variant(format="webp"), 32 * MIB) == "too-much-memory"
    with pytest.raises(type(error)):
        render(NOISE, variant(format="webp"), "#ffffff")
