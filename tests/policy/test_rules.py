"""Proves that each stack keeps all rules, but for those that its options give up.

What gives up what is written in conftest, and so is every suppression in policy.suppressions: one
more violation fails here, and so does one that is no longer there.
"""

import inspect
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType

import pytest

import policy.rules
from policy.model import Rule
from policy.rules import RULES
from policy.rules.monitoring import TAGGED
from policy.suppressions import SUPPRESSIONS
from tests.policy.conftest import CASES, PROD_ONLY, Case, broken, deployed, violations

SECURITY = Path(__file__).resolve().parent.parent.parent / "docs" / "security.md"


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_stack_keeps_all_rules_but_those_that_its_options_give_up(case: Case) -> None:
    found = broken(deployed(case))
    assert {rule: what for rule, what in found.items() if rule not in case.gives_up} == {}
    assert case.gives_up <= found.keys(), "the stack keeps a rule that it is said to give up"


def test_what_development_gives_up_is_said_to_be_for_production_only() -> None:
    levels = {rule.id: rule.level for rule in RULES}
    assert {levels[rule] for rule in PROD_ONLY} == {"prod"}


def test_every_suppression_is_needed_by_some_stack() -> None:
    found = [violation for case in CASES for violation in violations(deployed(case))]
    stale = [
        suppression
        for suppression in SUPPRESSIONS
        if not any(suppression.covers(violation) for violation in found)
    ]
    assert stale == []


def test_every_suppression_has_a_reason_and_names_a_rule() -> None:
    assert all(suppression.reason for suppression in SUPPRESSIONS)
    assert {suppression.rule for suppression in SUPPRESSIONS} <= {rule.id for rule in RULES}


def _modules() -> Iterator[ModuleType]:
    for found in iter_modules(policy.rules.__path__):
        yield import_module(f"policy.rules.{found.name}")


def test_every_rule_that_is_written_is_run() -> None:
    written = [
        value
        for module in _modules()
        for _, value in inspect.getmembers(module, lambda value: isinstance(value, Rule))
    ]
    assert sorted(rule.id for rule in written) == sorted(rule.id for rule in RULES)
    assert len({rule.id for rule in RULES}) == len(RULES)


def test_every_rule_says_which_controls_it_stands_for_and_what_mends_it() -> None:
    for rule in RULES:
        assert rule.controls, rule.id
        assert rule.description.endswith("."), rule.id
        assert rule.next_step, rule.id
        assert not rule.next_step.endswith("."), rule.id


@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_type_that_aws_can_tag_is_among_those_that_must_be(case: Case) -> None:
    for resource in deployed(case).resources:
        if resource.type.startswith("aws:"):
            _, module, class_name = resource.type.split(":")
            service = module.partition("/")[0].replace("lambda", "lambda_")
            made = getattr(import_module(f"pulumi_aws.{service}"), class_name)
            can_be_tagged = hasattr(made, "tags")
            assert can_be_tagged == resource.type.endswith(TAGGED), resource.type


def test_the_document_says_of_each_rule_which_controls_it_stands_for() -> None:
    document = SECURITY.read_text(encoding="utf-8")
    named = set(re.findall(r"`([a-z]+(?:-[a-z]+)+)`", document))
    assert {rule.id for rule in RULES} <= named
    for rule in RULES:
        rows = [line for line in document.splitlines() if f"`{rule.id}`" in line]
        for control in rule.controls:
            assert any(control in row for row in rows), f"{control} beside {rule.id}"


def test_the_document_names_no_rule_that_is_not_there() -> None:
    rows = re.findall(r"rules? ((?:`[a-z-]+`(?:, )?)+)", SECURITY.read_text(encoding="utf-8"))
    named = {name for row in rows for name in re.findall(r"`([a-z-]+)`", row)}
    assert named <= {rule.id for rule in RULES}
