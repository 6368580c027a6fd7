"""The stacks that the rules are tested on."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from policy.model import Resource, Stack, Violation
from policy.rules import RULES
from policy.suppressions import unsuppressed
from tests.infra.conftest import Deployment, Registered, run_stack

PROD_ONLY = frozenset(
    (
        *("bucket-uses-a-customer-managed-key", "queue-uses-a-customer-managed-key"),
        *("topic-uses-a-customer-managed-key", "table-uses-a-customer-managed-key"),
        *(
            "function-environment-uses-a-customer-managed-key",
            "log-group-uses-a-customer-managed-key",
        ),
        *("bucket-logs-requests", "table-has-deletion-protection", "function-is-traced"),
        "log-group-retains-a-year",
    )
)
"""Rules for production only, which development stacks break."""

NO_TRACING_NO_YEAR = frozenset({"function-is-traced", "log-group-retains-a-year"})
"""The rules of `PROD_ONLY` that remain broken with a key and without buckets or tables."""

NO_DEAD_LETTERS = NO_TRACING_NO_YEAR | {
    *("bucket-uses-a-customer-managed-key", "log-group-uses-a-customer-managed-key"),
    *("function-environment-uses-a-customer-managed-key", "bucket-logs-requests"),
    "async-events-have-a-failure-destination",
}
"""Rules that a function between two buckets breaks when it has no queue."""

CUSTOMER_KEY = frozenset(rule for rule in PROD_ONLY if rule.endswith("customer-managed-key"))

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
    """A stack with options, and the ids of all rules that it breaks."""

    stack: str
    options: Mapping[str, object] = field(default_factory=dict[str, object])
    breaks: frozenset[str] = frozenset()

    def __str__(self) -> str:
        return "-".join((self.stack, *self.options))


CASES = (
    Case(stack="prod"),
    Case(stack="dev", breaks=PROD_ONLY),
    Case(stack="local", breaks=PROD_ONLY),
    Case(
        stack="dev",
        options={"enableKms": True},
        breaks=PROD_ONLY - CUSTOMER_KEY | {"key-is-protected-from-deletion"},
    ),
    Case(stack="prod", options={"enableKms": False}, breaks=CUSTOMER_KEY),
    Case(stack="prod", options={"trigger": "eventbridge"}),
    Case(stack="prod", options={"trigger": "s3", "provisionedConcurrency": 1}),
    Case(
        stack="prod",
        options={"enableDlq": False},
        breaks=frozenset(
            {"queue-has-a-dead-letter-queue", "async-events-have-a-failure-destination"}
        ),
    ),
    Case(
        stack="prod",
        options={"trigger": "s3", "enableDlq": False},
        breaks=frozenset({"async-events-have-a-failure-destination"}),
    ),
    Case(
        stack="prod",
        options={"maxReceiveCount": 2},
        breaks=frozenset({"queue-has-a-dead-letter-queue"}),
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
            "replaceNotifications": True,
            "existingProcessedBucket": "their-thumbnails",
            "existingTableName": "their-images",
            "existingTopicArn": "arn:aws:sns:us-east-1:123456789012:their-topic",
        },
    ),
    Case(stack="prod", options={**NETWORK, "gatewayEndpoints": []}),
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
        breaks=frozenset({"bucket-is-versioned"}),
    ),
    Case(stack="dev", options={"enableReconciler": True}, breaks=PROD_ONLY),
    Case(stack="prod", options=NO_RECORDS),
    Case(stack="prod", options={**NO_RECORDS, "enableNotifications": False, "trigger": "s3"}),
    Case(stack="prod", options={**NETWORK, **NO_RECORDS}),
    Case(stack="prod", options={"reconcileSource": "inventory"}),
    Case(stack="prod", options=NETWORK),
    Case(stack="prod", options={**NETWORK, "enableNotifications": False}),
    Case(
        stack="prod",
        options={**NETWORK, "egressCidrBlocks": ["0.0.0.0/0"]},
        breaks=frozenset({"egress-is-restricted"}),
    ),
    Case(
        stack="prod",
        options={"extraPolicyArns": ["arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess"]},
        breaks=frozenset({"role-has-no-managed-policy"}),
    ),
    Case(
        stack="prod",
        options={"extraLayerArns": ["arn:aws:lambda:us-east-1:999999999999:layer:theirs:1"]},
        breaks=frozenset({"function-layers-are-from-its-account"}),
    ),
    # The systems that these examples rebuild break some of the rules.
    Case(
        stack="examples/Pulumi.metadata-extractor.yaml",
        breaks=NO_TRACING_NO_YEAR | {"bucket-logs-requests", "key-is-protected-from-deletion"},
    ),
    Case(stack="examples/Pulumi.five-variants.yaml", breaks=NO_DEAD_LETTERS),
    Case(
        stack="examples/Pulumi.throwaway-variants.yaml",
        breaks=NO_DEAD_LETTERS | {"bucket-is-versioned"},
    ),
    Case(stack="examples/Pulumi.resize-in-place.yaml", breaks=NO_TRACING_NO_YEAR),
    Case(
        stack="examples/Pulumi.upload-ledger.yaml",
        # The original system has no dead-letter queue.
        breaks=PROD_ONLY - {"queue-uses-a-customer-managed-key"}
        | {"async-events-have-a-failure-destination"},
    ),
)


def deployed(case: Case) -> Stack:
    """Return all resources of a case."""
    return to_stack(run_stack(case.stack, **case.options))


def to_stack(deployment: Deployment) -> Stack:
    """Convert the resources that were registered under mocks into the model of the rules."""
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
    """Return all violations in a stack."""
    return [violation for rule in RULES for violation in rule.violations(stack)]


def broken(stack: Stack) -> dict[str, list[str]]:
    """Return the unsuppressed violations in a stack, by rule id."""
    by_rule: dict[str, list[str]] = {}
    for violation in unsuppressed(violations(stack)):
        by_rule.setdefault(violation.rule.id, []).append(str(violation))
    return by_rule
