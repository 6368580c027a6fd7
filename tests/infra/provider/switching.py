"""Simulates what a change of options makes of a deployed stack, as far as inputs are left out."""

from collections.abc import Iterator, Mapping
from typing import Any, cast

from infra.stack.history import DEPLOYED
from tests.infra.conftest import Deployment, run_again
from tests.infra.provider.optional_computed import InputPath, optional_computed
from tests.infra.provider.switches import Options, Switch

Inputs = Mapping[str, Any]

MEMORY = "random:index/randomId:RandomId"


def run_both_ways(base: str, switch: Switch) -> Iterator[tuple[Deployment, Deployment]]:
    """Yield the stack before and after the change to each side."""
    off, on = {**switch.needs, **switch.off}, {**switch.needs, **switch.on}
    yield _run(base, off, on)
    yield _run(base, on, off)


def _run(base: str, former: Options, options: Options) -> tuple[Deployment, Deployment]:
    before, fresh = run_again(base, {}, **former), run_again(base, {}, **options)
    kept = {
        name: {"prefix": prefix}
        for name, prefix in _memories(before).items()
        if prefix == DEPLOYED != _memories(fresh).get(name)
    }
    return before, run_again(base, kept, **options) if kept else fresh


def _memories(deployment: Deployment) -> Mapping[str, str]:
    return {
        each.name: each.inputs["prefix"]
        for each in deployment.resources
        if each.type == MEMORY and "prefix" in each.inputs
    }


def left_over(before: Deployment, after: Deployment) -> set[tuple[str, InputPath]]:
    """Return what a deployed stack has after a change, and a fresh one with these options has not.

    By type of resources and path of input. A resource that is created by the change has nothing
    left over, nor has one that is deleted.
    """
    former = {each.urn: each.inputs for each in before.resources}
    found: set[tuple[str, InputPath]] = set()
    for each in after.resources:
        if each.type.startswith("aws:") and each.urn in former:
            effective = effective_inputs(each.type, former[each.urn], each.inputs)
            found |= {(each.type, path) for path in _additions(each.inputs, effective)}
    return found


def effective_inputs(token: str, former: Inputs, sent: Inputs) -> Inputs:
    """Return the values that a resource has after an update, as Terraform's SDK plans them."""
    return _merged(optional_computed(token), former, sent, ())


def _merged(
    computed: frozenset[InputPath], former: Inputs, sent: Inputs, at: InputPath
) -> dict[str, Any]:
    merged = {key: value for key, value in sent.items() if value is not None}
    for key, value in former.items():
        path = (*at, key)
        if _is_absent(merged.get(key), value):
            if path in computed:
                merged[key] = value
        else:
            merged[key] = _merged_value(computed, value, merged[key], path)
    return merged


def _merged_value(computed: frozenset[InputPath], former: Any, sent: Any, at: InputPath) -> Any:
    if isinstance(former, dict) and isinstance(sent, dict):
        return _merged(computed, cast("Inputs", former), cast("Inputs", sent), at)
    if isinstance(former, list) and isinstance(sent, list):
        old, new = cast("list[Any]", former), cast("list[Any]", sent)
        pairs = zip(old, new, strict=False)
        return [_merged_value(computed, a, b, at) for a, b in pairs] + new[len(old) :]
    return sent


def _is_absent(sent: Any, former: Any) -> bool:
    """Whether nothing is sent, in the eyes of Terraform's SDK.

    It cannot tell an empty list of blocks from none, and takes "" for a computed text to be none:
    `finalizeDiff` in helper/schema/schema.go of hashicorp/terraform-plugin-sdk.
    """
    are_blocks = isinstance(former, list) and any(
        isinstance(each, dict) for each in cast("list[Any]", former)
    )
    return sent in (None, "") or (sent == [] and are_blocks)


def _additions(sent: Any, effective: Any, at: InputPath = ()) -> Iterator[InputPath]:
    """Yield the paths where what is effective is not what was sent."""
    if isinstance(sent, dict) and isinstance(effective, dict):
        given = cast("Inputs", sent)
        for key, value in cast("Inputs", effective).items():
            yield from _additions(given.get(key), value, (*at, key))
    elif isinstance(sent, list) and isinstance(effective, list):
        pairs = zip(cast("list[Any]", sent), cast("list[Any]", effective), strict=False)
        for given, value in pairs:
            yield from _additions(given, value, at)
        if not sent and effective:
            yield at
    elif effective != sent:
        yield at
