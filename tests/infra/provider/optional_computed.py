"""Inputs of pulumi-aws's resources that are optional and computed: left out, they keep their value.

The provider fills such an input in, if the program does not send it: on creation with the default
of AWS, and on an update with the present value. So a feature is not switched off by leaving its
input out.
"""

import importlib
import json
import keyword
import typing
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import NoneType
from typing import cast

RECORDED = Path(__file__).parent / "nested.json"
"""Those inside of blocks, as record_nested.py writes them: the SDK does not show them."""

InputPath = tuple[str, ...]
"""Names of an input and of what is inside of it, on the wire; without indices of lists."""


@cache
def optional_computed(token: str) -> frozenset[InputPath]:
    """Return the paths of all such inputs of a type of resources, such as `aws:sqs/queue:Queue`."""
    return frozenset((name,) for name in always_there(token)) | recorded_nested()[token]


def always_there(token: str) -> frozenset[str]:
    """Return the inputs and outputs that a resource has, whether they are sent or not.

    The SDK's output types show it: `Output[str]`, and not `Output[Optional[str]]`. Required inputs
    are among them; they are always sent.
    """
    return frozenset(
        name
        for name, kind in outputs_of(class_of(token)).items()
        if NoneType not in typing.get_args(typing.get_args(kind)[0])
    )


@cache
def recorded_nested() -> Mapping[str, frozenset[InputPath]]:
    """Return what is recorded, by type of resources."""
    recorded = json.loads(RECORDED.read_text(encoding="utf-8"))
    nested = cast("Mapping[str, list[str]]", recorded["nested"])
    return {
        token: frozenset(tuple(path.split(".")) for path in paths)
        for token, paths in nested.items()
    }


def class_of(token: str) -> type[object]:
    """Return the SDK's class of a type of resources."""
    _, place, name = token.split(":")
    module = place.partition("/")[0]
    module += "_" if keyword.iskeyword(module) else ""
    return cast("type[object]", getattr(importlib.import_module(f"pulumi_aws.{module}"), name))


def outputs_of(kind: type[object]) -> Mapping[str, object]:
    """Return the types of the outputs of a resource, or of a block of one, by name on the wire."""
    getters = (found.fget for found in vars(kind).values() if isinstance(found, property))
    return {
        str(vars(getter).get("_pulumi_name", getter.__name__)): typing.get_type_hints(getter)[
            "return"
        ]
        for getter in getters
        if getter is not None
    }
