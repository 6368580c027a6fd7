"""Parse IAM policy documents into statements for the rules."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from policy.model import UNKNOWN, Resource, dig, is_map, listed

SOURCE_CONDITIONS = frozenset(
    ("aws:SourceArn", "aws:SourceAccount", "kms:EncryptionContext:aws:logs:arn")
)
"""Condition keys that limit a service to one source."""

ACCOUNT_PART, RESOURCE_PART = 4, 5
"""Positions of the account and of the resource in an ARN that is split at its colons."""


@dataclass(frozen=True, kw_only=True)
class Statement:
    """One statement of a policy document."""

    sid: str
    allows: bool
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    services: tuple[str, ...]
    """Service principals."""
    accounts: tuple[str, ...]
    """Principals of all other kinds; `*` matches everyone."""
    conditions: Mapping[str, Any]
    """Values by condition key, for all operators."""
    excepts: bool
    """Whether it has NotAction, NotResource or NotPrincipal."""

    @property
    def is_open(self) -> bool:
        """Whether the principal is everyone."""
        return "*" in self.accounts


def statements(resource: Resource, key: str = "policy") -> list[Statement]:
    """Parse the statements of a resource's policy; none while the policy is unknown.

    Raises:
        ValueError: If the policy is not JSON.
    """
    text = resource.inputs.get(key)
    if text is None or text is UNKNOWN or text == "":
        return []
    document: Any = json.loads(text) if isinstance(text, str) else text
    return [_statement(raw) for raw in listed(dig(document, "Statement"))]


def is_unknown(resource: Resource, key: str = "policy") -> bool:
    """Whether the policy depends on resources that do not exist yet."""
    return resource.inputs.get(key) is UNKNOWN


def _statement(raw: Mapping[str, Any]) -> Statement:
    principal = raw.get("Principal")
    by_kind = cast("Mapping[str, Any]", principal) if is_map(principal) else {"AWS": principal}
    return Statement(
        sid=str(raw.get("Sid", "")),
        allows=raw["Effect"] == "Allow",
        actions=tuple(listed(raw.get("Action"))),
        resources=tuple(listed(raw.get("Resource"))),
        services=tuple(listed(by_kind.get("Service"))),
        accounts=tuple(
            name for kind, names in by_kind.items() if kind != "Service" for name in listed(names)
        ),
        conditions=dict(_conditions(raw)),
        excepts=any(word in raw for word in ("NotAction", "NotResource", "NotPrincipal")),
    )


def _conditions(raw: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for tests in cast("Mapping[str, Mapping[str, Any]]", raw.get("Condition", {})).values():
        yield from tests.items()


def denies_plain_http(found: Statement) -> bool:
    """Whether the statement denies requests without TLS to everyone."""
    answer = str(found.conditions.get("aws:SecureTransport", "")).lower()
    return not found.allows and found.is_open and answer == "false"


def account_of(arn: str) -> str:
    """Return the account in an ARN, empty if it names none."""
    parts = arn.split(":")
    return parts[ACCOUNT_PART] if len(parts) > RESOURCE_PART else ""


def is_wild(arn: str) -> bool:
    """Whether an ARN has a wildcard in the resource that it names.

    A final `/*` or `:*` is not counted: it means all objects of one bucket, or all streams of one
    log group.
    """
    named = arn[:-2] if arn.endswith(("/*", ":*")) else arn
    return "*" in named or len(named.split(":")) <= RESOURCE_PART
