"""Proves that the policy pack runs the rules on the engine's resources and reports violations.

The policies are called as the SDK calls them; test_pack_process calls the SDK, as the engine does.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from pulumi_policy import (
    EnforcementLevel,
    PolicyCustomTimeouts,
    PolicyResource,
    PolicyResourceOptions,
    StackValidationArgs,
)
from pulumi_policy.proxy import UNKNOWN_STRING_VALUE, unknown_checking_proxy

from policy.model import UNKNOWN, Level, Stack
from policy.pack import policies, to_stack
from policy.rules import RULES
from policy.suppressions import unsuppressed
from policy.tokens import BUCKET_POLICY, QUEUE, ROLE_POLICY, TABLE
from tests.policy.breakages import with_input
from tests.policy.conftest import Case, deployed

PROD = Case(stack="prod")


def _as_numbers_on_the_wire(value: Any) -> Any:
    """Convert integers to floats, as protocol buffers have no integers."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return float(value)
    if isinstance(value, list):
        return [_as_numbers_on_the_wire(item) for item in value]  # pyright: ignore[reportUnknownVariableType] - any JSON
    if isinstance(value, dict):
        return {key: _as_numbers_on_the_wire(item) for key, item in value.items()}  # pyright: ignore[reportUnknownVariableType] - any JSON
    return value


def _args(stack: Stack) -> StackValidationArgs:
    """Return the arguments that the SDK builds from the engine's request."""
    none = PolicyCustomTimeouts(0, 0, 0)
    by_urn = {
        found.urn: PolicyResource(
            found.type,
            unknown_checking_proxy(_as_numbers_on_the_wire(dict(found.inputs))),
            found.urn,
            found.name,
            PolicyResourceOptions(found.protect, [], None, [], none, [], None),
            None,
            None,
            [],
            {},
        )
        for found in stack.resources
    }
    for found in stack.resources:
        by_urn[found.urn].property_dependencies = {
            key: [by_urn[urn] for urn in urns if urn in by_urn]
            for key, urns in found.references.items()
        }
    return StackValidationArgs(list(by_urn.values()))


def _reports(stack: Stack) -> Mapping[str, list[tuple[str, str | None]]]:
    """Return the reports of each policy, by its name."""
    args = _args(stack)
    reports: dict[str, list[tuple[str, str | None]]] = {}
    for policy in policies():

        def report(message: str, urn: str | None = None, name: str = policy.name) -> None:
            reports.setdefault(name, []).append((message, urn))

        policy.validate(args, report)  # pyright: ignore[reportUnknownMemberType] - untyped in the SDK
    return reports


def test_a_stack_that_keeps_all_rules_is_not_reported() -> None:
    assert _reports(deployed(PROD)) == {}


def test_a_violation_is_reported_at_its_resource_with_the_fix() -> None:
    stack = with_input(TABLE, billingMode="PROVISIONED")(deployed(PROD))
    (((message, urn),),) = _reports(stack).values()
    assert urn == stack.of_type(TABLE)[0].urn
    assert "CKV2_AWS_16" in message
    assert "set billingMode to PAY_PER_REQUEST" in message


def test_values_unknown_in_a_preview_break_no_rule() -> None:
    stack = deployed(PROD)
    for token, key in (
        (BUCKET_POLICY, "policy"),
        (ROLE_POLICY, "policy"),
        (QUEUE, "redrivePolicy"),
        (QUEUE, "kmsMasterKeyId"),
    ):
        stack = with_input(token, **{key: UNKNOWN_STRING_VALUE})(stack)
    assert to_stack(_args(stack)).of_type(BUCKET_POLICY)[0].inputs["policy"] is UNKNOWN
    assert _reports(stack) == {}


@pytest.mark.parametrize("number", range(len(RULES)), ids=[rule.id for rule in RULES])
def test_a_rule_accepts_a_stack_whose_inputs_are_all_unknown(number: int) -> None:
    unknown = [
        replace(found, inputs=dict.fromkeys(found.inputs, UNKNOWN))
        for found in deployed(PROD).resources
    ]
    found = RULES[number].violations(Stack(resources=unknown))
    assert list(unsuppressed(found)) == []


def test_only_rules_for_every_stack_that_no_option_breaks_are_mandatory() -> None:
    levels = {policy.name: policy.enforcement_level for policy in policies()}
    for rule in RULES:
        may_break = rule.level is Level.PROD or rule.options
        expected = EnforcementLevel.ADVISORY if may_break else EnforcementLevel.MANDATORY
        assert levels[rule.id] is expected
