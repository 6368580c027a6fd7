"""Stacks that break the rules for alarms, log groups and tags."""

from collections.abc import Sequence

from policy import tokens
from policy.rules import monitoring
from tests.policy.breakages import with_input
from tests.policy.violating.case import FULL, Violating

CASES: Sequence[Violating] = (
    (monitoring.alarm_has_an_action, FULL, with_input(tokens.ALARM, alarmActions=[])),
    (monitoring.alarm_has_an_action, FULL, with_input(tokens.ALARM, actionsEnabled=False)),
    (
        monitoring.log_group_has_a_retention,
        FULL,
        with_input(tokens.LOG_GROUP, retentionInDays=None),
    ),
    (monitoring.log_group_retains_a_year, FULL, with_input(tokens.LOG_GROUP, retentionInDays=364)),
    (
        monitoring.log_group_uses_a_customer_managed_key,
        FULL,
        with_input(tokens.LOG_GROUP, kmsKeyId=None),
    ),
    *(
        (
            monitoring.resources_are_tagged,
            FULL,
            with_input(tokens.TABLE, tags={kept: "x"}),
        )
        for kept in monitoring.TAGS
    ),
)
