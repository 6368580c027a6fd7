"""What to change so that one problem with the options is gone and all else stays. Pure.

Candidates come nearest first, and each is tried, so that what is offered works.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import cast

from infra.config.changes import Change, Drop, Place, Put, applied
from infra.config.findings import Finding
from infra.config.near_values import near_values
from infra.config.secrets import Secrets

Changes = Sequence[Change]
Check = Callable[[Mapping[str, object]], Sequence[Finding]]
"""Returns what is wrong with a stack whose own options are those."""

MAX_TRIALS = 300

_SECRET = re.compile("pass|pwd|secret|token", re.IGNORECASE)
"""Under such keys the CLI takes some texts for secrets: pkg/cmd/pulumi/config/config.go."""


def fix_for(finding: Finding, own: Mapping[str, object], check: Check, secrets: Secrets) -> Changes:
    """Return the first changes after which a problem is gone and there is no new one.

    Args:
        finding: the problem.
        own: the options that the stack sets, with their values.
        check: tries other options in their place.
        secrets: what no change may show.
    """
    signature, before = _signature(finding), Counter(map(_signature, check(own)))
    others = before - Counter([signature])
    fallback: Changes = [Drop((finding.option,))]
    is_gone = False
    candidates = (each for each in _candidates(finding, own) if not _shows(each, finding, secrets))
    for changes in islice(candidates, MAX_TRIALS):
        try:
            after = Counter(map(_signature, check(applied(own, changes))))
        except LookupError:
            continue
        if after <= others:
            return changes
        if not is_gone and after[signature] < before[signature]:
            # Another problem, which this one hid, comes to light.
            fallback, is_gone = changes, True
    return fallback


def value_at(config: object, place: Place) -> object:
    """Return what is at a place, or None."""
    for part in place:
        try:
            config = cast("Mapping[str | int, object]", config)[part]
        except (LookupError, TypeError):
            return None
    return config


def _shows(changes: Changes, finding: Finding, secrets: Secrets) -> bool:
    """Whether changes put a secret, or what may be made from one, where everyone can read it."""
    return any(
        isinstance(change, Put)
        and (
            bool(secrets.options & {change.place[0], *finding.reads})
            or secrets.within(change.value)
        )
        for change in changes
    )


def _signature(finding: Finding) -> tuple[str, ...]:
    """What a problem has in common with itself when an item before it is gone."""
    return (*(part for part in finding.place if isinstance(part, str)), finding.why)


def _candidates(finding: Finding, own: Mapping[str, object]) -> Iterator[Changes]:
    place, given = finding.place, value_at(own, finding.place)
    if finding.instead:
        yield finding.instead
    if finding.has_surplus:
        yield from _without_surplus(place, given)
    for value in _safe(place, near_values(given, finding)):
        yield [Put(place, value)]
        if isinstance(given, str) and not isinstance(value, str):
            yield _retyped(own, place, value)
    if isinstance(given, str):  # for a list of one
        yield [Drop(place), Put((*place, 0), given)]
    for name in finding.names:
        moved = _moved(given, (*place[:-1], name))
        if moved and value_at(own, (*place[:-1], name)) is None:
            yield [Drop(place), *moved]
    yield [Drop(place)]
    yield from ([Put(place, value)] for value in _safe(place, finding.examples))
    yield from ([Drop(place[:length])] for length in range(len(place) - 1, 0, -1))
    yield from ([Drop((other,))] for other in own)
    yield from ([Drop((finding.option,)), Drop((other,))] for other in own)


def _safe(place: Place, values: Sequence[object]) -> Iterator[bool | int | str]:
    for value in values:
        if isinstance(value, bool | int) or (
            isinstance(value, str) and not _SECRET.search(str(place))
        ):
            yield value


def _retyped(own: Mapping[str, object], place: Place, value: bool | int) -> Changes:
    """Drop a text before a value of another type is put, which would keep its quotes."""
    *outer, last = place
    if isinstance(last, str):
        return [Drop(place), Put(place, value)]
    items = [*cast("list[object]", value_at(own, tuple(outer)))]
    items[last] = value
    moved = _moved(items, tuple(outer))
    return [Drop(tuple(outer)), *moved] if moved else []


def _without_surplus(place: Place, given: object) -> Iterator[Changes]:
    """Drop the last ones, from the end on, so that no index moves before it is used."""
    if isinstance(given, list):
        parts: list[str | int] = list(range(len(cast("list[object]", given))))
    else:
        parts = [*cast("Mapping[str, object]", given or {})]
    for count in range(1, len(parts) + 1):
        yield [Drop((*place, part)) for part in reversed(parts[-count:])]


def _moved(value: object, place: Place) -> Changes:
    """Put all that a value holds under another name; nothing if the CLI cannot write a part."""
    if isinstance(value, bool | int | str):
        return [Put(place, value)]
    if isinstance(value, list):
        parts: Iterator[tuple[str | int, object]] = enumerate(cast("list[object]", value))
    elif isinstance(value, dict):
        parts = iter(cast("dict[str, object]", value).items())
    else:
        return []
    moved = [_moved(inner, (*place, part)) for part, inner in parts]
    return [change for changes in moved for change in changes] if all(moved) else []
