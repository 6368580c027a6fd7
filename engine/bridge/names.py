"""The names of pulumi-aws, and those of the Terraform provider under it."""

import importlib
import re
import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Union, get_args, get_origin

SHORTER: Mapping[str, frozenset[str]] = {
    "name": frozenset({"function_name", "alarm_name"}),
    "function": frozenset({"function_name"}),
    "topic": frozenset({"topic_arn"}),
}
"""Properties that pulumi-aws has a shorter name for than the provider."""

MODULES = {"lambda": "lambda_", "index": ""}
"""Modules of the package that are not called as in the token of a type."""

_imports = threading.Lock()


def snake(text: str) -> str:
    """`maxReceiveCount` becomes `max_receive_count`."""
    text = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", text)
    return re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", text).lower()


def camel(text: str) -> str:
    """`max_receive_count` becomes `maxReceiveCount`."""
    first, *rest = text.split("_")
    return first + "".join(word.capitalize() for word in rest)


def terraform_type(token: str, known: Collection[str]) -> str | None:
    """Return Terraform's type for a token such as `aws:sqs/queue:Queue`."""
    _, module, name = token.split(":")
    bare, group = snake(name.removesuffix("V2")), snake(module.partition("/")[0])
    candidates = (f"aws_{group}_{bare}", f"aws_{bare}")
    return next((each for each in candidates if each in known), None)


def argument(key: str, known: Collection[str]) -> str | None:
    """Return the argument that a property of pulumi-aws stands for; lists have plural names."""
    candidates = (*_singulars(snake(key)), *sorted(SHORTER.get(key, ())))
    return next((each for each in candidates if each in known), None)


def _singulars(name: str) -> Iterator[str]:
    yield name
    if name.endswith("ies"):
        yield f"{name[:-3]}y"
    if name.endswith("es"):
        yield name[:-2]
    if name.endswith("s"):
        yield name[:-1]


def property_of(name: str, known: Collection[str]) -> str:
    """Return the property of pulumi-aws for an argument, by the properties of its class."""
    plain = camel(name)
    plurals = (f"{plain}s", f"{plain[:-1]}ies", f"{plain}es")
    shorter = (short for short, full in SHORTER.items() if name in full)
    return next((each for each in (plain, *plurals, *shorter) if each in known), plain)


@cache
def properties(token: str) -> Mapping[str, bool]:
    """Return the output properties of a class of pulumi-aws, and which of them are lists.

    Args:
        token: that of the type, such as `aws:sqs/queue:Queue`.
    """
    _, module, name = token.split(":")
    group = module.partition("/")[0]
    group = MODULES.get(group, group)
    with _imports:  # the package loads its modules lazily, which two threads at once break
        found: Any = getattr(importlib.import_module(f"pulumi_aws.{group}".rstrip(".")), name)
    members: dict[str, Any] = dict(found.__dict__)
    getters: list[Any] = [each.fget for each in members.values() if isinstance(each, property)]
    return {
        getattr(getter, "_pulumi_name", None) or camel(getter.__name__): _returns_list(getter)
        for getter in getters
    }


def _returns_list(getter: Any) -> bool:
    """Return whether a property's type is `Output[Sequence[...]]`, which may be optional."""
    (value,) = get_args(getter.__annotations__["return"])
    kinds: tuple[Any, ...] = get_args(value) if get_origin(value) is Union else (value,)
    return any(get_origin(kind) is Sequence for kind in kinds)
