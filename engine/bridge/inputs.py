"""Convert the inputs of pulumi-aws's resources to configuration of the Terraform provider."""

import json
from collections.abc import Mapping
from typing import Any, cast

from engine.bridge.names import argument, snake
from engine.terraform.provider import ProviderError
from engine.terraform.schema import Block, Nested, Object, empty
from engine.terraform.unknown import UNKNOWN


def configuration(block: Block, inputs: Mapping[str, Any], place: str) -> Object:
    """Return inputs as an object of a block, in which all else is null.

    Raises:
        ProviderError: If the provider has no argument for an input.
    """
    result = empty(block)
    for key, value in inputs.items():
        if key.startswith("__") or value is None:
            continue
        name = argument(key, block.names)
        if name is None:
            raise ProviderError(f"{place}: the provider has no argument for {key!r}")
        if name in block.nested:
            result[name] = _nested(block.nested[name], value, f"{place}.{key}")
        else:
            result[name] = _typed(block.attributes[name].kind, value)
    return result


def _nested(nested: Nested, value: Any, place: str) -> Any:
    if value is UNKNOWN:
        return UNKNOWN
    if nested.is_one:
        return configuration(nested.block, value, place)
    return [
        UNKNOWN if item is UNKNOWN else configuration(nested.block, item, place)
        for item in _listed(value)
    ]


def _typed(kind: Any, value: Any) -> Any:
    """Convert a value to a type of the provider, as Pulumi's bridge does."""
    if value is None or value is UNKNOWN:
        return value
    if isinstance(kind, list):
        outer, inner = cast("list[Any]", kind)
        return _typed_collection(outer, inner, value)
    if kind == "string":
        return value if isinstance(value, str) else _as_json(value)
    if kind == "bool" and isinstance(value, str):
        return value == "true"
    if kind == "number" and isinstance(value, str):
        return float(value) if "." in value else int(value)
    return value


def _typed_collection(outer: str, inner: Any, value: Any) -> Any:
    if outer == "map":
        return {key: _typed(inner, item) for key, item in value.items()}
    if outer == "object":
        given = {snake(key): item for key, item in value.items()}
        return {key: _typed(kind, given.get(key)) for key, kind in inner.items()}
    return [_typed(inner, item) for item in _listed(value)]


def _as_json(value: Any) -> Any:
    try:
        return json.dumps(value)
    except TypeError:  # something in it is unknown
        return UNKNOWN


def _listed(value: Any) -> list[Any]:
    """Return a list; pulumi-aws has an object for a list of at most one."""
    return cast("list[Any]", value) if isinstance(value, list) else [value]
