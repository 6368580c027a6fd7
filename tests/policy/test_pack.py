"""Proves that the policy pack runs the rules on the engine's resources and reports violations.

The policies are called as the engine calls them, but without the engine.
"""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import grpc
import pytest
import yaml
from google.protobuf import empty_pb2
from pulumi.runtime.proto import analyzer_pb2_grpc
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

REPOSITORY = Path(__file__).resolve().parent.parent.parent
HANG_SECONDS = 300
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


def test_rules_for_production_are_advisory_by_default() -> None:
    levels = {policy.name: policy.enforcement_level for policy in policies()}
    for rule in RULES:
        expected = (
            EnforcementLevel.ADVISORY if rule.level is Level.PROD else EnforcementLevel.MANDATORY
        )
        assert levels[rule.id] is expected


def test_the_pack_runs_as_the_engine_runs_it() -> None:
    pack = REPOSITORY / "policy"
    assert yaml.safe_load((pack / "PulumiPolicy.yaml").read_text())["runtime"]["name"] == "python"
    with subprocess.Popen(
        [sys.executable, "-u", str(pack)], cwd=pack, stdout=subprocess.PIPE, env=os.environ
    ) as engine:
        assert engine.stdout is not None
        try:
            port = int(engine.stdout.readline())
            with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
                stub: Any = analyzer_pb2_grpc.AnalyzerStub(channel)
                info = stub.GetAnalyzerInfo(empty_pb2.Empty(), timeout=HANG_SECONDS)
        finally:
            engine.kill()
    assert {policy.name for policy in info.policies} == {rule.id for rule in RULES}
