"""Proves that each stack breaks exactly the rules listed for it in conftest.

Suppressions in policy.suppressions are exact too: a new violation fails here, and so does a
suppression that no stack needs.
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
from infra.config.settings import load_schema
from policy.model import Rule
from policy.rules import RULES
from policy.rules.monitoring import TAGGED
from policy.suppressions import SUPPRESSIONS
from tests.policy.conftest import CASES, PROD_ONLY, Case, broken, deployed, violations

WIDEST_LINE = 140
SECURITY = Path(__file__).resolve().parent.parent.parent / "docs" / "security.md"


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_stack_breaks_the_rules_listed_for_it_and_no_others(case: Case) -> None:
    found = broken(deployed(case))
    assert {rule: problems for rule, problems in found.items() if rule not in case.breaks} == {}
    assert case.breaks <= found.keys(), "the stack keeps a rule that is listed as broken"


def test_the_rules_that_a_development_stack_breaks_are_for_production_only() -> None:
    levels = {rule.id: rule.level for rule in RULES}
    assert {levels[rule] for rule in PROD_ONLY} == {"prod"}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_no_option_breaks_a_rule_that_the_pack_enforces(case: Case) -> None:
    mandatory = {rule.id for rule in RULES if rule.is_mandatory}
    assert broken(deployed(case)).keys() & mandatory == set()


def test_a_rule_names_the_options_that_break_it_and_no_others() -> None:
    named = {(rule.id, option) for rule in RULES for option in rule.options}
    seen = {
        (rule.id, option)
        for rule in RULES
        for case in CASES
        if rule.id in case.breaks
        for option in case.options
        if option in rule.options
    }
    assert named == seen
    assert {option for _, option in named} <= load_schema().keys()


def test_every_suppression_is_needed_by_some_stack() -> None:
    found = [violation for case in CASES for violation in violations(deployed(case))]
    stale = [
        suppression
        for suppression in SUPPRESSIONS
        if not any(suppression.covers(violation) for violation in found)
    ]
    assert stale == []


def test_every_suppression_has_a_reason_and_the_id_of_a_rule() -> None:
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


def test_every_rule_has_controls_a_description_and_a_next_step() -> None:
    for rule in RULES:
        assert rule.controls, rule.id
        assert rule.description.endswith("."), rule.id
        assert rule.next_step, rule.id
        assert not rule.next_step.endswith("."), rule.id


@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_taggable_type_is_covered_by_the_rule_for_tags(case: Case) -> None:
    for resource in deployed(case).resources:
        if resource.type.startswith("aws:"):
            _, module, class_name = resource.type.split(":")
            service = module.partition("/")[0].replace("lambda", "lambda_")
            resource_class = getattr(import_module(f"pulumi_aws.{service}"), class_name)
            is_taggable = hasattr(resource_class, "tags")
            assert is_taggable == resource.type.endswith(TAGGED), resource.type


def test_the_document_has_the_requirement_of_each_rule_and_no_others() -> None:
    rows = _rows(r"\| `([a-z0-9-]+)` \| (.*) \| (always|prod|option) \|")
    assert rows == [(rule.id, rule.description, rule.level.value) for rule in RULES]


def test_the_document_has_the_options_that_break_a_rule_and_no_others() -> None:
    rows = _rows(r"\| `([a-z0-9-]+)` \| (`[a-zA-Z]+`(?:, `[a-zA-Z]+`)*) \|")
    assert rows == [
        (rule.id, ", ".join(f"`{option}`" for option in rule.options))
        for rule in RULES
        if rule.options
    ]


def test_the_document_has_the_controls_of_each_rule_and_no_others() -> None:
    rows = _rows(r"\| `([a-z0-9-]+)` \| ([^|`]*) \|")
    # Controls that are too many for one row have another one.
    named: dict[str, list[str]] = {}
    for rule_id, controls in rows:
        named.setdefault(rule_id, []).append(controls)
    assert [(rule_id, ", ".join(parts)) for rule_id, parts in named.items()] == [
        (rule.id, ", ".join(rule.controls)) for rule in RULES
    ]


def test_the_document_has_the_reason_of_each_suppression_and_no_others() -> None:
    rows = _rows(r"\| `([a-z0-9-]+)` \| `…(.*)` \| (.*) \| (.*) \|")
    assert rows == [
        (each.rule, each.resource, f"`{each.sid}`" if each.sid else "", each.reason)
        for each in SUPPRESSIONS
    ]
    text = SECURITY.read_text(encoding="utf-8")
    assert all(f"({each.source})" in text for each in SUPPRESSIONS if each.source)


def test_no_row_of_the_document_is_wider_than_its_text() -> None:
    lines = SECURITY.read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if len(line) > WIDEST_LINE] == []


def _rows(pattern: str) -> list[tuple[str, ...]]:
    """Return the cells of the table rows in the document that match a pattern."""
    lines = SECURITY.read_text(encoding="utf-8").splitlines()
    return [found.groups() for line in lines if (found := re.fullmatch(pattern, line))]
