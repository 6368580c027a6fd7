"""Rules of a variant's JSON form: for each key by itself, for the format, and for combinations.

Standard library only.
"""

from collections.abc import Mapping

from handler.images.render.geometry import Fit
from handler.images.variants.options import problems_with
from handler.images.variants.output_formats import (
    FORMATS,
    RESTRICTED_OPTIONS,
    SAME,
    ImageFormat,
    formats_of,
    has_option,
)
from handler.images.variants.rules import is_within
from handler.images.variants.variant import OPTIONS
from handler.images.variants.watermark import watermark_problems


def spec_problems(spec: Mapping[str, object]) -> list[str]:
    """Return all that is wrong with one variant's JSON form: a clause each, without its name."""
    problems = problems_with(spec, OPTIONS, ("name", "format"))
    if "watermark" in spec:
        problems += [f"watermark: {problem}" for problem in watermark_problems(spec["watermark"])]
    return problems + _format_problems(spec) + ([] if problems else _combination_problems(spec))


def _format_problems(spec: Mapping[str, object]) -> list[str]:
    """Return what the format does not allow."""
    name = spec.get("format")
    if name not in (*ImageFormat, SAME):
        return []
    formats = formats_of(str(name))
    problems = [
        f"{key} is {spec[key]!r}: {name} knows no {key}, omit it"
        for key in spec
        if key in RESTRICTED_OPTIONS and not any(has_option(each, key) for each in formats)
    ]
    qualities = [found for each in formats if (found := FORMATS[each].highest_quality)]
    highest = min(qualities, default=None)
    if "quality" in spec and highest and not is_within(spec["quality"], 1, highest):
        problems.append(f"quality is {spec['quality']!r}: give 1-{highest} for {name}")
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
