"""What a variant's JSON form may say: each key by itself, and with the others.

Standard library only.
"""

from collections.abc import Mapping

from handler.images.render.geometry import ATTENTION, Fit, Position
from handler.images.source.formats import READABLE
from handler.images.variants.encodings import (
    HIGHEST_QUALITY,
    OWN_KEYS,
    SAME,
    SOURCES,
    SUBSAMPLINGS,
    ImageFormat,
)
from handler.images.variants.rules import (
    COLOUR,
    FLAG,
    Rule,
    integer,
    is_within,
    list_of,
    matches,
    one_of,
    problems_with,
)
from handler.images.variants.variant import Disposition
from handler.images.variants.watermark import watermark_problems

MAX_SIDE_PIXELS = 16_384
"""Largest box that can be asked for: about what WebP can hold (16,383) and screens can show."""
MIN_BYTES, MAX_BYTES = 1_024, 100 * 1_024 * 1_024
"""Least and most that `maxBytes` can ask for. Below, even one pixel does not fit in each format."""
MAX_SHARPEN_PERCENT = 200
MAX_WIDTHS = 10

_CACHE_CONTROL = r"(?=.{1,200}\Z)[a-z-]+(=\d{1,10})?(, ?[a-z-]+(=\d{1,10})?)*"
"""Directives of RFC 9111, section 5.2.2, RFC 5861 and RFC 8246, but for lists of fields."""

_FORMATS = (*(image_format.value for image_format in ImageFormat), SAME)


_RULES: Mapping[str, Rule] = {
    "name": matches("[a-z0-9_]{1,32}", "1-32 characters of a-z, 0-9 and underscore"),
    "format": one_of(_FORMATS),
    "quality": Rule("", lambda _: True),  # depends on the format
    "maxWidth": integer(1, MAX_SIDE_PIXELS, "pixels"),
    "maxHeight": integer(1, MAX_SIDE_PIXELS, "pixels"),
    "widths": list_of(
        lambda value: is_within(value, 1, MAX_SIDE_PIXELS),
        MAX_WIDTHS,
        f"up to {MAX_WIDTHS} different widths of 1-{MAX_SIDE_PIXELS} pixels",
    ),
    "fit": one_of(tuple(fit.value for fit in Fit)),
    "position": one_of((*(position.value for position in Position), ATTENTION)),
    "watermark": Rule("", lambda _: True),  # has keys of its own
    "enlarge": FLAG,
    "animated": FLAG,
    "lossless": FLAG,
    "progressive": FLAG,
    "subsampling": one_of(SUBSAMPLINGS),
    "maxBytes": integer(MIN_BYTES, MAX_BYTES, "bytes"),
    "sharpen": integer(1, MAX_SHARPEN_PERCENT, "percent"),
    "greyscale": FLAG,
    "background": COLOUR,
    "skipIfLarger": FLAG,
    "sources": list_of(
        lambda value: value in READABLE,
        len(READABLE),
        f"different formats out of {', '.join(READABLE)}",
    ),
    "srcset": matches("[a-z0-9_]{1,32}", "1-32 characters of a-z, 0-9 and underscore"),
    "keepCopyright": FLAG,
    "cacheControl": matches(
        _CACHE_CONTROL, "up to 200 characters of directives, such as public, max-age=86400"
    ),
    "contentDisposition": one_of(tuple(disposition.value for disposition in Disposition)),
    "copyUserMetadata": FLAG,
    "copyTags": FLAG,
}


def spec_problems(spec: Mapping[str, object]) -> list[str]:
    """Return all that is wrong with one variant's JSON form: a clause each, without its name."""
    problems = problems_with(spec, _RULES, ("name", "format"))
    if "watermark" in spec:
        problems += [f"watermark: {problem}" for problem in watermark_problems(spec["watermark"])]
    return problems + _format_problems(spec) + ([] if problems else _combination_problems(spec))


def _format_problems(spec: Mapping[str, object]) -> list[str]:
    """Return what the format does not allow."""
    if spec.get("format") not in _FORMATS:
        return []
    formats = formats_of(spec)
    problems = [
        f"{key} is {spec[key]!r}: {spec['format']} knows no {key}, omit it"
        for key, having in OWN_KEYS.items()
        if key in spec and not set(formats) & set(having)
    ]
    highest = min((HIGHEST_QUALITY[f] for f in formats if f in HIGHEST_QUALITY), default=None)
    if "quality" in spec and highest and not is_within(spec["quality"], 1, highest):
        problems.append(f"quality is {spec['quality']!r}: give 1-{highest} for {spec['format']}")
    return problems


def _combination_problems(spec: Mapping[str, object]) -> list[str]:
    """Return which keys, each allowed by itself, contradict one another."""
    box = [key for key in ("maxWidth", "maxHeight", "widths") if key in spec]
    fit = spec.get("fit", Fit.INSIDE)
    return [
        problem
        for is_wrong, problem in (
            ("widths" in spec and "maxWidth" in spec, "widths and maxWidth: give one of them"),
            (
                fit != Fit.INSIDE and len(box) < 2,
                f"fit is {fit!r}: give the box, maxWidth and maxHeight",
            ),
            (
                "position" in spec and fit != Fit.COVER,
                f"position is {spec.get('position')!r}: give fit cover, or omit it",
            ),
            (spec.get("enlarge") and not box, "enlarge is True: give maxWidth, maxHeight or both"),
            (
                spec.get("lossless") and {"quality", "maxBytes"} & set(spec),
                "lossless is True: omit quality and maxBytes",
            ),
            (
                "sources" in spec and spec["format"] == SAME,
                f"sources are {spec.get('sources')!r}: format same has its own, omit them",
            ),
        )
        if is_wrong
    ]


def formats_of(spec: Mapping[str, object]) -> tuple[ImageFormat, ...]:
    """Return the formats that a spec asks for: one, or all for `same`."""
    name = str(spec["format"])
    return tuple(SOURCES) if name == SAME else (ImageFormat(name),)
