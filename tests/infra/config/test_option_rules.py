"""Proves that each rule between options can fail, and that no order changes what they find."""

import random
from collections.abc import Iterator, Mapping, Sequence
from typing import cast

import pytest
from pydantic import create_model
from pydantic.fields import FieldInfo

from infra.config.changes import Place
from infra.config.findings import Finding, Refused
from infra.config.option_rules import OptionRule, broken_rules, needs
from infra.config.options import RULES, Settings
from infra.config.options.base import Options
from infra.config.parsing import findings_between, parse_each, parse_options
from infra.config.settings import load_schema
from tests.infra.config.broken_rules import BREACHES

SCHEMA = load_schema()
DEFAULTS = {**{key: option.default for key, option in SCHEMA.items()}, "environment": "dev"}
KEYS = {name: str(field.alias) for name, field in Settings.model_fields.items()}
REGION = "eu-north-1"
FACTS = {"emulated", "variants", "region"}
"""What rules need that is no option as it was parsed."""
BY_NAME: Mapping[str, OptionRule] = {
    rule.__name__: rule for rules in RULES.values() for rule in rules
}
NEEDED = [
    (name, KEYS.get(needed, needed))
    for name, rule in BY_NAME.items()
    for needed in sorted(needs(rule) - {"emulated", "region"})
]


def findings(config: Mapping[str, object], *, emulated: bool = False) -> Sequence[Finding]:
    try:
        parse_options({**DEFAULTS, **config}, emulated=emulated, region=REGION)
    except Refused as refused:
        return refused.findings
    return ()


def found(model: type[Options], config: Mapping[str, object]) -> set[tuple[Place, str]]:
    parsed, problems = parse_each(model, {**DEFAULTS, **config})
    problems += findings_between(parsed, emulated=False, region=REGION)
    return {(problem.place, problem.why) for problem in problems}


def model_of(names: Sequence[str]) -> type[Options]:
    fields: dict[str, tuple[object, FieldInfo]] = {
        name: (Settings.model_fields[name].rebuild_annotation(), Settings.model_fields[name])
        for name in names
    }
    return cast("type[Options]", create_model("Ordered", __base__=Options, **fields))  # pyright: ignore[reportCallIssue, reportArgumentType]


def orders() -> Iterator[Sequence[str]]:
    names = list(Settings.model_fields)
    yield names[::-1]
    for seed in range(3):
        yield random.Random(seed).sample(names, len(names))  # noqa: S311 - no secret


MODELS = [model_of(names) for names in orders()]


def test_the_defaults_break_no_rule() -> None:
    assert findings({}) == ()


def test_each_rule_has_a_configuration_that_breaks_it() -> None:
    assert BREACHES.keys() == BY_NAME.keys()
    assert len(BY_NAME) == sum(map(len, RULES.values()))


@pytest.mark.parametrize("name", BREACHES)
def test_a_broken_rule_is_the_only_problem_with_its_option_and_its_reason(name: str) -> None:
    breach = BREACHES[name]
    (finding,) = findings(breach.config)
    assert finding.option == breach.key
    assert breach.why in finding.why


@pytest.mark.parametrize(
    "model", MODELS, ids=["reversed", "shuffled-0", "shuffled-1", "shuffled-2"]
)
def test_the_order_of_options_does_not_change_what_is_found(model: type[Options]) -> None:
    assert list(model.model_fields) != list(Settings.model_fields)
    pairs = zip(BREACHES.values(), list(BREACHES.values())[7:], strict=False)
    together = [{**one.config, **other.config} for one, other in pairs]
    for config in [*(breach.config for breach in BREACHES.values()), *together]:
        expected = {(each.place, each.why) for each in findings(config)}
        assert expected
        assert found(model, config) == expected


def test_the_order_of_the_table_does_not_change_what_is_found() -> None:
    everything = {key: value for each in BREACHES.values() for key, value in each.config.items()}
    parsed, _ = parse_each(Settings, {**DEFAULTS, **everything})
    known = {**parsed, "emulated": False, "variants": (), "region": REGION}
    forwards = list(broken_rules(RULES, known))
    backwards = list(broken_rules(dict(list(RULES.items())[::-1]), known))
    assert len(forwards) > 15
    assert sorted(map(repr, forwards)) == sorted(map(repr, backwards))


@pytest.mark.parametrize(("name", "key"), NEEDED)
def test_a_rule_is_not_run_when_an_option_that_it_needs_is_wrong_itself(
    name: str, key: str
) -> None:
    wrong = "wrong" if SCHEMA[key].type in ("array", "object") else {"wrong": [None]}
    (finding,) = findings({**BREACHES[name].config, key: wrong})
    assert finding.option == key


def test_a_queue_whose_bucket_is_misspelt_is_not_refused_for_having_none() -> None:
    config = {**BREACHES["queue_is_fed_by_its_owner"].config, "existingUploadBucket": "MY_BUCKET"}
    (finding,) = findings(config)
    assert finding.option == "existingUploadBucket"


def test_of_one_option_the_first_broken_rule_is_reported() -> None:
    names = "reconciler_needs_records", "grace_outlasts_redelivery"
    config = {key: value for name in names for key, value in BREACHES[name].config.items()}
    (finding,) = findings(config)
    assert finding.why.startswith("needs enableRecords")


def test_an_emulator_may_have_the_python_that_aws_may_not() -> None:
    assert findings(BREACHES["runtime_loads_pillow"].config, emulated=True) == ()


def test_a_rule_needs_options_by_their_names_and_the_one_that_it_refuses() -> None:
    for option, rules in RULES.items():
        for rule in rules:
            assert needs(rule) <= Settings.model_fields.keys() | FACTS, rule
            assert option in needs(rule), rule


def test_each_option_and_its_rules_are_in_the_file_of_one_group() -> None:
    groups = Settings.__bases__
    assert all(group.__bases__ == (Options,) for group in groups)
    home = {
        name: group.__module__
        for group in groups
        if issubclass(group, Options)
        for name in group.model_fields
    }
    assert home.keys() == Settings.model_fields.keys()
    for option, rules in RULES.items():
        assert {rule.__module__ for rule in rules} == {home[option]}, option


def test_a_group_leaves_to_rules_what_depends_on_other_options() -> None:
    """A validator of a group would see only the options that come before its own."""
    decorators = Settings.__pydantic_decorators__
    assert decorators.field_validators.keys() == {"_collect"}
    assert not decorators.model_validators
