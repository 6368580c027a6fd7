"""Convert states of the Terraform provider to properties of pulumi-aws's resources."""

from collections.abc import Mapping
from typing import Any, cast

from engine.bridge.names import camel, property_of
from engine.bridge.wire import Properties
from engine.terraform.schema import Block, Nested, Object
from engine.terraform.unknown import UNKNOWN

NO_NAMES: Mapping[str, bool] = {}


def outputs(block: Block, state: Object, names: Mapping[str, bool] = NO_NAMES) -> Properties:
    """Return the values of a state that are not null, as properties.

    Args:
        names: properties that pulumi-aws has, and which are lists; empty where that is not known,
            as in a nested block.
    """
    result: Properties = {}
    for name, value in state.items():
        key, nested = property_of(name, names), block.nested.get(name)
        if nested is not None:
            value = _nested(nested, value)
        if isinstance(value, list):
            items = cast("list[Any]", value)
            is_list = names.get(key, nested is None or nested.max_items != 1)
            if not is_list:  # pulumi-aws has the only item instead
                value = next(iter(items), None)
            elif nested is not None and key not in names:
                key = f"{camel(name)}s"
        if value is not None:
            result[key] = value
    return result


def _nested(nested: Nested, value: Any) -> Any:
    if isinstance(value, list):
        items = cast("list[Any]", value)
        return [UNKNOWN if item is UNKNOWN else outputs(nested.block, item) for item in items]
    return outputs(nested.block, cast("Object", value)) if isinstance(value, dict) else value
