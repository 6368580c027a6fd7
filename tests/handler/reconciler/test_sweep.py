"""A run stays within its bounds, can be killed anywhere, and continues where it was."""

import itertools
import logging
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Literal

import pytest

from handler.contract import Choice
from handler.model.record import Status
from handler.reconciler.findings import Action, Finding
from handler.reconciler.scope import KeyScope
from handler.reconciler.summary import MAX_LINES, Stop
from tests.handler.deployment import NOW
from tests.handler.faults import Killed
from tests.handler.reconciler.standard import STANDARD
from tests.handler.reconciler.sweeps import ENOUGH_MS, SweptWorld


@pytest.fixture(autouse=True)
def whole_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Process batches completely; `tests.handler.aws` covers partial ones."""
    monkeypatch.setattr("simulation.aws.services.PARTIAL", 0)


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limit S3's listings to ten versions per page."""
    monkeypatch.setattr("simulation.aws.s3.LISTED", 10)


@pytest.fixture
def full_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let S3's listings have full pages."""
    monkeypatch.setattr("simulation.aws.s3.LISTED", 1_000)


def lost(count: int) -> SweptWorld:
    """Return a world with a number of uploads without records."""
    world = SweptWorld()
    for number in range(count):
        world.upload(f"{number:05}.jpg", b"1")
    return world


def all_keys(count: int) -> list[str]:
    return [f"{number:05}.jpg" for number in range(count)]


def test_uploads_without_a_final_record_are_requeued_and_counted() -> None:
    world = lost(4)
    world.record("00000.jpg")
    world.record("00001.jpg", Status.PROCESSING, attempt="m/r")
    world.record("00002.jpg", recipe="other")
    summary = world.run(world.reconciler())
    assert sorted(world.keys) == ["00001.jpg", "00003.jpg"]
    assert summary.findings == {Finding.STUCK: 1, Finding.OUTDATED: 1, Finding.MISSING: 1}
    assert summary.actions == {Action.REQUEUE: 2, Action.REPORT: 1}
    assert summary.pass_finished
    assert (summary.looked_at, summary.unresolved) == (4, 0)


def test_young_versions_and_other_objects_are_skipped() -> None:
    world = SweptWorld()
    for key in ("in/", "in/a.gif", "out.jpg"):
        world.upload(key, b"1")
    world.stored_at = NOW - timedelta(hours=5, minutes=59)
    world.upload("in/young.jpg", b"1")
    assert not world.run(
        world.reconciler(scope=KeyScope(prefixes=["in/"], suffixes=[".jpg"]))
    ).findings
    world.now = NOW + timedelta(minutes=1)
    world.run(world.reconciler(scope=KeyScope(prefixes=["in/"], suffixes=[".jpg"])))
    assert world.keys == ["in/young.jpg"]


@pytest.mark.usefixtures("full_pages")
def test_calls_for_a_thousand_versions_are_few() -> None:
    world = lost(1_000)
    for key in all_keys(1_000):
        world.record(key)
    world.run(world.reconciler())
    calls = [(call, len(list(group))) for call, group in itertools.groupby(world.faults.calls)]
    assert calls == [
        ("dynamodb.get_item", 1),
        ("sqs.get_queue_attributes", 1),
        ("s3.list_object_versions", 1),
        ("dynamodb.batch_get_item", 10),
        ("dynamodb.put_item", 1),
    ]


@pytest.mark.usefixtures("small_pages")
def test_a_run_stops_at_its_number_of_versions_and_the_next_continues() -> None:
    world = lost(25)
    first = world.run(world.reconciler(max_versions=20))
    assert (first.looked_at, first.stopped, first.pass_finished) == (20, Stop.VERSIONS, False)
    second = world.run(world.reconciler(max_versions=20))
    assert (second.looked_at, second.stopped, second.pass_finished) == (5, Stop.END, True)
    assert world.keys == all_keys(25)
    assert world.state.progress().cursor is None


def test_a_run_stops_at_its_number_of_requeues_and_the_next_continues() -> None:
    world = lost(250)
    stops = [world.run(world.reconciler(max_requeues=99)).stopped for _ in range(3)]
    assert stops == [Stop.REQUEUES, Stop.REQUEUES, Stop.END]
    assert world.keys == all_keys(250)


@pytest.mark.usefixtures("full_pages")
def test_a_run_stops_before_its_timeout() -> None:
    world = lost(250)
    left = iter([60_000, 60_000, 29_999])
    assert world.run(world.reconciler(), lambda: next(left)).stopped is Stop.TIME
    assert len(world.sent) == 200
    world.run(world.reconciler())
    assert world.keys == all_keys(250)


@pytest.mark.usefixtures("small_pages")
def test_a_run_can_restart_the_pass() -> None:
    world = lost(20)
    world.run(world.reconciler(max_versions=10))
    world.run(world.reconciler(max_versions=10, restart=True))
    assert world.keys == [f"{n:05}.jpg" for n in range(10)] * 2


def test_nothing_is_added_to_a_backlog() -> None:
    world = lost(1)
    for _ in range(1_000):
        world.queue.send("{}")
    assert world.run(world.reconciler()).stopped is Stop.BACKLOG
    assert not world.sent
    # Reporting sends no messages.
    assert world.run(world.reconciler(replace(STANDARD, unfinished=Choice.REPORT))).findings


@pytest.mark.usefixtures("small_pages")
def test_a_run_stops_when_another_one_has_overtaken_it() -> None:
    world = lost(30)
    reconciler = world.reconciler()
    other = iter([lambda: world.run(world.reconciler())])

    def remaining() -> int:
        for go in other:
            go()
        return ENOUGH_MS

    assert world.run(reconciler, remaining).stopped is Stop.OVERTAKEN
    assert world.state.progress().cursor is None


def test_an_upload_that_never_finishes_is_given_up_and_unresolved_from_the_second_pass() -> None:
    world = lost(1)
    seen = [world.run(world.reconciler()) for _ in range(5)]
    assert len(world.sent) == 3
    assert [summary.unresolved for summary in seen] == [0, 1, 1, 1, 1]
    assert [summary.actions[Action.GIVE_UP] for summary in seen] == [0, 0, 0, 1, 1]


def test_uploads_that_are_only_reported_are_not_requeued_and_count_as_unresolved() -> None:
    world = lost(3)
    summary = world.run(world.reconciler(replace(STANDARD, unfinished=Choice.REPORT)))
    assert (world.sent, world.requeues) == ([], [])
    assert (summary.unresolved, summary.actions) == (3, {Action.REPORT: 3})


def test_uploads_with_another_recipe_are_requeued_if_configured() -> None:
    world = lost(2)
    world.record("00000.jpg")
    world.record("00001.jpg", Status.REJECTED, limits="other")
    paid = replace(STANDARD, outdated=Choice.REQUEUE)
    world.run(world.reconciler(paid))
    assert world.keys == ["00001.jpg"]
    world.run(world.reconciler(replace(paid, recipe="new")))
    assert world.keys == ["00001.jpg", "00000.jpg", "00001.jpg"]


def test_an_attempt_that_may_be_running_is_requeued_when_seen_again_later() -> None:
    world = lost(1)
    world.record("00000.jpg", Status.PROCESSING, attempt="m/r")
    direct = replace(STANDARD, attempt_seconds=180)
    first = world.run(world.reconciler(direct))
    assert (first.actions, first.unresolved, world.sent) == ({Action.WAIT: 1}, 0, [])
    world.now = NOW + timedelta(seconds=90)
    world.run(world.reconciler(direct))  # too early: the time of the first note counts
    world.now = NOW + timedelta(seconds=180)
    world.run(world.reconciler(direct))
    assert [source.waited_for for source in world.sent] == ["m/r"]


@pytest.mark.usefixtures("small_pages")
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_run_killed_at_any_call_skips_no_upload(
    when: Literal["before", "after"],
) -> None:
    clean = lost(25)
    clean.run(clean.reconciler(max_requeues=12))
    clean.run(clean.reconciler(max_requeues=100))
    for at_call in range(1, len(clean.faults.calls) + 1):
        world = lost(25)
        world.faults.at_call, world.faults.when = at_call, when
        for max_requeues in (12, 12, 100, 100):
            with suppress(Killed):
                world.run(world.reconciler(max_requeues=max_requeues))
        assert len(world.faults.calls) >= at_call
        assert set(world.keys) == set(clean.keys)
        assert len(world.sent) <= 3 * 25
        assert all(requeues <= 3 for requeues in world.requeues)


def test_each_run_logs_a_summary_and_a_limited_number_of_findings(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, "handler")
    world = lost(MAX_LINES + 50)
    world.run(world.reconciler())
    lines = [record.message for record in caplog.records]
    assert (lines.count("found"), lines.count("reconciled")) == (MAX_LINES, 1)
    last = vars(caplog.records[-1])
    assert (last["unfinished"], last["requeued"], last["stopped"]) == (150, 150, Stop.END)
