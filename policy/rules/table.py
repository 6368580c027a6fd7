"""Rules about tables."""

from collections.abc import Iterator

from policy.model import UNKNOWN, Finding, Level, Stack, dig, rule
from policy.tokens import TABLE


@rule(
    Level.ALWAYS,
    *("DynamoDB.2", "nag DDB3", "CKV_AWS_28"),
    next_step="set pointInTimeRecovery to enabled",
)
def table_can_be_brought_back(stack: Stack) -> Iterator[Finding]:
    """Records can be restored as they were at any second of the last 35 days."""
    for table in stack.of_type(TABLE):
        if not dig(table.inputs, "pointInTimeRecovery", "enabled"):
            yield table, "point-in-time recovery is off"


@rule(Level.PROD, "DynamoDB.6", next_step="set deletionProtectionEnabled: set enableProtection")
def table_refuses_to_be_deleted(stack: Stack) -> Iterator[Finding]:
    """Nobody deletes the records by mistake."""
    for table in stack.of_type(TABLE):
        if not table.inputs.get("deletionProtectionEnabled"):
            yield table, "deletion protection is off"


@rule(Level.ALWAYS, "DynamoDB.1", "CKV2_AWS_16", next_step="set billingMode to PAY_PER_REQUEST")
def table_grows_with_its_use(stack: Stack) -> Iterator[Finding]:
    """A burst of uploads is not throttled by a capacity that somebody guessed."""
    for table in stack.of_type(TABLE):
        if table.inputs.get("billingMode") not in ("PAY_PER_REQUEST", UNKNOWN):
            yield table, "its capacity is fixed"


@rule(
    Level.PROD,
    "CKV_AWS_119",
    next_step="set serverSideEncryption with a key of your own: set enableKms",
)
def table_is_encrypted_under_own_key(stack: Stack) -> Iterator[Finding]:
    """Who may read records is decided by the policy of a key, too."""
    for table in stack.of_type(TABLE):
        if not dig(table.inputs, "serverSideEncryption", "kmsKeyArn"):
            yield table, "it is encrypted under a key of AWS"


RULES = (
    table_can_be_brought_back,
    table_refuses_to_be_deleted,
    table_grows_with_its_use,
    table_is_encrypted_under_own_key,
)
