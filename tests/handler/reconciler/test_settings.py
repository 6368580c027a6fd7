"""The reconciler reads the handler's environment and its own, and what an invocation wishes."""

import pytest

from handler.aws.connect_reconciler import assemble
from handler.config.settings import SettingsError
from handler.contract import Choice
from handler.reconciler.settings import read_reconciler_settings, read_run_overrides
from handler.reconciler.sweep import Bounds
from tests.handler.config.test_settings import ENVIRONMENT
from tests.handler.deployment import NOW

OWN = {
    "KEY_PREFIXES": '["in/"]',
    "KEY_SUFFIXES": "[]",
    "RECONCILE_GRACE_SECONDS": "21600",
    "RECONCILE_UNFINISHED": "requeue",
    "RECONCILE_OUTDATED": "report",
    "RECONCILE_MAX_VERSIONS": "100000",
    "RECONCILE_MAX_REQUEUES": "1000",
    "QUEUE_URL": "https://queue",
}
WHOLE = {**ENVIRONMENT, **OWN}


def test_settings_are_those_of_the_handler_and_more() -> None:
    settings = read_reconciler_settings(WHOLE)
    assert settings.handler.upload_bucket == ENVIRONMENT["UPLOAD_BUCKET"]
    assert settings.scope.prefixes == ("in/",)
    assert (settings.unfinished, settings.outdated) == (Choice.REQUEUE, Choice.REPORT)
    assert (settings.max_versions, settings.max_requeues) == (100_000, 1_000)


def test_all_problems_are_told_at_once() -> None:
    wrong = {"KEY_SUFFIXES": "[1]", "RECONCILE_OUTDATED": "maybe", "UPLOAD_BUCKET": ""}
    with pytest.raises(SettingsError) as caught:
        read_reconciler_settings({**WHOLE, **wrong})
    assert [problem.split()[0] for problem in caught.value.problems] == [
        *("UPLOAD_BUCKET", "KEY_SUFFIXES", "RECONCILE_OUTDATED"),
    ]


@pytest.mark.parametrize("ways", [{"FUNCTION_ARN": "arn:f"}, {"QUEUE_URL": ""}])
def test_there_is_one_way_to_hand_uploads_back(ways: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match="give one of them"):
        read_reconciler_settings({**WHOLE, **ways})


def test_an_invocation_may_wish_something_else() -> None:
    settings = read_reconciler_settings(WHOLE)
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
def test_what_is_not_understood_is_refused(payload: object) -> None:
    with pytest.raises(ValueError, match=r"give|object"):
        read_run_overrides(payload, read_reconciler_settings(WHOLE))


@pytest.mark.parametrize(
    ("ways", "used", "attempt_seconds"),
    [
        ({}, {"s3", "dynamodb", "sqs"}, None),
        ({"QUEUE_URL": "", "FUNCTION_ARN": "arn:f"}, {"s3", "dynamodb", "lambda"}, 180),
    ],
)
def test_uploads_go_back_by_the_way_they_came(
    ways: dict[str, str], used: set[str], attempt_seconds: int | None
) -> None:
    settings = read_reconciler_settings({**WHOLE, **ways})
    clients: set[str] = set()
    reconciler = assemble(
        settings, read_run_overrides({}, settings), clients.add, clock=lambda: NOW
    )
    assert clients == used
    assert reconciler.expectation.attempt_seconds == attempt_seconds
    assert reconciler.expectation.recipe == settings.handler.recipe
