"""Properties of every variant of every small image, with pictures and specs from hypothesis.

The quality of encoding is not tested here.
"""

from io import BytesIO
from typing import cast

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from PIL import Image

from handler.images.policy import ImagePolicy
from handler.images.transform import transform
from handler.images.variants.output_formats import ImageFormat
from handler.images.variants.parsing import parse_variants
from handler.images.variants.rendition import Rendition
from handler.images.variants.specs import spec_problems
from handler.model.facts import ImageFacts

SIDE = st.integers(1, 60)
WATERMARKS: st.SearchStrategy[dict[str, object]] = st.fixed_dictionaries(
    {"text": st.sampled_from(["© A", "long text of a watermark"])},
    optional={
        "position": st.sampled_from(["north", "centre", "southeast"]),
        "scale": st.integers(1, 100),
        "margin": st.integers(0, 50),
        "opacity": st.integers(1, 100),
        "tiled": st.booleans(),
        "colour": st.sampled_from(["#000000", "#ff8800"]),
    },
)
SPECS: st.SearchStrategy[dict[str, object]] = st.fixed_dictionaries(
    {"name": st.just("v"), "format": st.sampled_from([*ImageFormat, "same"]).map(str)},
    optional={
        "quality": st.integers(1, 95),
        "maxWidth": SIDE,
        "maxHeight": SIDE,
        "fit": st.sampled_from(["inside", "cover", "contain"]),
        "position": st.sampled_from(["centre", "north", "southwest", "attention"]),
        "enlarge": st.booleans(),
        "animated": st.booleans(),
        "lossless": st.booleans(),
        "progressive": st.booleans(),
        "subsampling": st.sampled_from(["4:4:4", "4:2:2", "4:2:0"]),
        "maxBytes": st.integers(1_024, 3_000),
        "sharpen": st.integers(1, 200),
        "greyscale": st.booleans(),
        "background": st.just("#204060"),
        "watermark": WATERMARKS,
        "skipIfLarger": st.booleans(),
        "keepCopyright": st.booleans(),
        "keepGainMap": st.booleans(),
        "cacheControl": st.sampled_from(["no-store", "public, max-age=60, immutable"]),
        "contentDisposition": st.sampled_from(["inline", "attachment"]),
        "copyUserMetadata": st.booleans(),
        "copyTags": st.booleans(),
    },
)
SETTINGS = settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
)


@st.composite
def uploads(draw: st.DrawFn) -> bytes:
    """Return a small file in any mode of its format, still or animated."""
    image_format, modes = draw(
        st.sampled_from(
            [
                ("JPEG", ("L", "RGB", "CMYK")),
                ("PNG", ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")),
                ("WEBP", ("RGB", "RGBA")),
                ("GIF", ("L", "P")),
            ]
        )
    )
    mode = draw(st.sampled_from(modes))
    size = draw(st.tuples(SIDE, SIDE))
    frames = draw(st.integers(1, 3)) if image_format in ("WEBP", "GIF") else 1
    noise = [Image.effect_noise(size, 50 + frame).convert("RGB") for frame in range(frames)]
    first, *others = (
        image.convert("L").convert(mode) if mode in ("LA", "I;16") else image.convert(mode)
        for image in noise
    )
    output = BytesIO()
    if others:
        first.save(output, image_format, save_all=True, append_images=others)
    else:
        first.save(output, image_format)
    return output.getvalue()


def made_of(data: bytes, spec: dict[str, object]) -> tuple[ImageFacts, list[Rendition]]:
    facts, *renditions = transform(
        data,
        parse_variants([spec]),
        max_pixels=20_000,
        background_colour="#ffffff",
        policy=ImagePolicy(max_frames=3),
    )
    return cast("ImageFacts", facts), cast("list[Rendition]", renditions)


@SETTINGS
@given(data=uploads(), spec=SPECS)
def test_every_variant_satisfies_its_spec(data: bytes, spec: dict[str, object]) -> None:
    assume(not spec_problems(spec))
    facts, renditions = made_of(data, spec)
    assert len(renditions) == 1 or (spec.get("skipIfLarger") and not renditions)
    for made in renditions:
        variant = made.variant
        image = Image.open(BytesIO(made.data))
        image.load()
        assert image.size == (made.width, made.height)
        assert made.width <= (variant.max_width_pixels or made.width)
        assert made.height <= (variant.max_height_pixels or made.height)
        if not variant.enlarge and variant.fit != "contain":
            assert (made.width, made.height) <= (facts.width, facts.height)
            assert made.height <= facts.height
        if variant.max_bytes is not None:
            assert len(made.data) <= variant.max_bytes
        if variant.skip_if_larger:
            assert len(made.data) < len(data)
        assert not {"exif", "xmp", "comment", "icc_profile"} & set(image.info)


@settings(SETTINGS, max_examples=40)
@given(data=uploads(), spec=SPECS)
def test_the_same_upload_and_spec_give_the_same_bytes(data: bytes, spec: dict[str, object]) -> None:
    assume(not spec_problems(spec))
    assert made_of(data, spec) == made_of(data, spec)


@settings(SETTINGS, max_examples=80)
@given(data=uploads(), spec=SPECS)
def test_a_variant_of_a_lossless_variant_is_the_same(data: bytes, spec: dict[str, object]) -> None:
    lossless: dict[str, object] = {"name": "v", "format": "png"}
    keys = ("maxWidth", "maxHeight", "fit", "position", "sharpen", "greyscale", "background")
    lossless |= {key: spec[key] for key in keys if key in spec}
    assume(not spec_problems(lossless))
    _, (once,) = made_of(data, lossless)
    _, (twice,) = made_of(once.data, lossless)
    assert twice == once


@SETTINGS
@given(spec=SPECS)
def test_every_accepted_spec_can_be_written_and_parsed_again(
    spec: dict[str, object],
) -> None:
    assume(not spec_problems(spec))
    variants = parse_variants([spec])
    assert parse_variants([variant.to_spec() for variant in variants]) == variants
