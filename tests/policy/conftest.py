"""Stacks as the rules see them. Each is deployed under mocks."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from policy.model import Resource, Stack, Violation
from policy.rules import RULES
from policy.suppressions import unsuppressed
from tests.infra.conftest import Deployment, Registered, run_stack

PROD_ONLY = frozenset(
    (
        *("bucket-is-encrypted-under-own-key", "queue-is-encrypted-under-own-key"),
        *("topic-is-encrypted-under-own-key", "table-is-encrypted-under-own-key"),
        *("function-environment-is-encrypted-under-own-key", "logs-are-encrypted-under-own-key"),
        *("bucket-logs-requests", "table-refuses-to-be-deleted", "function-is-traced"),
        "logs-are-kept-for-a-year",
    )
)
"""What a stack for development saves."""

FEW_NEEDS = frozenset({"function-is-traced", "logs-are-kept-for-a-year"})
"""What is left of these where nothing that holds data is created, and a key is there."""

NO_DEAD_LETTERS = FEW_NEEDS | {
    *("bucket-is-encrypted-under-own-key", "logs-are-encrypted-under-own-key"),
    *("function-environment-is-encrypted-under-own-key", "bucket-logs-requests"),
    "direct-events-are-kept-when-they-fail",
}
"""What a function between two buckets gives up, with no queue beside it."""

OWN_KEY = frozenset(rule for rule in PROD_ONLY if rule.endswith("under-own-key"))

NETWORK: Mapping[str, object] = {
    "vpcId": "vpc-0a",
    "subnetIds": ["subnet-0a", "subnet-0b"],
    "routeTableIds": ["rtb-0a"],
    "enableVpcEndpoints": True,
}


NO_RECORDS: Mapping[str, object] = {"enableRecords": False, "enableReconciler": False}
NO_VARIANTS: Mapping[str, object] = {"variants": []}
COPIED_TAGS: Mapping[str, object] = {
    "variants": [{"name": "a", "format": "jpeg", "copyTags": True}]
}


@dataclass(frozen=True, kw_only=True)
class Case:
    """A stack with options, and the ids of all rules that its options give up."""

    stack: str
    options: Mapping[str, object] = field(default_factory=dict[str, object])
    gives_up: frozenset[str] = frozenset()

    def __str__(self) -> str:
        return "-".join((self.stack, *self.options))


CASES = (
    Case(stack="prod"),
    Case(stack="dev", gives_up=PROD_ONLY),
    Case(stack="local", gives_up=PROD_ONLY),
    Case(
        stack="dev",
        options={"enableKms": True},
        gives_up=PROD_ONLY - OWN_KEY | {"key-is-hard-to-lose"},
    ),
    Case(stack="prod", options={"enableKms": False}, gives_up=OWN_KEY),
    Case(stack="prod", options={"trigger": "eventbridge"}),
    Case(stack="prod", options={"trigger": "s3", "provisionedConcurrency": 1}),
    Case(
        stack="prod",
        options={"enableDlq": False},
        gives_up=frozenset({"queue-keeps-what-fails"}),
    ),
    Case(
        stack="prod",
        options={"trigger": "s3", "enableDlq": False},
        gives_up=frozenset({"direct-events-are-kept-when-they-fail"}),
    ),
    Case(
        stack="prod",
        options={"maxReceiveCount": 1},
        gives_up=frozenset({"queue-keeps-what-fails"}),
    ),
    Case(
        stack="prod",
        options={"provisionedConcurrency": 1, "provisionedConcurrencyMax": 5}
        | {"reservedConcurrency": 50, "notificationEmail": "team@example.com"},
    ),
    Case(
        stack="prod",
        options={"subscriptions": [{"protocol": "https", "endpoint": "https://example.com/hook"}]},
    ),
    Case(
        stack="prod",
        options={
            "existingUploadBucket": "their-photos",
            "existingProcessedBucket": "their-thumbnails",
            "existingTableName": "their-images",
            "existingTopicArn": "arn:aws:sns:us-east-1:123456789012:their-topic",
        },
    ),
    Case(stack="prod", options=NO_VARIANTS),
    Case(stack="prod", options=COPIED_TAGS),
    Case(stack="prod", options={"layout": "one-bucket"}),
    Case(
        stack="prod",
        options={"trigger": "eventbridge", "layout": "one-bucket", "uploadPrefix": ""}
        | NO_VARIANTS,
    ),
    Case(stack="prod", options={"enableNotifications": False}),
    Case(
        stack="prod",
        options={"enableVersioning": False},
        gives_up=frozenset({"bucket-keeps-versions"}),
    ),
    Case(stack="dev", options={"enableReconciler": True}, gives_up=PROD_ONLY),
    Case(stack="prod", options=NO_RECORDS),
    Case(stack="prod", options={**NO_RECORDS, "enableNotifications": False, "trigger": "s3"}),
    Case(stack="prod", options={**NETWORK, **NO_RECORDS}),
    Case(stack="prod", options={"reconcileSource": "inventory"}),
    Case(stack="prod", options=NETWORK),
    Case(stack="prod", options={**NETWORK, "enableNotifications": False}),
    Case(
        stack="prod",
        options={**NETWORK, "egressCidrBlocks": ["0.0.0.0/0"]},
        gives_up=frozenset({"function-connects-to-aws-alone"}),
    ),
    Case(
        stack="prod",
        options={"extraPolicyArns": ["arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess"]},
        gives_up=frozenset({"role-has-no-managed-policy"}),
    ),
    Case(
        stack="prod",
        options={"extraLayerArns": ["arn:aws:lambda:us-east-1:999999999999:layer:theirs:1"]},
        gives_up=frozenset({"function-runs-layers-of-its-account"}),
    ),
    # What the documents of these systems do not ask for.
    Case(
        stack="examples/Pulumi.metadata-extractor.yaml",
        gives_up=FEW_NEEDS | {"bucket-logs-requests", "key-is-hard-to-lose"},
    ),
    Case(stack="examples/Pulumi.five-variants.yaml", gives_up=NO_DEAD_LETTERS),
    Case(
        stack="examples/Pulumi.throwaway-variants.yaml",
        gives_up=NO_DEAD_LETTERS | {"bucket-keeps-versions"},
    ),
    Case(stack="examples/Pulumi.resize-in-place.yaml", gives_up=FEW_NEEDS),
    Case(
        stack="examples/Pulumi.upload-ledger.yaml",
        # Its document knows no dead-letter queue.
        gives_up=PROD_ONLY - {"queue-is-encrypted-under-own-key"}
        | {"direct-events-are-kept-when-they-fail"},
    ),
)


def deployed(case: Case) -> Stack:
    """All resources of a case."""
    return to_stack(run_stack(case.stack, **case.options))


def to_stack(deployment: Deployment) -> Stack:
    """What was registered under mocks, as the rules read it."""
    return Stack(resources=[_resource(registered) for registered in deployment.resources])


def _resource(registered: Registered) -> Resource:
    return Resource(
        type=registered.type,
        name=registered.name,
        urn=registered.urn,
        inputs=registered.inputs,
        references=registered.references,
        protect=registered.protect,
    )


def violations(stack: Stack) -> list[Violation]:
    """Everything about a stack that breaks a rule."""
    return [violation for rule in RULES for violation in rule.violations(stack)]


def broken(stack: Stack) -> dict[str, list[str]]:
    """What breaks rules and is not suppressed, by the rules' ids."""
    by_rule: dict[str, list[str]] = {}
    for violation in unsuppressed(violations(stack)):
        by_rule.setdefault(violation.rule.id, []).append(str(violation))
    return by_rule
