"""The environment is read strictly, and all that is wrong with it is said at once."""

import pytest

from handler.settings import SettingsError, read_settings

ENVIRONMENT = {
    "UPLOAD_BUCKET": "uploads",
    "PROCESSED_BUCKET": "processed",
    "TABLE_NAME": "images",
    "TOPIC_ARN": "arn:aws:sns:eu-north-1:123456789012:images",
    "DEAD_LETTER_QUEUE_URL": "https://sqs.eu-north-1.amazonaws.com/123456789012/dead",
    "VARIANTS": '[{"name": "a", "format": "jpeg"}]',
    "BACKGROUND_COLOUR": "#ffeedd",
    "MAX_SOURCE_BYTES": "52428800",
    "MAX_SOURCE_PIXELS": "50000000",
    "LOG_LEVEL": "INFO",
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
    assert settings.dead_letter_queue_url == ENVIRONMENT["DEAD_LETTER_QUEUE_URL"]
    assert [variant.ending for variant in settings.variants] == ["_a.jpg"]
    assert settings.background_colour == "#ffeedd"
    assert settings.max_source_bytes == 52_428_800
    assert settings.max_source_pixels == 50_000_000
    assert settings.log_level == "INFO"


def test_an_empty_address_means_that_there_is_no_dead_letter_queue() -> None:
    assert read_settings({**ENVIRONMENT, "DEAD_LETTER_QUEUE_URL": ""}).dead_letter_queue_url is None


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("UPLOAD_BUCKET", ""),
        ("PROCESSED_BUCKET", "uploads"),
        ("VARIANTS", "compressed"),
        ("VARIANTS", '{"name": "a"}'),
        ("VARIANTS", "[]"),
        ("BACKGROUND_COLOUR", "white"),
        ("MAX_SOURCE_BYTES", "0"),
        ("MAX_SOURCE_BYTES", "5e6"),
        ("MAX_SOURCE_PIXELS", "-1"),
        ("LOG_LEVEL", "info"),
    ],
)
def test_a_wrong_value_is_named(variable: str, value: str) -> None:
    (problem,) = problems_of({**ENVIRONMENT, variable: value})
    assert variable in problem


def test_everything_that_is_missing_is_said_at_once() -> None:
    said = " ".join(problems_of({}))
    assert [name for name in ENVIRONMENT if name not in said] == ["DEAD_LETTER_QUEUE_URL"]
