"""Rules about keys."""

from collections.abc import Iterator

from policy.documents import SOURCE_CONDITIONS, is_unknown, statements
from policy.model import Finding, Level, Stack, is_at_least, rule
from policy.tokens import KEY

LONGEST_WINDOW_DAYS = 30


@rule(
    Level.OPTION,
    *("KMS.4", "nag KMS5", "CKV_AWS_7", "CKV_AWS_227"),
    next_step="set enableKeyRotation, and leave isEnabled alone",
)
def key_rotates(stack: Stack) -> Iterator[Finding]:
    """A key is new every year, and in use."""
    for key in stack.of_type(KEY):
        if not key.inputs.get("enableKeyRotation") or key.inputs.get("isEnabled", True) is False:
            yield key, "it does not rotate, or is off"


@rule(
    Level.OPTION,
    *("KMS.5", "CKV_AWS_33", "CKV2_AWS_64"),
    next_step="write a policy that names the account, and each service with its source",
)
def key_says_who_may_use_it(stack: Stack) -> Iterator[Finding]:
    """A key's policy names the account, and services for sources of the account only."""
    for key in stack.of_type(KEY):
        if not statements(key) and not is_unknown(key):
            yield key, "it has the policy that AWS gives it"
        for found in statements(key):
            if found.allows and (found.is_open or found.excepts):
                yield key, "its policy lets everybody in", found.sid
            elif found.services and found.conditions.keys().isdisjoint(SOURCE_CONDITIONS):
                yield key, "its policy lets a service in on behalf of anybody", found.sid


@rule(
    Level.PROD,
    "KMS.3",
    next_step=f"set deletionWindowInDays to {LONGEST_WINDOW_DAYS} and protect the key: set"
    " enableProtection",
)
def key_is_hard_to_lose(stack: Stack) -> Iterator[Finding]:
    """Nobody makes all data unreadable by mistake."""
    for key in stack.of_type(KEY):
        window = key.inputs.get("deletionWindowInDays", LONGEST_WINDOW_DAYS)
        if not key.protect or not is_at_least(window, LONGEST_WINDOW_DAYS):
            yield key, "it is not protected, or gone early"


RULES = (key_rotates, key_says_who_may_use_it, key_is_hard_to_lose)
