"""The variants of a stack: those of its list, with overrides, and extra ones. Pure but for
watermark images, which are read."""

import difflib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from handler.images.variants.output_formats import SAME, ImageFormat, formats_of, has_option
from handler.images.variants.parsing import Variant, VariantProblems
from handler.images.variants.rules import SpecProblem
from infra.config.changes import Place
from infra.config.findings import Finding, Refused
from infra.config.limits import MAX_VARIANTS_BYTES
from infra.config.watermark_files import parse_specs

Spec = Mapping[str, object]

LIST, OVERRIDES, EXTRA = "variants", "variantOverrides", "extraVariants"

DEFAULT_FORMAT = ImageFormat.WEBP
"""Of an extra variant that names none: it keeps transparency and animations."""


@dataclass(frozen=True, kw_only=True)
class _Source:
    """A variant's JSON form, and its place in the options."""

    spec: Spec
    home: Place
    overridden: frozenset[str] = frozenset()
    """Keys whose values are in the overrides."""

    @property
    def name(self) -> str:
        return str(self.spec.get("name"))


def variants_of(
    listed: Sequence[Spec], overrides: Mapping[str, Spec], extra: Mapping[str, Spec]
) -> tuple[Variant, ...]:
    """Read the variants that a stack asks for.

    Args:
        listed: each with a name and a format.
        overrides: keys that replace those of listed variants, by name. Of several variants of one
            name a key that not all formats have is for those that have it.
        extra: further variants, by name.

    Raises:
        Refused: with all that is wrong, each at its place in the stack's options.
    """
    findings = [*_override_findings(listed, overrides), *_extra_findings(listed, extra)]
    sources = [
        *(_overridden(index, spec, listed, overrides) for index, spec in enumerate(listed)),
        *(
            _Source(spec={"format": DEFAULT_FORMAT.value, **spec, "name": name}, home=(EXTRA, name))
            for name, spec in extra.items()
        ),
    ]
    try:
        variants = parse_specs([source.spec for source in sources])
    except VariantProblems as error:
        raise Refused(
            *findings, *(_finding(each, sources[int(each.place[0])]) for each in error.problems)
        ) from None
    findings += _size_findings(variants, EXTRA if extra else LIST)
    if findings:
        raise Refused(*findings)
    return variants


def _overridden(
    index: int, spec: Spec, listed: Sequence[Spec], overrides: Mapping[str, Spec]
) -> _Source:
    namesakes = [other for other in listed if other.get("name") == spec.get("name")]
    own = {
        key: value
        for key, value in overrides.get(str(spec.get("name")), {}).items()
        if key != "name" and (_has(spec, key) or not any(_has(other, key) for other in namesakes))
    }
    return _Source(spec={**spec, **own}, home=(LIST, index), overridden=frozenset(own))


def _has(spec: Spec, key: str) -> bool:
    """Say whether a variant's format has a key."""
    name = spec.get("format")
    if name not in (*ImageFormat, SAME):
        return True  # which is reported by itself
    return any(has_option(each, key) for each in formats_of(str(name)))


def _finding(problem: SpecProblem, source: _Source) -> Finding:
    """Say where a problem of one variant is, in the options of the stack."""
    rest = problem.place[1:]
    option, *home = source.home
    if rest and rest[0] in source.overridden:
        option, home = OVERRIDES, [source.name]
    if option == EXTRA and rest == ("name",):
        rest = ()
    place = (*home, *rest)
    return Finding(option=str(option), inside=place, why=problem.why, examples=problem.examples)


def _override_findings(listed: Sequence[Spec], overrides: Mapping[str, Spec]) -> Iterator[Finding]:
    names = [str(spec.get("name")) for spec in listed]
    for name, spec in overrides.items():
        if name not in names:
            near = tuple(difflib.get_close_matches(name, names, n=1))
            why = (
                f"variants has none of the name {name!r}: it has {', '.join(dict.fromkeys(names))}"
            )
            yield Finding(option=OVERRIDES, inside=(name,), why=why, names=near)
        elif "name" in spec:
            why = f"{name} has the key name: the name of a listed variant cannot be overridden"
            yield Finding(option=OVERRIDES, inside=(name, "name"), why=why)


def _extra_findings(listed: Sequence[Spec], extra: Mapping[str, Spec]) -> Iterator[Finding]:
    names = {str(spec.get("name")) for spec in listed}
    for name, spec in extra.items():
        if name in names:
            why = f"variants has a variant of the name {name!r}: override that, or choose another"
            yield Finding(option=EXTRA, inside=(name,), why=why, names=(f"{name}_2",))
        if "name" in spec:
            why = f"{name} has the key name: the name is {name}"
            yield Finding(option=EXTRA, inside=(name, "name"), why=why)


def _size_findings(variants: Sequence[Variant], option: str) -> Iterator[Finding]:
    length_bytes = len(json.dumps([variant.to_spec() for variant in variants]))
    if length_bytes > MAX_VARIANTS_BYTES:
        why = (
            f"the variants take {length_bytes} bytes of the function's environment, at most "
            f"{MAX_VARIANTS_BYTES} are free: have fewer of them, or fewer keys"
        )
        yield Finding(option=option, why=why, has_surplus=True)
