"""An image is rejected if one of its variants has too many bytes."""

import pytest

from handler.images.policy import ImagePolicy
from handler.images.transform import transform
from handler.images.variants.parsing import parse_variants
from handler.model.errors import Reason, Rejected
from tests.handler.pictures import RED, blocks, encode

VARIANTS = parse_variants([{"name": "a", "format": "png"}])


def test_a_variant_with_too_many_bytes_is_refused_and_named() -> None:
    file = encode(blocks([[RED]]), "PNG")

    def made(max_output_bytes: int | None) -> int:
        policy = ImagePolicy(max_output_bytes=max_output_bytes)
        _, made = transform(
            file, VARIANTS, max_pixels=1_000, background_colour="#ffffff", policy=policy
        )
        return len(getattr(made, "data"))  # noqa: B009 - facts come first, then a rendition

    size = made(None)
    assert made(size) == size
    with pytest.raises(Rejected) as caught:
        made(size - 1)
    assert caught.value.reason is Reason.OUTPUT_TOO_LARGE
    assert caught.value.detail == f"variant a has {size} bytes, at most {size - 1} are allowed"
