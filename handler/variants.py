"""What is made of each upload: the variants, as configured.

Standard library only, because the Pulumi program reads this module too, so that a variant the
function would refuse fails at preview.
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import permutations
from typing import cast

MAX_SIDE_PIXELS = 16_384
"""Largest box that can be asked for: about what WebP can hold (16,383) and screens can show."""

_NAME = re.compile(r"[a-z0-9_]{1,32}")
_KEYS = ("name", "format", "quality", "maxWidth", "maxHeight")


class ImageFormat(StrEnum):
    """A format that variants can be written in."""

    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"

    @property
    def extension(self) -> str:
        """The ending of file names, without the dot."""
        return "jpg" if self is ImageFormat.JPEG else self.value

    @property
    def content_type(self) -> str:
        """The media type, as registered with IANA."""
        return f"image/{self.value}"


_HIGHEST_QUALITY = {
    # Pillow's handbook on saving JPEG: above 95 files grow and hardly anything is gained.
    ImageFormat.JPEG: 95,
    ImageFormat.WEBP: 100,
}
_DEFAULT_QUALITY = {ImageFormat.JPEG: 85, ImageFormat.WEBP: 80}


@dataclass(frozen=True, kw_only=True)
class Variant:
    """One rendition of every upload.

    Attributes:
        name: 1-32 characters of a-z, 0-9 and underscore; part of the output key.
        format: What it is encoded as.
        quality: 1-95 for JPEG, 1-100 for WebP; None for PNG, which is lossless.
        max_width_pixels: Width of the box that it has to fit in, 1-16384; None for no limit.
        max_height_pixels: Height of that box.
    """

    name: str
    format: ImageFormat
    quality: int | None
    max_width_pixels: int | None = None
    max_height_pixels: int | None = None

    @property
    def ending(self) -> str:
        """What follows the source's stem in the output key, such as `_thumbnail.jpg`."""
        return f"_{self.name}.{self.format.extension}"

    def to_spec(self) -> dict[str, str | int]:
        """Return the JSON form, which `parse_variants` reads back."""
        spec = {
            "name": self.name,
            "format": self.format.value,
            "quality": self.quality,
            "maxWidth": self.max_width_pixels,
            "maxHeight": self.max_height_pixels,
        }
        return {key: value for key, value in spec.items() if value is not None}


class VariantProblems(ValueError):  # noqa: N818 - it holds problems, in the plural
    """Raised with everything that is wrong with a list of variants.

    Attributes:
        problems: One sentence each, naming the variant by index and name.
    """

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(problems))


def parse_variants(specs: Sequence[object]) -> tuple[Variant, ...]:
    """Read variants from their JSON form, such as
    `{"name": "thumbnail", "format": "jpeg", "quality": 85, "maxWidth": 150, "maxHeight": 150}`.

    Raises:
        VariantProblems: With all problems at once, if there is any.
    """
    problems: list[str] = []
    variants: list[Variant] = []
    for index, value in enumerate(specs):
        if not isinstance(value, Mapping):
            problems.append(f"variant {index} is {value!r}: give an object with name and format")
            continue
        spec = cast("Mapping[str, object]", value)
        label = f"variant {index} ({spec.get('name', 'without a name')})"
        found = _problems(spec)
        problems += [f"{label}: {problem}" for problem in found]
        if not found:
            variants.append(_variant(spec))
    if not specs:
        problems.append("there are no variants: configure at least one")
    problems += _clashes(variants)
    if problems:
        raise VariantProblems(problems)
    return tuple(variants)


def recipe(variants: Sequence[Variant], background_colour: str) -> str:
    """Identify what is made of an upload: 16 hex digits that change when any output would.

    The order of the variants does not matter. `background_colour` is `#rrggbb`.
    """
    specs = [v.to_spec() for v in sorted(variants, key=lambda variant: variant.ending)]
    canonical = json.dumps(
        [specs, background_colour.lower()], sort_keys=True, separators=(",", ":")
    )
    return hashlib.sha256(canonical.encode()).hexdigest()[:16]


def _problems(spec: Mapping[str, object]) -> list[str]:
    problems = [
        f"unknown key {key!r}: allowed are {', '.join(_KEYS)}" for key in spec if key not in _KEYS
    ]
    name = spec.get("name")
    if not (isinstance(name, str) and _NAME.fullmatch(name)):
        problems.append(f"name is {name!r}: give 1-32 characters of a-z, 0-9 and underscore")
    formats = [image_format.value for image_format in ImageFormat]
    if spec.get("format") not in formats:
        problems.append(f"format is {spec.get('format')!r}: give one of {', '.join(formats)}")
    else:
        problems += _quality_problems(spec)
    for key in ("maxWidth", "maxHeight"):
        if key in spec and not _is_within(spec[key], MAX_SIDE_PIXELS):
            problems.append(f"{key} is {spec[key]!r}: give 1-{MAX_SIDE_PIXELS} pixels, or omit it")
    return problems


def _quality_problems(spec: Mapping[str, object]) -> list[str]:
    if "quality" not in spec:
        return []
    quality = spec["quality"]
    highest = _HIGHEST_QUALITY.get(ImageFormat(spec["format"]))
    if highest is None:
        return [f"quality is {quality!r}: {spec['format']} is lossless, omit it"]
    if not _is_within(quality, highest):
        return [f"quality is {quality!r}: give 1-{highest} for {spec['format']}"]
    return []


def _variant(spec: Mapping[str, object]) -> Variant:
    """Build a variant from a spec that has no problems."""
    image_format = ImageFormat(spec["format"])
    return Variant(
        name=str(spec["name"]),
        format=image_format,
        quality=_integer(spec.get("quality", _DEFAULT_QUALITY.get(image_format))),
        max_width_pixels=_integer(spec.get("maxWidth")),
        max_height_pixels=_integer(spec.get("maxHeight")),
    )


def _clashes(variants: Sequence[Variant]) -> list[str]:
    """Name the endings by which two sources could share an output; `handler.keys` says how."""
    repeated = Counter(variant.ending for variant in variants)
    return [
        f"{count} variants end in {ending!r}: change a name or a format"
        for ending, count in repeated.items()
        if count > 1
    ] + [
        f"ending {longer!r} includes ending {shorter!r}, so two uploads could share an output: "
        "change a name"
        for shorter, longer in permutations(repeated, 2)
        if longer.endswith(shorter)
    ]


def _is_within(value: object, highest: int) -> bool:
    number = _integer(value)
    return number is not None and 1 <= number <= highest


def _integer(value: object) -> int | None:
    """Return an integer as it is and all else as None, also True, which Python counts as 1."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None
