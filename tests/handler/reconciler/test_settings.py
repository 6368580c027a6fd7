"""The reconciler reads its environment, and the overrides of an invocation."""

import pytest

from handler.aws.connect_reconciler import assemble
from handler.config.environment import SettingsError
from handler.contract import Choice
from handler.reconciler.settings import read_reconciler_settings, read_run_overrides
from handler.reconciler.sweep import Bounds
from tests.handler.deployment import NOW

ENVIRONMENT = {
    "UPLOAD_BUCKET": "uploads",
    "TABLE_NAME": "images",
    "RECIPE": "0123456789abcdef",
    "LIMITS": "100 bytes, 10 pixels",
    "PROPAGATE_DELETES": "false",
    "TIMEOUT_SECONDS": "120",
    "LOG_LEVEL": "INFO",
    "LOG_FORMAT": "json",
    "KEY_PREFIXES": '["in/"]',
    "KEY_SUFFIXES": "[]",
    "RECONCILE_GRACE_SECONDS": "21600",
    "RECONCILE_UNFINISHED": "requeue",
    "RECONCILE_OUTDATED": "report",
    "RECONCILE_MAX_VERSIONS": "100000",
    "RECONCILE_MAX_REQUEUES": "1000",
    "QUEUE_URL": "https://queue",
}


def test_settings_are_read_from_the_environment() -> None:
    settings = read_reconciler_settings(ENVIRONMENT)
    assert (settings.upload_bucket, settings.table_name) == ("uploads", "images")
    assert (settings.recipe, settings.limits) == ("0123456789abcdef", "100 bytes, 10 pixels")
    assert settings.scope.prefixes == ("in/",)
    assert (settings.unfinished, settings.outdated) == (Choice.REQUEUE, Choice.REPORT)
    assert (settings.max_versions, settings.max_requeues) == (100_000, 1_000)


def test_all_problems_are_reported_at_once() -> None:
    wrong = {"KEY_SUFFIXES": "[1]", "RECONCILE_OUTDATED": "maybe", "UPLOAD_BUCKET": ""}
    with pytest.raises(SettingsError) as caught:
        read_reconciler_settings({**ENVIRONMENT, **wrong})
    assert [problem.split()[0] for problem in caught.value.problems] == [
        *("UPLOAD_BUCKET", "KEY_SUFFIXES", "RECONCILE_OUTDATED"),
    ]


@pytest.mark.parametrize("ways", [{"FUNCTION_ARN": "arn:f"}, {"QUEUE_URL": ""}])
def test_exactly_one_way_of_requeuing_is_set(ways: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match="give one of them"):
        read_reconciler_settings({**ENVIRONMENT, **ways})


def test_an_invocation_can_override_settings() -> None:
    settings = read_reconciler_settings(ENVIRONMENT)
    usual = read_run_overrides({}, settings)
    assert (usual.unfinished, usual.outdated) == (Choice.REQUEUE, Choice.REPORT)
    assert usual.bounds == Bounds(max_versions=100_000, max_requeues=1_000)
    given = {"unfinished": "report", "outdated": "requeue", "maxRequeues": 5, "restart": True}
    wished = read_run_overrides(given, settings)
    assert (wished.unfinished, wished.outdated) == (Choice.REPORT, Choice.REQUEUE)
    assert wished.bounds == Bounds(max_versions=100_000, max_requeues=5, restart=True)


@pytest.mark.parametrize(
    "payload",
    [
        *(None, "report", {"outdate": "requeue"}, {"outdated": "yes"}),
        *({"maxRequeues": 0}, {"maxVersions": True}, {"restart": 1}),
    ],
)
def test_invalid_overrides_are_refused(payload: object) -> None:
    with pytest.raises(ValueError, match=r"give|object"):
        read_run_overrides(payload, read_reconciler_settings(ENVIRONMENT))


@pytest.mark.parametrize(
    ("ways", "used", "attempt_seconds"),
    [
        ({}, {"s3", "dynamodb", "sqs"}, None),
        ({"QUEUE_URL": "", "FUNCTION_ARN": "arn:f"}, {"s3", "dynamodb", "lambda"}, 180),
    ],
)
def test_uploads_are_requeued_by_the_trigger_of_the_function(
    ways: dict[str, str], used: set[str], attempt_seconds: int | None
) -> None:
    settings = read_reconciler_settings({**ENVIRONMENT, **ways})
    clients: set[str] = set()
    reconciler = assemble(
        settings, read_run_overrides({}, settings), clients.add, clock=lambda: NOW
    )
    assert clients == used
    assert reconciler.expectation.attempt_seconds == attempt_seconds
    assert reconciler.expectation.recipe == "0123456789abcdef"
