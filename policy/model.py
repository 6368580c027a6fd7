"""Resources as the rules see them, and what a rule is.

A rule reads recorded resources only. Whether they come from a test or from a preview makes one
difference: in a preview, what AWS has still to name is `UNKNOWN`, and no rule is broken by it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from typing import Any, Final, TypeAlias, cast


class Unknown(Enum):
    """A value that is known only once the resources before it exist."""

    UNKNOWN = "unknown"


UNKNOWN: Final = Unknown.UNKNOWN


class Level(StrEnum):
    """On which stacks a rule has to hold."""

    ALWAYS = "always"
    PROD = "prod"
    """Costs money or comfort, which a stack for development may save."""
    OPTION = "option"
    """About resources that only an option creates; holds wherever they are."""


@dataclass(frozen=True, kw_only=True)
class Resource:
    """One resource of a stack; inputs are camelCase, as Pulumi's engine hands them on."""

    type: str
    """The whole token, such as `aws:s3/bucket:Bucket`."""
    name: str
    """The logical name."""
    urn: str
    inputs: Mapping[str, Any]
    references: Mapping[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])
    """The URNs of the resources that an input was made from, by input."""
    protect: bool = False


@dataclass(frozen=True, kw_only=True)
class Stack:
    """All resources of a stack."""

    resources: Sequence[Resource]

    def of_type(self, *tokens: str) -> list[Resource]:
        """Those of these types, by the ends of their tokens, such as `sqs/queue:Queue`."""
        endings = tuple(f":{token}" for token in tokens)
        return [found for found in self.resources if found.type.endswith(endings)]

    def about(self, subject: Resource, token: str, key: str) -> list[Resource]:
        """Those of a type whose input `key` names the subject."""
        same = subject.type.partition(":")[2]
        return [found for found in self.of_type(token) if subject in self.nearest(found, key, same)]

    def nearest(self, resource: Resource, key: str, token: str) -> list[Resource]:
        """The resources of a type that an input is made from, be it over others between them."""
        by_urn = {found.urn: found for found in self.resources}
        waiting, seen = list(resource.references.get(key, ())), set[str]()
        wanted = {found.urn for found in self.of_type(token)}
        while waiting:
            urn = waiting.pop()
            if urn not in seen and urn in by_urn:
                seen.add(urn)
                if urn not in wanted:
                    waiting += [more for urns in by_urn[urn].references.values() for more in urns]
        return [by_urn[urn] for urn in sorted(seen & wanted)]


Finding: TypeAlias = tuple[Resource, str] | tuple[Resource, str, str]
"""The resource, what is wrong with it, and the `Sid` of the statement if it is about one."""

Check: TypeAlias = Callable[[Stack], Iterator[Finding]]


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One thing that has to hold of a stack."""

    id: str
    level: Level
    description: str
    controls: tuple[str, ...]
    """Ids of AWS Security Hub, cdk-nag, checkov (CKV), prowler and serverless-rules."""
    next_step: str
    """What mends it."""
    check: Check

    def violations(self, stack: Stack) -> Iterator["Violation"]:
        """Where the stack breaks the rule."""
        for resource, what, *part in self.check(stack):
            sid = part[0] if part else ""
            yield Violation(rule=self, resource=resource, what=what, part=sid)


@dataclass(frozen=True, kw_only=True)
class Violation:
    """A resource that breaks a rule."""

    rule: Rule
    resource: Resource
    what: str
    part: str = ""
    """The `Sid` of the statement, if it is about one."""

    def __str__(self) -> str:
        where = f", statement {self.part}" if self.part else ""
        return (
            f"{self.resource.name}{where}: {self.what}. {self.rule.description}"
            f" ({', '.join(self.rule.controls)}). To mend: {self.rule.next_step}."
        )


def rule(level: Level, *controls: str, next_step: str) -> Callable[[Check], Rule]:
    """Make a rule of a function: its name is the id, its docstring the description."""

    def make(check: Check) -> Rule:
        return Rule(
            id=check.__name__.replace("_", "-"),
            level=level,
            description=" ".join((check.__doc__ or "").partition("\n\n")[0].split()),
            controls=controls,
            next_step=next_step,
            check=check,
        )

    return make


def dig(value: object, *path: str | int) -> Any:
    """What is at a path through maps and lists: None where it ends early, or UNKNOWN."""
    for step in path:
        if value is UNKNOWN:
            return UNKNOWN
        if isinstance(step, int):
            items = cast("Sequence[object]", value) if isinstance(value, list | tuple) else ()
            value = items[step] if step < len(items) else None
        else:
            value = cast("Mapping[str, object]", value).get(step) if is_map(value) else None
    return value


def is_map(value: object) -> bool:
    """Whether a value has named parts."""
    return isinstance(value, Mapping)


def listed(value: object) -> list[Any]:
    """A value as a list: policies may say one thing without brackets. UNKNOWN is nothing yet."""
    if value is None or value is UNKNOWN:
        return []
    return list(cast("Sequence[Any]", value)) if isinstance(value, list | tuple) else [value]


def is_at_least(value: object, least: float) -> bool:
    """Whether a number is large enough, or may be once it is known."""
    return value is UNKNOWN or (isinstance(value, int | float) and value >= least)
