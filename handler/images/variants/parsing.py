"""Reads the variants of a stack from their JSON form, and identifies them by a recipe.

Standard library only, because the Pulumi program reads this module too, so that a variant the
function would refuse fails at preview.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import permutations
from typing import cast

from handler.images.variants.options import read_options
from handler.images.variants.output_formats import FORMATS, SAME, formats_of, has_option
from handler.images.variants.rules import SpecProblem
from handler.images.variants.specs import spec_problems, texts_of
from handler.images.variants.variant import Variant


class VariantProblems(ValueError):  # noqa: N818 - it holds problems, in the plural
    """Raised with everything that is wrong with a list of variants."""

    problems: tuple[SpecProblem, ...]
    """Each names the variant by index and name; its place begins with the index."""

    def __init__(self, problems: Sequence[SpecProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(map(str, problems)))


def parse_variants(specs: Sequence[object]) -> tuple[Variant, ...]:
    """Read variants from their JSON form, such as
    `{"name": "thumbnail", "format": "jpeg", "quality": 85, "maxWidth": 150, "maxHeight": 150}`.

    A spec with `widths` gives a variant for each, and one with format `same` one for each format.
    Without any, an upload is only described.

    Raises:
        VariantProblems: With all problems at once, if there is any.
    """
    problems: list[SpecProblem] = []
    variants: list[tuple[int, Variant]] = []
    for index, value in enumerate(specs):
        if not isinstance(value, Mapping):
            subject, why = f"variant {index} is {value!r}", "give an object with name and format"
            problems.append(SpecProblem(subject=subject, why=why, place=(index,)))
            continue
        spec = texts_of(cast("Mapping[str, object]", value))
        label = f"variant {index} ({spec.get('name', 'without a name')})"
        single = list(_widened(spec))
        found = spec_problems(spec) or [p for one in single for p in spec_problems(one)]
        problems += [problem.within(index, label) for problem in found]
        if not found:
            variants += [(index, variant) for one in single for variant in _of_each_format(one)]
    problems += _clashes(variants)
    if problems:
        raise VariantProblems(problems)
    return tuple(variant for _, variant in variants)


def recipe(
    variants: Sequence[Variant],
    background_colour: str,
    *,
    max_frames: int = 1,
    policies: Sequence[str] = (),
) -> str:
    """Identify what is made of an upload: 16 hex digits that change when any output would.

    Args:
        variants: In any order.
        background_colour: `#rrggbb`.
        max_frames: Of an animation; what does not move does not depend on it.
        policies: What the record depends on beside the variants.
    """
    specs = [v.to_spec() for v in sorted(variants, key=lambda variant: variant.key_suffix)]
    frames = max_frames if any(v.supports_animation for v in variants) else 1
    canonical = json.dumps(
        [specs, background_colour.lower(), frames, *policies],
        sort_keys=True,
        separators=(",", ":"),
    )
    return hashlib.sha256(canonical.encode()).hexdigest()[:16]


def _widened(spec: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    """Yield a spec for each of its widths: `hero` of 640 pixels becomes `hero_640`."""
    widths = spec.get("widths")
    if not isinstance(widths, list | tuple):
        yield spec
        return
    shared = {key: value for key, value in spec.items() if key != "widths"}
    for width in cast("Sequence[object]", widths):
        name = f"{spec.get('name')}_{width}"
        yield {"srcset": spec.get("name"), **shared, "name": name, "maxWidth": width}


def _of_each_format(spec: Mapping[str, object]) -> Iterator[Variant]:
    """Yield the variants of a spec that has no problems: several if its format is `same`."""
    for image_format in formats_of(str(spec["format"])):
        own = {key: value for key, value in spec.items() if has_option(image_format, key)}
        if spec["format"] == SAME:
            own["sources"] = FORMATS[image_format].sources
        yield _variant({**own, "format": image_format})


def _variant(spec: Mapping[str, object]) -> Variant:
    variant = Variant(**read_options(Variant, spec))
    if variant.lossless:
        return replace(variant, quality=None)
    quality = variant.quality or FORMATS[variant.format].default_quality
    return replace(variant, quality=quality)


def _clashes(variants: Sequence[tuple[int, Variant]]) -> Iterator[SpecProblem]:
    """Name the key suffixes by which two sources could share an output."""
    repeated = Counter(variant.key_suffix for _, variant in variants)
    # The last variant with a suffix, as it was added to the others.
    owners = {variant.key_suffix: index for index, variant in variants}
    for key_suffix, count in repeated.items():
        if count > 1:
            why = f"{count} variants end in {key_suffix!r}: change a name or a format"
            yield SpecProblem(why=why, place=(owners[key_suffix], "name"))
    for shorter, longer in permutations(repeated, 2):
        if longer.endswith(shorter):
            why = (
                f"ending {longer!r} includes ending {shorter!r}, so two uploads could share an "
                "output: change a name"
            )
            yield SpecProblem(why=why, place=(max(owners[shorter], owners[longer]), "name"))
