"""The environment is read strictly, and all of its problems are reported at once."""

import pytest

from handler.config.environment import SettingsError
from handler.config.settings import read_settings
from handler.images.policy import DamagePolicy, GpsPolicy, ImagePolicy, MetadataDepth

ENVIRONMENT = {
    "UPLOAD_BUCKET": "uploads",
    "PROCESSED_BUCKET": "processed",
    "TABLE_NAME": "images",
    "TOPIC_ARN": "arn:aws:sns:eu-north-1:123456789012:images",
    "UPLOAD_PREFIX": "",
    "PROCESSED_PREFIX": "",
    "QUEUE_URL": "https://sqs.eu-north-1.amazonaws.com/123456789012/uploads",
    "TIMEOUT_SECONDS": "120",
    "MEMORY_MIB": "1769",
    "REJECTED_QUEUE_URL": "https://sqs.eu-north-1.amazonaws.com/123456789012/rejected",
    "DEAD_LETTER_QUEUE_URL": "https://sqs.eu-north-1.amazonaws.com/123456789012/dead",
    "VARIANTS": '[{"name": "a", "format": "jpeg"}]',
    "BACKGROUND_COLOUR": "#ffeedd",
    "MAX_SOURCE_BYTES": "52428800",
    "MAX_SOURCE_PIXELS": "50000000",
    "MAX_SOURCE_SIDE_PIXELS": "30000",
    "MAX_OUTPUT_BYTES": "90000000",
    "MAX_STEP_SECONDS": "20",
    "MAX_CPU_SECONDS": "50",
    "PROPAGATE_DELETES": "false",
    "INPUT_FORMATS": "JPEG HEIC",
    "MAX_FRAMES": "40",
    "DAMAGED_IMAGES": "process",
    "GPS_POLICY": "round",
    "METADATA_DEPTH": "header",
    "LOG_LEVEL": "INFO",
    "LOG_FORMAT": "json",
}


def problems_of(environment: dict[str, str]) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as caught:
        read_settings(environment)
    return caught.value.problems


def test_a_complete_environment_is_read() -> None:
    settings = read_settings(ENVIRONMENT)
    assert settings.upload_bucket == "uploads"
    assert settings.processed_bucket == "processed"
    assert settings.table_name == "images"
    assert settings.topic_arn == ENVIRONMENT["TOPIC_ARN"]
    assert settings.queue_url == ENVIRONMENT["QUEUE_URL"]
    assert (settings.timeout_seconds, settings.memory_mib) == (120, 1769)
    assert settings.rejected_queue_url == ENVIRONMENT["REJECTED_QUEUE_URL"]
    assert settings.dead_letter_queue_url == ENVIRONMENT["DEAD_LETTER_QUEUE_URL"]
    assert settings.policy == ImagePolicy(
        input_formats=("JPEG", "HEIC"),
        max_frames=40,
        max_side_pixels=30_000,
        max_output_bytes=90_000_000,
        damaged_images=DamagePolicy.PROCESS,
        gps=GpsPolicy.ROUND,
        metadata_depth=MetadataDepth.HEADER,
    )
    assert [variant.key_suffix for variant in settings.variants] == ["_a.jpg"]
    assert settings.background_colour == "#ffeedd"
    assert settings.max_source_bytes == 52_428_800
    assert settings.max_source_pixels == 50_000_000
    assert (settings.max_step_seconds, settings.max_cpu_seconds) == (20, 50)
    assert settings.propagate_deletes is False
    assert settings.log_level == "INFO"


def test_an_empty_address_stands_for_no_queue_topic_or_table() -> None:
    queues = ("QUEUE_URL", "REJECTED_QUEUE_URL", "DEAD_LETTER_QUEUE_URL")
    addresses = dict.fromkeys((*queues, "TOPIC_ARN", "TABLE_NAME"), "")
    settings = read_settings({**ENVIRONMENT, **addresses})
    assert settings.queue_url is settings.rejected_queue_url is None
    assert settings.dead_letter_queue_url is settings.topic_arn is settings.table_name is None


def test_deletes_cannot_be_propagated_without_records() -> None:
    (problem,) = problems_of({**ENVIRONMENT, "PROPAGATE_DELETES": "true", "TABLE_NAME": ""})
    assert "TABLE_NAME" in problem


@pytest.mark.parametrize(
    ("uploads", "outputs", "variants", "is_fine"),
    [
        ("in/", "out/", None, True),
        ("in/", "in/out/", None, False),
        ("out/in/", "out/", None, False),
        ("in/", "in/", None, False),
        ("in/", "", None, False),
        ("", "out/", None, False),
        ("", "out/", "[]", True),
        ("", "", "[]", False),
    ],
)
def test_variants_in_the_upload_bucket_must_not_be_uploads(
    uploads: str, outputs: str, variants: str | None, is_fine: bool
) -> None:
    environment = {
        **ENVIRONMENT,
        "PROCESSED_BUCKET": "uploads",
        "UPLOAD_PREFIX": uploads,
        "PROCESSED_PREFIX": outputs,
        "VARIANTS": variants or ENVIRONMENT["VARIANTS"],
    }
    if is_fine:
        assert read_settings(environment).processed_prefix == outputs
    else:
        assert "own output for ever" in problems_of(environment)[0]


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("UPLOAD_BUCKET", ""),
        ("PROCESSED_BUCKET", "uploads"),
        ("VARIANTS", "compressed"),
        ("VARIANTS", '{"name": "a"}'),
        ("BACKGROUND_COLOUR", "white"),
        ("MAX_SOURCE_BYTES", "0"),
        ("MAX_SOURCE_BYTES", "5e6"),
        ("MAX_SOURCE_PIXELS", "-1"),
        ("MAX_SOURCE_SIDE_PIXELS", "0"),
        ("MAX_OUTPUT_BYTES", ""),
        ("MAX_STEP_SECONDS", "2.5"),
        ("MAX_CPU_SECONDS", "0"),
        ("PROPAGATE_DELETES", "yes"),
        ("INPUT_FORMATS", ""),
        ("INPUT_FORMATS", "JPEG SVG"),
        ("MAX_FRAMES", "0"),
        ("DAMAGED_IMAGES", "fix"),
        ("GPS_POLICY", ""),
        ("METADATA_DEPTH", "deep"),
        ("LOG_LEVEL", "info"),
    ],
)
def test_an_invalid_value_is_named(variable: str, value: str) -> None:
    (problem,) = problems_of({**ENVIRONMENT, variable: value})
    assert variable in problem


def test_all_missing_variables_are_reported_at_once() -> None:
    said = " ".join(problems_of({}))
    assert [name for name in ENVIRONMENT if name not in said] == [
        "TABLE_NAME",
        "TOPIC_ARN",
        "UPLOAD_PREFIX",
        "PROCESSED_PREFIX",
        "QUEUE_URL",
        "REJECTED_QUEUE_URL",
        "DEAD_LETTER_QUEUE_URL",
    ]


def test_every_limit_that_can_reject_an_upload_changes_the_limits() -> None:
    limits = read_settings(ENVIRONMENT).limits
    for variable, value in {
        "MAX_SOURCE_BYTES": "7",
        "MAX_SOURCE_PIXELS": "7",
        "MAX_SOURCE_SIDE_PIXELS": "7",
        "MAX_OUTPUT_BYTES": "7",
        "MAX_STEP_SECONDS": "7",
        "MAX_CPU_SECONDS": "7",
        "MEMORY_MIB": "777",
        "INPUT_FORMATS": "JPEG",
        "DAMAGED_IMAGES": "reject",
    }.items():
        assert read_settings({**ENVIRONMENT, variable: value}).limits != limits, variable


def test_the_recipe_changes_with_variants_and_recorded_facts_but_not_with_limits() -> None:
    animated = {**ENVIRONMENT, "VARIANTS": '[{"name": "a", "format": "webp"}]'}
    recipe = read_settings(animated).recipe
    for variable, value in {
        "MAX_FRAMES": "41",
        "DAMAGED_IMAGES": "reject",
        "GPS_POLICY": "drop",
        "BACKGROUND_COLOUR": "#ffeede",
    }.items():
        assert read_settings({**animated, variable: value}).recipe != recipe, variable
    assert read_settings({**animated, "MEMORY_MIB": "2048"}).recipe == recipe
