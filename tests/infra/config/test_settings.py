"""Proves how configuration becomes settings, and what a user reads when it is wrong."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import pytest
import yaml

from infra.config.errors import Problem, SettingsError
from infra.config.settings import Settings, load_schema, parse_settings

REPOSITORY = Path(__file__).resolve().parent.parent.parent.parent
REGION = {"aws:region": "eu-west-1"}


def parse(config: Mapping[str, str], *, stack: str = "dev") -> Settings:
    own = {f"imagepipe:{key}" if ":" not in key else key: text for key, text in config.items()}
    return parse_settings({**REGION, **own}, project="imagepipe", stack=stack)


def problems(config: Mapping[str, str], *, stack: str = "dev") -> dict[str, Problem]:
    with pytest.raises(SettingsError) as caught:
        parse(config, stack=stack)
    return {problem.key: problem for problem in caught.value.problems}


def test_without_any_configuration_the_defaults_of_the_project_file_hold() -> None:
    settings = parse({})
    assert settings.name_prefix == "imagepipe"
    assert settings.environment == "dev"
    assert (settings.runtime, settings.architecture) == ("python3.13", "arm64")
    assert settings.enable_dlq
    assert not settings.enable_kms
    assert [variant.name for variant in settings.variants] == [
        *("compressed", "low_quality", "converted", "converted", "thumbnail"),
    ]


def test_an_explicit_value_wins_even_when_it_is_false_or_zero() -> None:
    settings = parse({"enableDlq": "false", "maxSourcePixels": "0"})
    assert not settings.enable_dlq


@pytest.mark.parametrize(
    ("memory_mib", "pixels"),
    [("512", 18_100_000), ("1024", 43_700_000), ("1769", 50_000_000)],
)
def test_the_pixel_limit_follows_the_memory_unless_it_is_set(memory_mib: str, pixels: int) -> None:
    # (memory - 150 MiB) x 50,000 pixels, at most 50 megapixels
    assert parse({"memoryMib": memory_mib}).max_source_pixels == pixels


def test_a_pixel_limit_beyond_the_memory_is_refused() -> None:
    problem = problems({"memoryMib": "512", "maxSourcePixels": "20000000"})[
        "imagepipe:maxSourcePixels"
    ]
    assert "512 MiB of memory can hold 18100000 pixels" in problem.why


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        # a fifth of (memory - 150 MiB); 25 s; half of timeout x processors
        ({"memoryMib": "1769"}, (339_528_908, 25, 60)),
        ({"memoryMib": "1024", "timeoutSeconds": "30"}, (183_291_084, 15, 15)),
        ({"memoryMib": "1024"}, (183_291_084, 43, 60)),  # 25 s x 1769 / 1024
        ({"memoryMib": "3538"}, (710_515_097, 25, 120)),
        ({"maxOutputBytes": "9", "maxStepSeconds": "8", "maxCpuSeconds": "7"}, (9, 8, 7)),
    ],
)
def test_limits_follow_memory_and_timeout_unless_they_are_set(
    config: Mapping[str, str], expected: tuple[int, int, int]
) -> None:
    settings = parse(config)
    limits = settings.max_output_bytes, settings.max_step_seconds, settings.max_cpu_seconds
    assert limits == expected


@pytest.mark.parametrize(
    ("key", "most"),
    [("maxOutputBytes", 91_645_542), ("maxStepSeconds", 59), ("maxCpuSeconds", 60)],
)
def test_a_limit_beyond_memory_or_timeout_is_refused(key: str, most: int) -> None:
    function = {"memoryMib": "587", "timeoutSeconds": "60"}
    parse({**function, key: str(most)})
    assert f"imagepipe:{key}" in problems({**function, key: str(most + 1)})


@pytest.mark.parametrize(
    ("key", "lowest", "highest"),
    [
        ("memoryMib", 256, 10240),
        ("timeoutSeconds", 10, 900),
        ("maxConcurrency", 2, 1000),
        ("maxSourceBytes", 1, 104857600),
        ("maxSourceSidePixels", 1, 100000),
    ],
)
def test_a_number_is_taken_within_its_bounds_and_refused_outside_them(
    key: str, lowest: int, highest: int
) -> None:
    for value in (lowest, highest):
        parse({key: str(value)})
    for value in (lowest - 1, highest + 1):
        assert f"imagepipe:{key}" in problems({key: str(value)})
    # the description has the same bounds
    assert f"{lowest}-{highest}" in load_schema()[key].description


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("namePrefix", "Shop"),
        ("namePrefix", "a-prefix-that-is-too-long"),
        ("environment", "x"),
        ("runtime", "python3.9"),
        ("architecture", "arm"),
        ("memoryMib", "lots"),
        ("memoryMib", "512.5"),
        ("logLevel", "info"),
        ("logRetentionDays", "31"),
        ("enableKms", "perhaps"),
        ("backgroundColour", "white"),
        ("notificationEmail", "no-address"),
        ("tags", '["Owner"]'),
        ("tags", '{"aws:owner": "web"}'),
        ("tags", '{"Owner": [1]}'),
        ("tags", '{"a&b": "c"}'),
        ("tags", '{"a": "b!"}'),
        ("tags", '{"Team": "a", "team": "b"}'),
        ("tags", "not json"),
        ("variants", '[{"name": "a", "format": "tiff"}]'),
        ("variants", '{"name": "a"}'),
    ],
)
def test_a_wrong_value_is_reported_with_key_value_what_is_allowed_and_a_command(
    key: str, value: str
) -> None:
    (problem,) = problems({key: value}).values()
    assert problem.key.startswith(f"imagepipe:{key}")
    assert problem.given
    assert problem.why
    assert problem.allowed == load_schema()[key].description
    assert problem.fix.startswith("pulumi config ")


def test_all_problems_come_in_one_error_that_a_person_can_read() -> None:
    with pytest.raises(SettingsError) as caught:
        parse({"memoryMib": "64", "architecure": "x86_64", "enableKms": "perhaps"})
    text = str(caught.value)
    assert text.startswith("3 settings are wrong; nothing was created.")
    assert "imagepipe:memoryMib = 64: should be greater than or equal to 256" in text
    assert "did you mean architecture?" in text
    assert "to fix: pulumi config rm architecure && pulumi config set architecture x86_64" in text
    assert "to fix: pulumi config set memoryMib 256" in text


def test_problems_come_in_the_order_of_the_project_file_whatever_finds_them() -> None:
    wrong = {
        "enableRecords": "perhaps",
        "architecure": "x86_64",
        "glacierAfterDays": "59",
        "infrequentAccessAfterDays": "30",
        "reservedConcurrency": "5",
        "environment": "A",
        "memoryMib": "64",
        "enableKms": "perhaps",
    }
    order = ["environment", "memoryMib", "reservedConcurrency", "enableKms", "enableRecords"]
    expected = [f"imagepipe:{key}" for key in (*order, "glacierAfterDays", "architecure")]
    assert list(problems(wrong)) == expected
    assert list(problems(dict(reversed(wrong.items())))) == expected


def test_every_wrong_variant_is_named() -> None:
    specs = [{"name": "A B", "format": "jpeg"}, {"name": "b", "format": "tiff"}]
    found = problems({"variants": json.dumps(specs)})
    assert found["imagepipe:variants[0].name"].given == "A B"
    assert found["imagepipe:variants[1].format"].given == "tiff"
    assert len(found) == 2


def test_more_variants_than_the_environment_of_a_function_holds_are_refused() -> None:
    specs = [{"name": f"variant_{number}", "format": "png", "maxWidth": 9} for number in range(60)]
    (problem,) = problems({"variants": json.dumps(specs)}).values()
    assert "at most 3072 are free" in problem.why
    assert len(parse({"variants": json.dumps(specs[:30])}).variants) == 30


def test_a_problem_inside_a_list_says_where() -> None:
    subscriptions = (
        '[{"protocol": "email", "endpoint": "a@example.com"},'
        ' {"protocol": "pigeon", "endpoint": "a"}]'
    )
    assert problems({"subscriptions": subscriptions}).keys() == {
        "imagepipe:subscriptions[1].protocol",
        "imagepipe:subscriptions[1].endpoint",
    }


def test_a_stack_without_a_region_is_refused_with_a_fix() -> None:
    with pytest.raises(SettingsError) as caught:
        parse_settings({}, project="imagepipe", stack="dev")
    assert [problem.key for problem in caught.value.problems] == ["aws:region"]
    assert caught.value.problems[0].fix == "pulumi config set aws:region us-east-1"


def test_a_region_of_the_surroundings_is_enough() -> None:
    parse_settings({}, project="imagepipe", stack="dev", region="us-gov-west-1")


def test_python_3_11_is_refused_on_aws_and_taken_by_an_emulator() -> None:
    assert "imagepipe:runtime" in problems({"runtime": "python3.11"})
    endpoints = '[{"s3": "https://localhost:4566"}]'
    assert parse({"runtime": "python3.11", "aws:endpoints": endpoints}).runtime == "python3.11"


def test_a_stack_whose_name_cannot_be_an_environment_must_choose_one() -> None:
    assert "imagepipe:environment" in problems({}, stack="Feature_Branch")
    assert parse({"environment": "feature"}, stack="Feature_Branch").environment == "feature"


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        parse({}).memory_mib = 512  # pyright: ignore[reportAttributeAccessIssue] - what is tested


def test_the_project_file_and_the_settings_have_the_same_options() -> None:
    fields = {field.alias for field in Settings.model_fields.values()}
    assert fields == set(load_schema())


@pytest.mark.parametrize("path", sorted(REPOSITORY.glob("Pulumi.*.yaml")), ids=lambda p: p.name)
def test_every_stack_file_holds_only_options_that_exist(path: Path) -> None:
    # Pulumi itself accepts any key in a stack file
    stack = cast("Mapping[str, Any]", yaml.safe_load(path.read_text()))
    own = {key for key in stack["config"] if key.startswith("imagepipe:")}
    assert own <= {f"imagepipe:{key}" for key in load_schema()}
