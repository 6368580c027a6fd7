"""Each fix that a message prints works in the CLI, fixes that problem, and changes nothing else."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from infra.config.errors import Problem, SettingsError
from infra.config.options import Settings
from infra.config.settings import load_schema, parse_settings
from tests.infra.config import cli

SCHEMA = load_schema()
TYPES = {key: option.type for key, option in SCHEMA.items()}
STACK = "dev"

WRONG: dict[str, tuple[Any, ...]] = {
    "string": ("", "ÄÖ ü", "x" * 3_000, "<&>"),
    "integer": ("-1", "99999999999", "lots", "512.5", ""),
    "boolean": ("perhaps", "yes please", ""),
    "array": ("text", {"a": 1}, [""], [5, 5], [{}], ["x" * 3_000], [None]),
    "object": ("text", ["a"], {"": "x"}, {"a b": {}}, {"aws:a": "x"}, {"A": [1]}, {"x" * 200: "a"}),
}
"""Values that are wrong for some options of each type."""

VARIANTS: tuple[object, ...] = (
    [{"maxWidth": 1600}],
    [{"name": "a", "format": "jpeg"}, {"name": "a", "format": "jpeg"}],
    [{"name": "A B", "format": "jpeg", "quality": "80"}],
    [{"name": "a", "format": "tiff"}, {"name": "b", "format": "png", "quality": 5}],
    [{"name": "a", "format": "jpeg", "fit": "cover"}, {"name": "b", "format": "gif"}],
    [{"name": "a", "format": "webp", "widths": [5, 5, 0], "sharpen": 900}],
    [{"name": "a", "format": "jpeg", "watermark": {"text": "a", "image": "b.png"}}],
    [{"name": "a", "format": "jpeg", "watermark": {"text": "a", "opacity": 0, "size": 2}}],
    [{"name": "a", "format": "jpeg", "sources": ["PNG", "SVG"], "enlarge": True}],
)

TOGETHER: tuple[Mapping[str, object], ...] = (
    {"architecure": "x86_64"},
    {"memoryMIB": "2048", "tag": {"a": "b", "c": "d"}},
    {"zzz": "1"},
    {"tags": {"CostCenter": 1234, "aws:x": "y", "ok": True}},
    {"extraEnvironment": {"PORT": 8080, "VARIANTS": "[]", "AWS_REGION": "x"}},
    {"keyPrefixes": ["a/", "a/b/", "c/", "c/"]},
    {"keySuffixes": [".jpg", "x.jpg"], "trigger": "sns"},
    {"extraVariants": {"banner": {"maxWidth": 0}, "thumbnail": {}, "A": {"format": "png"}}},
    {"variantOverrides": {"thumbnale": {"maxWidth": 9}, "thumbnail": {"name": "x", "fit": "no"}}},
    {"subscriptions": [{"protocol": "sms", "endpoint": 123}, {"protocol": "sqs"}]},
    {"vpcId": "vpc-0a", "subnetIds": ["subnet-0a", "subnet-0b"]},
    {"enableReconciler": "true", "reconcileGraceHours": "1", "timeoutSeconds": "900"},
    {"batchSize": "100", "batchWindowSeconds": "0"},
    {"reservedConcurrency": "3", "maxConcurrency": "10"},
    {"enableAlarms": "true", "logLevel": "ERROR", "alarmEmail": "no-address"},
    {"existingProcessedBucket": "photos", "existingUploadBucket": "photos"},
    {"infrequentAccessAfterDays": "10", "glacierAfterDays": "20"},
    {"maxStepSeconds": "120", "maxCpuSeconds": "9999", "maxSourcePixels": "50000000"},
    {"enableKms": "true", "existingKmsKeyArn": "arn:aws:kms:eu-west-1:123456789012:key/a"},
)


def cases() -> list[dict[str, object]]:
    alone = [{key: value} for key, option in SCHEMA.items() for value in WRONG[option.type]]
    return [*alone, *({"variants": value} for value in VARIANTS), *map(dict, TOGETHER)]


def read(stored: cli.Stored) -> Settings | tuple[Problem, ...]:
    config = {"aws:region": "eu-west-1", **cli.as_config(stored)}
    try:
        return parse_settings(config, project="imagepipe", stack=STACK)
    except SettingsError as error:
        return error.problems


CASES = [case for case in cases() if isinstance(read(case), tuple)]


def test_enough_of_these_configurations_are_wrong_for_each_type_and_option_with_limits() -> None:
    assert len(CASES) > 250
    wrong = {key for case in CASES for key in case if len(case) == 1}
    assert {SCHEMA[key].type for key in wrong & SCHEMA.keys()} == set(WRONG)
    unlimited = {"owner", "logLevel"} - wrong
    assert unlimited <= {"owner"}


@pytest.mark.parametrize("case", CASES, ids=lambda case: json.dumps(case)[:60])
def test_all_fixes_together_lead_to_a_configuration_that_deploys(case: cli.Stored) -> None:
    """Fixed one after another, as a user does: each fix is of a message that was just read."""
    stored = case
    for _ in range(12):
        problems = read(stored)
        if isinstance(problems, Settings):
            break
        before = [(problem.key, problem.why) for problem in problems]
        stored = cli.run(problems[0].fix, stored)
        after = read(stored)
        remaining = [] if isinstance(after, Settings) else [(p.key, p.why) for p in after]
        assert before[0] not in remaining, problems[0].fix
    assert isinstance(read(stored), Settings)
    assert cli.refusals(stored, TYPES) == []


KEPT: tuple[tuple[Mapping[str, object], str, Mapping[str, object]], ...] = (
    (
        {"tags": {"CostCenter": "a", "aws:x": "y"}},
        "pulumi config rm --path tags.aws:x",
        {"tags": {"CostCenter": "a"}},
    ),
    (
        {"variants": [{"name": "a", "format": "jpeg", "quality": 200}]},
        "pulumi config set --path 'variants[0].quality' 95",
        {"variants": [{"name": "a", "format": "jpeg", "quality": 95}]},
    ),
    (
        {"variants": [{"name": "a", "format": "jpeg", "quality": "80"}]},
        "pulumi config rm --path 'variants[0].quality' && "
        "pulumi config set --path 'variants[0].quality' 80",
        {"variants": [{"name": "a", "format": "jpeg", "quality": 80}]},
    ),
    (
        {"variants": [{"name": "a", "format": "jpeg", "widths": ["160", 320]}]},
        "pulumi config rm --path 'variants[0].widths' && "
        "pulumi config set --path 'variants[0].widths[0]' 160 && "
        "pulumi config set --path 'variants[0].widths[1]' 320",
        {"variants": [{"name": "a", "format": "jpeg", "widths": [160, 320]}]},
    ),
    (
        {"keyPrefixes": "a/"},
        "pulumi config rm keyPrefixes && pulumi config set --path 'keyPrefixes[0]' a/",
        {"keyPrefixes": ["a/"]},
    ),
    (
        {"keyPrefixes": ["a/", "a/b/", "c/"]},
        "pulumi config rm --path 'keyPrefixes[1]'",
        {"keyPrefixes": ["a/", "c/"]},
    ),
    (
        {"architecure": "x86_64"},
        "pulumi config rm architecure && pulumi config set architecture x86_64",
        {"architecture": "x86_64"},
    ),
    ({"memoryMib": "64"}, "pulumi config set memoryMib 256", {"memoryMib": "256"}),
    ({"namePrefix": "My Shop"}, "pulumi config set namePrefix my-shop", {"namePrefix": "my-shop"}),
    (
        {"variantOverrides": {"thumbnale": {"maxWidth": 200}}},
        "pulumi config rm --path variantOverrides.thumbnale && "
        "pulumi config set --path variantOverrides.thumbnail.maxWidth 200",
        {"variantOverrides": {"thumbnail": {"maxWidth": 200}}},
    ),
)


@pytest.mark.parametrize(("stored", "fix", "fixed"), KEPT, ids=lambda each: str(each)[:40])
def test_a_fix_changes_the_wrong_place_alone(
    stored: cli.Stored, fix: str, fixed: cli.Stored
) -> None:
    problems = read(stored)
    assert isinstance(problems, tuple)
    assert [problem.fix for problem in problems] == [fix]
    assert cli.run(fix, stored) == fixed


def test_a_stack_whose_name_is_no_environment_is_given_one_like_it() -> None:
    with pytest.raises(SettingsError) as caught:
        parse_settings({"aws:region": "eu-west-1"}, project="imagepipe", stack="my_stack")
    (problem,) = caught.value.problems
    assert problem.fix == "pulumi config set environment my-stack"


@pytest.mark.parametrize(
    ("stored", "text"),
    [
        ({"tags": {"CostCenter": 1234, "Live": True}}, {"CostCenter": "1234", "Live": "true"}),
        ({"extraEnvironment": {"PORT": 8080}}, {"PORT": "8080"}),
    ],
)
def test_a_number_or_boolean_is_taken_where_text_is_meant(
    stored: cli.Stored, text: Mapping[str, str]
) -> None:
    settings = read(stored)
    assert isinstance(settings, Settings)
    assert text in (settings.tags, settings.extra_environment)


def test_one_more_variant_than_the_defaults_is_one_command() -> None:
    stored = cli.run("pulumi config set --path extraVariants.banner.maxWidth 1600", {})
    assert cli.refusals(stored, TYPES) == []
    settings = read(stored)
    assert isinstance(settings, Settings)
    defaults = read({})
    assert isinstance(defaults, Settings)
    assert settings.variants[:-1] == defaults.variants
    assert settings.variants[-1].to_spec() == {
        **{"name": "banner", "format": "webp", "quality": 80, "maxWidth": 1600}
    }


def test_one_property_of_a_default_variant_is_one_command() -> None:
    stored = cli.run("pulumi config set --path variantOverrides.converted.quality 60", {})
    settings = read(stored)
    assert isinstance(settings, Settings)
    converted = [each for each in settings.variants if each.name == "converted"]
    # The PNG of that name has no quality.
    assert [(each.format.value, each.quality) for each in converted] == [
        ("webp", 60),
        ("png", None),
    ]
