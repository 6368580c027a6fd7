"""Rules for DynamoDB tables."""

from collections.abc import Iterator

from policy.model import UNKNOWN, Finding, Level, Stack, dig, rule
from policy.tokens import TABLE


@rule(
    Level.ALWAYS,
    *("DynamoDB.2", "nag DDB3", "CKV_AWS_28"),
    next_step="set pointInTimeRecovery to enabled",
)
def table_has_point_in_time_recovery(stack: Stack) -> Iterator[Finding]:
    """Records can be restored to any second of the last 35 days."""
    for table in stack.of_type(TABLE):
        if not dig(table.inputs, "pointInTimeRecovery", "enabled"):
            yield table, "point-in-time recovery is off"


@rule(Level.PROD, "DynamoDB.6", next_step="set deletionProtectionEnabled: set enableProtection")
def table_has_deletion_protection(stack: Stack) -> Iterator[Finding]:
    """The table cannot be deleted by mistake."""
    for table in stack.of_type(TABLE):
        if not table.inputs.get("deletionProtectionEnabled"):
            yield table, "deletion protection is off"


@rule(Level.ALWAYS, "DynamoDB.1", "CKV2_AWS_16", next_step="set billingMode to PAY_PER_REQUEST")
def table_is_on_demand(stack: Stack) -> Iterator[Finding]:
    """A burst of uploads is not throttled by a fixed capacity."""
    for table in stack.of_type(TABLE):
        if table.inputs.get("billingMode") not in ("PAY_PER_REQUEST", UNKNOWN):
            yield table, "its capacity is provisioned"


@rule(
    Level.PROD,
    "CKV_AWS_119",
    next_step="set serverSideEncryption with a key of your own: set enableKms",
)
def table_uses_a_customer_managed_key(stack: Stack) -> Iterator[Finding]:
    """Reading records requires access to a key of yours."""
    for table in stack.of_type(TABLE):
        if not dig(table.inputs, "serverSideEncryption", "kmsKeyArn"):
            yield table, "it is not encrypted with a customer-managed key"


RULES = (
    table_has_point_in_time_recovery,
    table_has_deletion_protection,
    table_is_on_demand,
    table_uses_a_customer_managed_key,
)
