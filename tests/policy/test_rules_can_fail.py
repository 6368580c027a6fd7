"""Proves that each rule can fail: it holds on a stack, and no longer once the stack is changed."""

import pytest

from policy.model import Rule
from policy.rules import RULES
from policy.suppressions import unsuppressed
from tests.policy.breakages import Breakage
from tests.policy.conftest import Case, deployed
from tests.policy.violating import (
    access,
    function,
    key,
    messaging,
    monitoring,
    network,
    storage,
    table,
    transport,
)

CASES = (
    *storage.CASES,
    *transport.CASES,
    *messaging.CASES,
    *table.CASES,
    *function.CASES,
    *access.CASES,
    *key.CASES,
    *network.CASES,
    *monitoring.CASES,
)


@pytest.mark.parametrize(
    ("rule", "case", "breakage"),
    CASES,
    ids=[f"{number}-{rule.id}" for number, (rule, _, _) in enumerate(CASES)],
)
def test_a_rule_fails_on_a_stack_that_breaks_it(rule: Rule, case: Case, breakage: Breakage) -> None:
    stack = deployed(case)
    assert list(unsuppressed(rule.violations(stack))) == []
    assert list(unsuppressed(rule.violations(breakage(stack))))


def test_every_rule_has_a_stack_that_breaks_it() -> None:
    assert {rule.id for rule in RULES} == {rule.id for rule, _, _ in CASES}
