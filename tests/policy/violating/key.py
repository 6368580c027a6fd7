"""Stacks that break the rules for keys."""

from collections.abc import Sequence

from policy import tokens
from policy.rules import key
from tests.policy.breakages import unprotected, with_input, with_statement, without_condition
from tests.policy.violating.case import FULL, Violating

CASES: Sequence[Violating] = (
    (key.key_rotation_is_enabled, FULL, with_input(tokens.KEY, enableKeyRotation=False)),
    (key.key_rotation_is_enabled, FULL, with_input(tokens.KEY, isEnabled=False)),
    (key.key_policy_limits_principals, FULL, with_input(tokens.KEY, policy=None)),
    (
        key.key_policy_limits_principals,
        FULL,
        with_statement(tokens.KEY, Principal={"AWS": "*"}, Action="kms:Decrypt", Resource="*"),
    ),
    (
        key.key_policy_limits_principals,
        FULL,
        without_condition(tokens.KEY, "kms:EncryptionContext:aws:logs:arn"),
    ),
    (key.key_is_protected_from_deletion, FULL, with_input(tokens.KEY, deletionWindowInDays=7)),
    (key.key_is_protected_from_deletion, FULL, unprotected(tokens.KEY)),
)
