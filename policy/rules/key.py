"""Rules for KMS keys."""

from collections.abc import Iterator

from policy.documents import SOURCE_CONDITIONS, is_unknown, statements
from policy.model import Finding, Level, Stack, is_at_least, rule
from policy.tokens import KEY

MAX_DELETION_WINDOW_DAYS = 30


@rule(
    Level.OPTION,
    *("KMS.4", "nag KMS5", "CKV_AWS_7", "CKV_AWS_227"),
    next_step="set enableKeyRotation, and leave isEnabled alone",
)
def key_rotation_is_enabled(stack: Stack) -> Iterator[Finding]:
    """A key is enabled and rotates every year."""
    for key in stack.of_type(KEY):
        if not key.inputs.get("enableKeyRotation") or key.inputs.get("isEnabled", True) is False:
            yield key, "it does not rotate, or is disabled"


@rule(
    Level.OPTION,
    *("KMS.5", "CKV_AWS_33", "CKV2_AWS_64"),
    next_step="write a policy that names the account, and each service with its source",
)
def key_policy_limits_principals(stack: Stack) -> Iterator[Finding]:
    """A key policy allows the account, and services only for sources of the account."""
    for key in stack.of_type(KEY):
        if not statements(key) and not is_unknown(key):
            yield key, "it has the default key policy"
        for found in statements(key):
            if found.allows and (found.is_open or found.excepts):
                yield key, "its policy allows everyone", found.sid
            elif found.services and found.conditions.keys().isdisjoint(SOURCE_CONDITIONS):
                yield key, "its policy allows a service for any source", found.sid


@rule(
    Level.PROD,
    "KMS.3",
    next_step=f"set deletionWindowInDays to {MAX_DELETION_WINDOW_DAYS} and protect the key: set"
    " enableProtection",
)
def key_is_protected_from_deletion(stack: Stack) -> Iterator[Finding]:
    """A key is not deleted by mistake, which would make all data unreadable."""
    for key in stack.of_type(KEY):
        window = key.inputs.get("deletionWindowInDays", MAX_DELETION_WINDOW_DAYS)
        if not key.protect or not is_at_least(window, MAX_DELETION_WINDOW_DAYS):
            yield key, "it is not protected, or its deletion window is short"


RULES = (key_rotation_is_enabled, key_policy_limits_principals, key_is_protected_from_deletion)
