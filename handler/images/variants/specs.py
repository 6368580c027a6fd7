"""Rules for the JSON form of a variant: per key, per format, and for combinations of keys.

Standard library only.
"""

from collections.abc import Mapping
from typing import cast

from handler.images.geometry import Fit
from handler.images.variants.options import problems_with, with_texts
from handler.images.variants.output_formats import (
    FORMATS,
    RESTRICTED_OPTIONS,
    SAME,
    ImageFormat,
    formats_of,
    has_option,
)
from handler.images.variants.rules import SpecProblem, is_within
from handler.images.variants.variant import OPTIONS
from handler.images.variants.watermark import WATERMARK_OPTIONS, watermark_problems


def spec_problems(spec: Mapping[str, object]) -> list[SpecProblem]:
    """Return all problems of one variant's JSON form."""
    problems = problems_with(spec, OPTIONS, ("name", "format"))
    if "watermark" in spec:
        found = watermark_problems(spec["watermark"])
        problems += [problem.within("watermark", "watermark") for problem in found]
    return problems + _format_problems(spec) + ([] if problems else _combination_problems(spec))


def texts_of(spec: Mapping[str, object]) -> dict[str, object]:
    """Return the JSON form with numbers and Booleans converted to strings for string options."""
    texts = with_texts(spec, OPTIONS)
    watermark = spec.get("watermark")
    if isinstance(watermark, Mapping):
        texts["watermark"] = with_texts(cast("Mapping[str, object]", watermark), WATERMARK_OPTIONS)
    return texts


def _format_problems(spec: Mapping[str, object]) -> list[SpecProblem]:
    """Return the problems of keys that the format does not support."""
    name = spec.get("format")
    if name not in (*ImageFormat, SAME):
        return []
    formats = formats_of(str(name))
    problems = [
        _problem(spec, key, f"{name} does not support {key}, omit it")
        for key in spec
        if key in RESTRICTED_OPTIONS and not any(has_option(each, key) for each in formats)
    ]
    qualities = [found for each in formats if (found := FORMATS[each].highest_quality)]
    highest = min(qualities, default=None)
    if "quality" in spec and highest and not is_within(spec["quality"], 1, highest):
        why = f"give 1-{highest} for {name}"
        problems.append(_problem(spec, "quality", why, (1, highest)))
    return problems


def _combination_problems(spec: Mapping[str, object]) -> list[SpecProblem]:
    """Return the problems of keys that contradict each other."""
    box = [key for key in ("maxWidth", "maxHeight", "widths") if key in spec]
    fit = spec.get("fit", Fit.INSIDE)
    return [
        _problem(spec, key, why)
        for is_wrong, key, why in (
            ("widths" in spec and "maxWidth" in spec, "maxWidth", "give either widths or maxWidth"),
            (fit != Fit.INSIDE and len(box) < 2, "fit", "give the box, maxWidth and maxHeight"),
            ("position" in spec and fit != Fit.COVER, "position", "give fit cover, or omit it"),
            (spec.get("enlarge") and not box, "enlarge", "give maxWidth, maxHeight or both"),
            (
                spec.get("lossless") and {"quality", "maxBytes"} & set(spec),
                *("lossless", "omit quality and maxBytes"),
            ),
            (
                spec.get("keepGainMap")
                and (spec.get("greyscale") or "watermark" in spec or fit == Fit.CONTAIN),
                *("keepGainMap", "omit greyscale, watermark and fit contain, or keepGainMap"),
            ),
            (
                "sources" in spec and spec["format"] == SAME,
                *("sources", "format same has its own sources, omit it"),
            ),
        )
        if is_wrong
    ]


def _problem(
    spec: Mapping[str, object], key: str, why: str, examples: tuple[object, ...] = ()
) -> SpecProblem:
    subject = f"{key} is {spec.get(key)!r}"
    return SpecProblem(subject=subject, why=why, place=(key,), examples=examples)
