"""The model of the rules: stacks, resources, rules and violations.

Rules read recorded resources only, from a test or from a preview. In a preview, values that AWS has
not assigned yet are `UNKNOWN`, and an `UNKNOWN` value never breaks a rule.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from typing import Any, Final, TypeAlias, cast


class Unknown(Enum):
    """Marker for a value that is assigned only when the resources exist."""

    UNKNOWN = "unknown"


UNKNOWN: Final = Unknown.UNKNOWN


class Level(StrEnum):
    """Stacks that a rule applies to."""

    ALWAYS = "always"
    PROD = "prod"
    """Production only: the rule costs money or convenience."""
    OPTION = "option"
    """Resources that exist only with some option; applies wherever they exist."""


@dataclass(frozen=True, kw_only=True)
class Resource:
    """One resource of a stack. Names of inputs are camelCase, as in Pulumi's engine."""

    type: str
    """The full type token, such as `aws:s3/bucket:Bucket`."""
    name: str
    """The logical name."""
    urn: str
    inputs: Mapping[str, Any]
    references: Mapping[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])
    """URNs of the resources that each input depends on, by input."""
    protect: bool = False


@dataclass(frozen=True, kw_only=True)
class Stack:
    """All resources of a stack."""

    resources: Sequence[Resource]

    def of_type(self, *tokens: str) -> list[Resource]:
        """Return the resources with these type tokens, such as `sqs/queue:Queue`."""
        endings = tuple(f":{token}" for token in tokens)
        return [found for found in self.resources if found.type.endswith(endings)]

    def about(self, subject: Resource, token: str, key: str) -> list[Resource]:
        """Return the resources of a type whose input `key` refers to the subject."""
        same = subject.type.partition(":")[2]
        return [found for found in self.of_type(token) if subject in self.nearest(found, key, same)]

    def nearest(self, resource: Resource, key: str, token: str) -> list[Resource]:
        """Return the resources of a type that an input depends on, directly or through others."""
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
"""The resource, the problem, and the `Sid` of the statement if the problem is in a statement."""

Check: TypeAlias = Callable[[Stack], Iterator[Finding]]


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A condition that a stack must meet."""

    id: str
    level: Level
    description: str
    controls: tuple[str, ...]
    """Ids of AWS Security Hub, cdk-nag, checkov (CKV), prowler and serverless-rules."""
    next_step: str
    """Instruction that fixes a violation."""
    options: tuple[str, ...]
    """Options of the program that break the rule on purpose; such a rule only warns."""
    check: Check

    @property
    def is_mandatory(self) -> bool:
        """Whether the policy pack refuses a stack that breaks the rule."""
        return self.level is not Level.PROD and not self.options

    def violations(self, stack: Stack) -> Iterator["Violation"]:
        """Return the violations of the rule in a stack."""
        for resource, problem, *sid in self.check(stack):
            yield Violation(
                rule=self, resource=resource, problem=problem, sid=sid[0] if sid else ""
            )


@dataclass(frozen=True, kw_only=True)
class Violation:
    """A resource that breaks a rule."""

    rule: Rule
    resource: Resource
    problem: str
    sid: str = ""
    """The `Sid` of the statement, if the problem is in a statement."""

    def __str__(self) -> str:
        statement = f", statement {self.sid}" if self.sid else ""
        return (
            f"{self.resource.name}{statement}: {self.problem}. {self.rule.description}"
            f" ({', '.join(self.rule.controls)}). To fix: {self.rule.next_step}."
        )


def rule(
    level: Level, *controls: str, next_step: str, options: tuple[str, ...] = ()
) -> Callable[[Check], Rule]:
    """Turn a function into a rule: its name becomes the id, its docstring the description."""

    def make(check: Check) -> Rule:
        return Rule(
            id=check.__name__.replace("_", "-"),
            level=level,
            description=" ".join((check.__doc__ or "").partition("\n\n")[0].split()),
            controls=controls,
            next_step=next_step,
            options=options,
            check=check,
        )

    return make


def dig(value: object, *path: str | int) -> Any:
    """Return the value at a path through maps and lists, None if missing, UNKNOWN if unknown."""
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
    """Whether a value is a mapping."""
    return isinstance(value, Mapping)


def listed(value: object) -> list[Any]:
    """Return a value as a list: policies may give a single value bare. UNKNOWN yields no items."""
    if value is None or value is UNKNOWN:
        return []
    return list(cast("Sequence[Any]", value)) if isinstance(value, list | tuple) else [value]


def is_at_least(value: object, least: float) -> bool:
    """Whether a number is at least `least`, or is still unknown."""
    return value is UNKNOWN or (isinstance(value, int | float) and value >= least)
