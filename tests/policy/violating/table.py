"""Stacks that break the rules for tables."""

from collections.abc import Sequence

from policy import tokens
from policy.rules import table
from tests.policy.breakages import with_input
from tests.policy.violating.case import FULL, Violating

CASES: Sequence[Violating] = (
    (
        table.table_has_point_in_time_recovery,
        FULL,
        with_input(tokens.TABLE, pointInTimeRecovery={"enabled": False}),
    ),
    (
        table.table_has_deletion_protection,
        FULL,
        with_input(tokens.TABLE, deletionProtectionEnabled=False),
    ),
    (table.table_is_on_demand, FULL, with_input(tokens.TABLE, billingMode="PROVISIONED")),
    (
        table.table_uses_a_customer_managed_key,
        FULL,
        with_input(tokens.TABLE, serverSideEncryption={"enabled": True}),
    ),
)
