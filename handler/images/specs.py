"""What a variant's JSON form may say: each key by itself, and with the others.

Standard library only.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import cast

from handler.images.encodings import (
    HIGHEST_QUALITY,
    OWN_KEYS,
    SAME,
    SOURCES,
    SUBSAMPLINGS,
    ImageFormat,
)
from handler.images.formats import READABLE
from handler.images.geometry import ATTENTION, Fit, Position
from handler.images.variant import Disposition

MAX_SIDE_PIXELS = 16_384
"""Largest box that can be asked for: about what WebP can hold (16,383) and screens can show."""
MIN_BYTES, MAX_BYTES = 1_024, 100 * 1_024 * 1_024
"""Least and most that `maxBytes` can ask for. Below, even one pixel does not fit in each format."""
MAX_SHARPEN_PERCENT = 200
MAX_WIDTHS = 10

_CACHE_CONTROL = r"(?=.{1,200}\Z)[a-z-]+(=\d{1,10})?(, ?[a-z-]+(=\d{1,10})?)*"
"""Directives of RFC 9111, section 5.2.2, RFC 5861 and RFC 8246, but for lists of fields."""

_FORMATS = (*(image_format.value for image_format in ImageFormat), SAME)


@dataclass(frozen=True)
class _Rule:
    """What a key allows: in words, and as a check."""

    allowed: str
    holds: Callable[[object], bool]


def _matches(pattern: str, allowed: str) -> _Rule:
    return _Rule(
        allowed, lambda value: isinstance(value, str) and re.fullmatch(pattern, value) is not None
    )


def _one_of(names: tuple[str, ...]) -> _Rule:
    return _Rule(f"one of {', '.join(names)}", lambda value: value in names)


def _integer(lowest: int, highest: int, unit: str) -> _Rule:
    return _Rule(
        f"{lowest}-{highest} {unit}, or omit it", lambda value: _is_within(value, lowest, highest)
    )


def _list_of(holds: Callable[[object], bool], most: int, allowed: str) -> _Rule:
    def is_such_a_list(value: object) -> bool:
        if not isinstance(value, list | tuple):
            return False
        items = cast("list[object]", value)
        return 1 <= len(items) == len(set(map(str, items))) <= most and all(map(holds, items))

    return _Rule(allowed, is_such_a_list)


_FLAG = _Rule("true or false", lambda value: isinstance(value, bool))
_COLOUR = _matches("#[0-9a-fA-F]{6}", "#rrggbb, such as #ffffff")

_RULES: Mapping[str, _Rule] = {
    "name": _matches("[a-z0-9_]{1,32}", "1-32 characters of a-z, 0-9 and underscore"),
    "format": _one_of(_FORMATS),
    "quality": _Rule("", lambda _: True),  # depends on the format
    "maxWidth": _integer(1, MAX_SIDE_PIXELS, "pixels"),
    "maxHeight": _integer(1, MAX_SIDE_PIXELS, "pixels"),
    "widths": _list_of(
        lambda value: _is_within(value, 1, MAX_SIDE_PIXELS),
        MAX_WIDTHS,
        f"up to {MAX_WIDTHS} different widths of 1-{MAX_SIDE_PIXELS} pixels",
    ),
    "fit": _one_of(tuple(fit.value for fit in Fit)),
    "position": _one_of((*(position.value for position in Position), ATTENTION)),
    "enlarge": _FLAG,
    "animated": _FLAG,
    "lossless": _FLAG,
    "progressive": _FLAG,
    "subsampling": _one_of(SUBSAMPLINGS),
    "maxBytes": _integer(MIN_BYTES, MAX_BYTES, "bytes"),
    "sharpen": _integer(1, MAX_SHARPEN_PERCENT, "percent"),
    "greyscale": _FLAG,
    "background": _COLOUR,
    "skipIfLarger": _FLAG,
    "sources": _list_of(
        lambda value: value in READABLE,
        len(READABLE),
        f"different formats out of {', '.join(READABLE)}",
    ),
    "srcset": _matches("[a-z0-9_]{1,32}", "1-32 characters of a-z, 0-9 and underscore"),
    "keepCopyright": _FLAG,
    "cacheControl": _matches(
        _CACHE_CONTROL, "up to 200 characters of directives, such as public, max-age=86400"
    ),
    "contentDisposition": _one_of(tuple(disposition.value for disposition in Disposition)),
    "copyUserMetadata": _FLAG,
    "copyTags": _FLAG,
}


def spec_problems(spec: Mapping[str, object]) -> list[str]:
    """Return all that is wrong with one variant's JSON form: a clause each, without its name."""
    problems = [
        f"unknown key {key!r}: allowed are {', '.join(_RULES)}" for key in spec if key not in _RULES
    ]
    for key, rule in _RULES.items():
        is_given = key in spec or key in ("name", "format")
        if is_given and not rule.holds(spec.get(key)):
            problems.append(f"{key} is {spec.get(key)!r}: give {rule.allowed}")
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
    if "quality" in spec and highest and not _is_within(spec["quality"], 1, highest):
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


def _is_within(value: object, lowest: int, highest: int) -> bool:
    """Say whether it is an integer in that range. True is none, though Python counts it as 1."""
    return isinstance(value, int) and not isinstance(value, bool) and lowest <= value <= highest
