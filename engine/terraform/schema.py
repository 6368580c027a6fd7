"""Schemas of resources, and what Terraform's core does with values of them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from engine.terraform.unknown import UNKNOWN

SINGLE, LIST, SET, MAP, GROUP = 1, 2, 3, 4, 5
"""Nesting modes of blocks."""

Object = dict[str, Any]
"""A value of a block: each attribute and nested block by name."""


@dataclass(frozen=True, kw_only=True)
class Attribute:
    """An attribute of a block."""

    kind: Any
    """Its type as the protocol has it, such as `"string"` or `["set", "string"]`."""
    required: bool
    optional: bool
    computed: bool


@dataclass(frozen=True, kw_only=True)
class Nested:
    """A block within a block."""

    block: "Block"
    nesting: int
    max_items: int

    @property
    def is_one(self) -> bool:
        """Whether its value is an object, and not a collection of them."""
        return self.nesting in (SINGLE, GROUP)


@dataclass(frozen=True, kw_only=True)
class Block:
    """Attributes and nested blocks by name."""

    attributes: Mapping[str, Attribute]
    nested: Mapping[str, Nested]

    @property
    def names(self) -> frozenset[str]:
        """Names of all arguments."""
        return frozenset(self.attributes) | frozenset(self.nested)


def parse_block(message: Any) -> Block:
    """Return the block that a message of the protocol describes."""
    return Block(
        attributes={
            each.name: Attribute(
                kind=json.loads(each.type),
                required=each.required,
                optional=each.optional,
                computed=each.computed,
            )
            for each in message.attributes
        },
        nested={
            each.type_name: Nested(
                block=parse_block(each.block), nesting=each.nesting, max_items=each.max_items
            )
            for each in message.block_types
        },
    )


def empty(block: Block) -> Object:
    """Return an object of a block that has nothing in it."""
    collections: dict[str, object] = {
        name: None if nested.is_one else ({} if nested.nesting == MAP else [])
        for name, nested in block.nested.items()
    }
    return {**dict.fromkeys(block.attributes), **collections}


def proposed(block: Block, prior: Object | None, config: Any) -> Any:
    """Return what Terraform's core proposes: the configuration, with computed values as before.

    https://github.com/hashicorp/terraform/blob/main/internal/plans/objchange/objchange.go
    """
    if config is None or config is UNKNOWN:
        return config
    before = prior or empty(block)
    result: Object = {}
    for name, attribute in block.attributes.items():
        value = config.get(name)
        result[name] = before.get(name) if value is None and attribute.computed else value
    for name, nested in block.nested.items():
        now, was = config.get(name), before.get(name)
        if nested.is_one:
            result[name] = proposed(nested.block, was, now)
        elif isinstance(now, list):
            items = cast("list[Any]", now)
            earlier = cast("list[Any]", was) if isinstance(was, list) else []
            earlier = [*earlier, *[None] * len(items)]
            result[name] = [
                proposed(nested.block, old, item) for old, item in zip(earlier, items, strict=False)
            ]
        else:
            result[name] = now
    return result


def is_same(block: Block, name: str, one: Any, other: Any) -> bool:
    """Return whether two values of an argument are the same; a set has no order."""
    if one == other:
        return True
    if not (isinstance(one, list) and isinstance(other, list) and _is_set(block, name)):
        return False
    first, second = cast("list[Any]", one), cast("list[Any]", other)
    return UNKNOWN not in second and sorted(map(_sortable, first)) == sorted(map(_sortable, second))


def _is_set(block: Block, name: str) -> bool:
    if name in block.nested:
        return block.nested[name].nesting == SET
    return block.attributes[name].kind[0] == "set"  # of a scalar, it is its first letter


def _sortable(value: object) -> str:
    return json.dumps(value, sort_keys=True, default=str)
