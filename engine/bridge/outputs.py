"""Convert states of the Terraform provider to properties of pulumi-aws's resources."""

from collections.abc import Collection
from typing import Any, cast

from engine.bridge.names import camel, property_of
from engine.bridge.wire import Properties
from engine.terraform.schema import Block, Nested, Object
from engine.terraform.unknown import UNKNOWN

NO_NAMES = frozenset[str]()


def outputs(block: Block, state: Object, names: Collection[str] = NO_NAMES) -> Properties:
    """Return the values of a state that are not null, as properties.

    Args:
        names: properties that pulumi-aws has; unknown within a nested block.
    """
    result: Properties = {}
    for name, value in state.items():
        key = property_of(name, names)
        if (nested := block.nested.get(name)) is not None:
            value = _nested(nested, value)
            if isinstance(value, list) and key == camel(name):
                items = cast("list[Any]", value)
                if nested.max_items == 1:
                    value = next(iter(items), None)
                elif not names:
                    key = f"{key}s"
        if value is not None:
            result[key] = value
    return result


def _nested(nested: Nested, value: Any) -> Any:
    if isinstance(value, list):
        items = cast("list[Any]", value)
        return [UNKNOWN if item is UNKNOWN else outputs(nested.block, item) for item in items]
    return outputs(nested.block, cast("Object", value)) if isinstance(value, dict) else value
