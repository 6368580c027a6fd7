"""Proves that no message about the configuration shows what was set with `--secret`."""

import json
import re
from typing import Any

import pytest

from infra.config.errors import Problem, SettingsError
from infra.config.options import Settings
from infra.config.settings import load_schema, parse_settings
from infra.config.visible_secrets import VISIBLE
from tests.infra.config import cli
from tests.infra.config.broken_rules import BREACHES
from tests.infra.secret_texts import texts_of

SCHEMA = load_schema()
TYPES = {key: option.type for key, option in SCHEMA.items()}
SECRET = "hunter2-"

WRONG: dict[str, tuple[Any, ...]] = {
    "string": (f"{SECRET} §\"'\\", f"{SECRET}@{SECRET}" * 200),
    "integer": (SECRET, f"-{SECRET}", "987654321987", "-987654321987", "987654321.5"),
    "boolean": (SECRET,),
    "array": (
        [f"{SECRET} §\"'\\"],
        [{"name": f"{SECRET} A"}, {"name": SECRET, "format": SECRET}],
        [{"protocol": SECRET, "endpoint": SECRET}],
        ["987654321987/", "987654321987/9"],
        [SECRET * 300],
    ),
    "object": (
        {"A b": SECRET},
        {"aws:x": f"{SECRET} §"},
        {"KEY": [SECRET]},
        {"VARIANTS": SECRET},
        {"thumbnail": {"format": SECRET, "quality": 987654321987, "watermark": {"image": SECRET}}},
        {"KEY": SECRET * 300},
    ),
}
"""Values that are wrong for some options of each type."""


def read(stored: cli.Stored, *secret: str) -> Settings | tuple[Problem, ...]:
    config = {"aws:region": "eu-west-1", **cli.as_config(stored)}
    secret_keys = {f"imagepipe:{key}" for key in secret}
    try:
        return parse_settings(config, project="imagepipe", stack="dev", secret_keys=secret_keys)
    except SettingsError as error:
        return error.problems


def problems_of(stored: cli.Stored, *secret: str) -> tuple[Problem, ...]:
    problems = read(stored, *secret)
    assert isinstance(problems, tuple)
    return problems


CASES = [
    {key: value}
    for key, option in SCHEMA.items()
    for value in WRONG[option.type]
    if isinstance(read({key: value}), tuple)
]


def test_nearly_every_option_has_a_value_that_is_refused() -> None:
    assert SCHEMA.keys() - {key for case in CASES for key in case} == set()


@pytest.mark.parametrize("case", CASES, ids=lambda case: json.dumps(case)[:60])
def test_a_message_shows_a_plain_value_and_hides_a_secret_one(case: cli.Stored) -> None:
    (key,) = case
    plain, hidden = problems_of(case), problems_of(case, key)
    assert all(problem.given == "[secret]" for problem in hidden)
    assert re.search(rf"{SECRET}|9876", str(SettingsError(plain)))
    assert not re.search(rf"{SECRET}|9876", str(SettingsError(hidden)))
    assert sorted(each.key for each in hidden) == sorted(each.key for each in plain)


@pytest.mark.parametrize("case", CASES, ids=lambda case: json.dumps(case)[:60])
def test_the_fix_of_a_secret_works(case: cli.Stored) -> None:
    (key,) = case
    stored = case
    for _ in range(12):
        problems = read(stored, *(stored.keys() & {key}))
        if isinstance(problems, Settings) or "--plaintext" in problems[0].fix:
            break
        stored = cli.run(problems[0].fix, stored)
    remaining = read(stored)
    assert isinstance(remaining, Settings)
    assert cli.refusals(stored, TYPES) == []


@pytest.mark.parametrize("rule", BREACHES)
def test_a_rule_between_options_shows_no_secret_of_either(rule: str) -> None:
    stored = dict(BREACHES[rule].config)
    for secret in stored:
        for problem in problems_of(stored, secret):
            shown = f"{problem.why} {problem.fix}"
            for text in texts_of(stored[secret]):
                assert not re.search(rf"(?<!\w){re.escape(text)}(?!\w)", shown), (secret, shown)


def test_a_number_that_a_rule_calculates_from_a_secret_is_hidden_too() -> None:
    stored = {"memoryMib": "512", "maxSourcePixels": "18100001"}
    (problem,) = problems_of(stored, "memoryMib")
    assert problem.why == "[secret] MiB of memory can hold [secret] pixels"
    assert problem.given == "18100001"
    assert problem.fix == "pulumi config rm maxSourcePixels"


def test_a_misspelt_secret_is_removed_and_not_moved() -> None:
    (problem,) = problems_of({"alarmEmial": "a@example.com"}, "alarmEmial")
    assert problem.given == "[secret]"
    assert problem.why == "no such option, did you mean alarmEmail?"
    assert problem.fix == "pulumi config rm alarmEmial"


def test_a_secret_region_is_hidden() -> None:
    with pytest.raises(SettingsError) as caught:
        parse_settings(
            {"aws:region": "eu_west_9"}, project="p", stack="dev", secret_keys={"aws:region"}
        )
    (problem,) = caught.value.problems
    assert (problem.given, problem.fix) == (
        "[secret]",
        "pulumi config set aws:region us-east-1",
    )


@pytest.mark.parametrize(
    ("stored", "fix"),
    [
        (
            {"namePrefix": "shop"},
            'pulumi config set --plaintext namePrefix "$(pulumi config get namePrefix)"',
        ),
        (
            {"extraPolicyArns": ["arn:aws:iam::aws:policy/A", "arn:aws:iam::aws:policy/B"]},
            "pulumi config set --plaintext --path 'extraPolicyArns[0]'"
            " \"$(pulumi config get --path 'extraPolicyArns[0]')\" && "
            "pulumi config set --plaintext --path 'extraPolicyArns[1]'"
            " \"$(pulumi config get --path 'extraPolicyArns[1]')\"",
        ),
    ],
)
def test_an_option_that_pulumi_cannot_encrypt_is_refused_as_a_secret(
    stored: cli.Stored, fix: str
) -> None:
    (key,) = stored
    assert key in VISIBLE
    (problem,) = problems_of(stored, key)
    assert problem.why.startswith("cannot be secret: it is part of the ")
    assert (problem.given, problem.fix) == ("[secret]", fix)
    assert isinstance(read(stored), Settings)
