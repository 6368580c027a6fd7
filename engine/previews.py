"""Parse what `pulumi preview --json` prints, and find the steps that delete data."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

HOLDS_DATA = frozenset(
    {
        "aws:s3/bucket:Bucket",
        "aws:s3/bucketV2:BucketV2",
        "aws:dynamodb/table:Table",
        "aws:kms/key:Key",
        "aws:sqs/queue:Queue",
        "aws:cloudwatch/logGroup:LogGroup",
    }
)
"""Types whose deletion loses data."""

UNCHANGED = frozenset({"same", "read", "refresh"})
REPLACING = frozenset({"replace", "create-replacement", "delete-replaced"})
DELETING = frozenset({"delete"})
"""Operations: https://www.pulumi.com/docs/iac/concepts/how-pulumi-works/"""


@dataclass(frozen=True, kw_only=True)
class Step:
    """What the engine would do with one resource."""

    operation: str
    kind: str
    name: str
    is_retained: bool
    """Whether it stays in the account when it is deleted from the stack."""

    @property
    def deletes_data(self) -> bool:
        """Whether data is lost, or left behind in a resource that is not used any more."""
        if self.kind not in HOLDS_DATA:
            return False
        return self.operation in REPLACING or (self.operation in DELETING and not self.is_retained)

    def __str__(self) -> str:
        return f"{self.operation} {self.kind.rpartition(':')[2]} {self.name}"


@dataclass(frozen=True, kw_only=True)
class Preview:
    """The steps that change something, and errors."""

    steps: Sequence[Step]
    errors: Sequence[str]


def parse_preview(text: str) -> Preview:
    """Parse a preview.

    Raises:
        ValueError: If the text is not JSON.
    """
    parsed: dict[str, Any] = json.loads(text)
    steps = [_step(each) for each in parsed.get("steps") or ()]
    diagnostics: list[dict[str, str]] = parsed.get("diagnostics") or []
    return Preview(
        steps=[step for step in steps if step.operation not in UNCHANGED],
        errors=[each["message"].strip() for each in diagnostics if each["severity"] == "error"],
    )


def _step(parsed: dict[str, Any]) -> Step:
    urn: str = parsed["urn"]
    *_, types, name = urn.split("::", 3)
    old: dict[str, Any] = parsed.get("oldState") or {}
    return Step(
        operation=parsed["op"],
        kind=types.rpartition("$")[2],
        name=name,
        is_retained=bool(old.get("retainOnDelete")),
    )
