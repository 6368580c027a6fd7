"""A run is bounded, can be killed anywhere, and goes on where it was."""

import itertools
import logging
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from handler.contract import Choice
from handler.model.record import Status
from handler.reconciler.findings import Action, Finding
from handler.reconciler.scope import KeyScope
from handler.reconciler.summary import MAX_LINES, Stop, Summary
from handler.reconciler.sweep import Reconciler, reconcile
from tests.handler.fakes import NOW, Faults, Killed
from tests.handler.reconciler.fakes import STANDARD, FakeWorld, row, version


def run(reconciler: Reconciler, remaining_ms: int = 300_000) -> Summary:
    return reconcile(reconciler, lambda: remaining_ms)


def lost(count: int, *, page_size: int = 1000, batch_size: int = 10) -> FakeWorld:
    versions = [version(f"{n:05}.jpg") for n in range(count)]
    return FakeWorld(versions=versions, page_size=page_size, batch_size=batch_size)


def keys(world: FakeWorld) -> list[str]:
    return [source.key for source in world.sent]


def test_what_has_no_final_record_is_handed_back_and_counted() -> None:
    world = lost(4)
    world.stored = {
        ("00000.jpg", "v1"): row(),
        ("00001.jpg", "v1"): row(Status.PROCESSING, attempt="m/r"),
        ("00002.jpg", "v1"): row(recipe="other"),
    }
    summary = run(world.reconciler())
    assert keys(world) == ["00001.jpg", "00003.jpg"]
    assert summary.findings == {Finding.STUCK: 1, Finding.OUTDATED: 1, Finding.MISSING: 1}
    assert summary.actions == {Action.REQUEUE: 2, Action.REPORT: 1}
    assert summary.pass_finished
    assert (summary.looked_at, summary.unresolved) == (4, 0)


def test_what_is_young_or_no_upload_is_left_alone() -> None:
    young = version("in/young.jpg", stored_at=NOW - timedelta(hours=5, minutes=59))
    world = FakeWorld(versions=[version("in/"), version("in/a.gif"), version("out.jpg"), young])
    assert not run(world.reconciler(scope=KeyScope(prefixes=["in/"], suffixes=[".jpg"]))).findings
    world.now = NOW + timedelta(minutes=1)
    run(world.reconciler(scope=KeyScope(prefixes=["in/"], suffixes=[".jpg"])))
    assert keys(world) == ["in/young.jpg"]


def test_calls_for_a_thousand_versions_are_few() -> None:
    world = lost(1000)
    world.stored = {each.identity: row() for each in world.versions}
    run(world.reconciler())
    calls = [(call, len(list(group))) for call, group in itertools.groupby(world.faults.calls)]
    assert calls == [("progress", 1), ("list", 1), ("rows", 10), ("save", 1)]


def test_a_run_ends_when_it_has_looked_at_enough_and_the_next_goes_on() -> None:
    world = lost(25, page_size=10)
    first = run(world.reconciler(max_versions=20))
    assert (first.looked_at, first.stopped, first.pass_finished) == (20, Stop.VERSIONS, False)
    second = run(world.reconciler(max_versions=20))
    assert (second.looked_at, second.stopped, second.pass_finished) == (5, Stop.END, True)
    assert keys(world) == [each.key for each in world.versions]
    assert world.saved.position is None


def test_a_run_hands_back_so_many_and_the_next_goes_on_with_the_one_after() -> None:
    world = lost(250)
    stops = [run(world.reconciler(max_requeues=99)).stopped for _ in range(3)]
    assert stops == [Stop.REQUEUES, Stop.REQUEUES, Stop.END]
    assert keys(world) == [each.key for each in world.versions]


def test_a_run_ends_in_time() -> None:
    world = lost(250)
    left = iter([60_000, 60_000, 29_999])
    assert reconcile(world.reconciler(), lambda: next(left)).stopped is Stop.TIME
    assert len(world.sent) == 200
    run(world.reconciler())
    assert keys(world) == [each.key for each in world.versions]


def test_a_run_can_begin_at_the_start() -> None:
    world = lost(20, page_size=10)
    run(world.reconciler(max_versions=10))
    run(world.reconciler(max_versions=10, restart=True))
    assert keys(world) == [f"{n:05}.jpg" for n in range(10)] * 2


def test_nothing_is_added_to_a_backlog() -> None:
    world = lost(1)
    world.backlog = 1_000
    assert run(world.reconciler()).stopped is Stop.BACKLOG
    assert not world.sent
    # Looking costs the queue nothing.
    assert run(world.reconciler(replace(STANDARD, unfinished=Choice.REPORT))).findings


def test_another_run_that_has_overtaken_this_one_goes_on_alone() -> None:
    world = lost(30, page_size=10)
    reconciler = world.reconciler()
    other = iter([lambda: run(world.reconciler())])

    def remaining() -> int:
        for go in other:
            go()
        return 300_000

    assert reconcile(reconciler, remaining).stopped is Stop.OVERTAKEN
    assert world.saved.position is None


def test_an_upload_that_never_ends_is_given_up_and_told_from_the_second_time_on() -> None:
    world = lost(1)
    seen = [run(world.reconciler()) for _ in range(5)]
    assert len(world.sent) == 3
    assert [summary.unresolved for summary in seen] == [0, 1, 1, 1, 1]
    assert [summary.actions[Action.GIVE_UP] for summary in seen] == [0, 0, 0, 1, 1]


def test_what_is_only_reported_is_not_sent_and_nobody_mends_it() -> None:
    world = lost(3)
    summary = run(world.reconciler(replace(STANDARD, unfinished=Choice.REPORT)))
    assert (world.sent, world.noted) == ([], {})
    assert (summary.unresolved, summary.actions) == (3, {Action.REPORT: 3})


def test_images_of_another_recipe_are_handed_back_if_asked() -> None:
    world = lost(2)
    world.stored = {
        ("00000.jpg", "v1"): row(),
        ("00001.jpg", "v1"): row(Status.REJECTED, limits="other"),
    }
    paid = replace(STANDARD, outdated=Choice.REQUEUE)
    run(world.reconciler(paid))
    assert keys(world) == ["00001.jpg"]
    run(world.reconciler(replace(paid, recipe="new")))
    assert keys(world) == ["00001.jpg", "00000.jpg", "00001.jpg"]


def test_an_attempt_that_may_be_alive_is_handed_back_when_it_was_seen_before() -> None:
    world = lost(1, batch_size=1)
    world.stored = {("00000.jpg", "v1"): row(Status.PROCESSING, attempt="m/r")}
    direct = replace(STANDARD, attempt_seconds=180)
    first = run(world.reconciler(direct))
    assert (first.actions, first.unresolved, world.sent) == ({Action.WAIT: 1}, 0, [])
    world.now = NOW + timedelta(seconds=90)
    run(world.reconciler(direct))  # too early: what was noted first counts
    world.now = NOW + timedelta(seconds=180)
    run(world.reconciler(direct))
    assert [source.waited_for for source in world.sent] == ["m/r"]


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_run_that_is_killed_at_any_call_leaves_nothing_out(when: str) -> None:
    clean = lost(25, page_size=10)
    run(clean.reconciler(max_requeues=12))
    run(clean.reconciler(max_requeues=100))
    for at_call in range(1, len(clean.faults.calls) + 1):
        world = lost(25, page_size=10)
        world.faults = Faults(at_call=at_call, when="after" if when == "after" else "before")
        for max_requeues in (12, 12, 100, 100):
            with suppress(Killed):
                run(world.reconciler(max_requeues=max_requeues))
        assert len(world.faults.calls) >= at_call
        assert set(keys(world)) == set(keys(clean))
        assert len(world.sent) <= 3 * 25
        assert all(history.requeues <= 3 for history in world.noted.values())


def test_each_run_says_what_it_did_and_names_a_bounded_number_of_findings(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, "handler")
    run(lost(MAX_LINES + 50).reconciler())
    lines = [record.message for record in caplog.records]
    assert (lines.count("found"), lines.count("reconciled")) == (MAX_LINES, 1)
    last = vars(caplog.records[-1])
    assert (last["unfinished"], last["requeued"], last["stopped"]) == (150, 150, Stop.END)
