"""Findings about uploads, and the action for each."""

from dataclasses import replace
from datetime import timedelta

import pytest

from handler.contract import Choice
from handler.events.parsing import read_body
from handler.events.s3_events import ObjectCreated, to_message
from handler.model.record import RecordState, Status
from handler.reconciler.findings import (
    Action,
    Finding,
    choice,
    decide,
    judge,
    requeue_key,
    to_event,
)
from handler.reconciler.ports import RequeueHistory
from handler.reconciler.scope import KeyScope
from tests.handler.deployment import NOW, UPLOADS
from tests.handler.reconciler.standard import STANDARD, row, version

FOLLOWING = replace(STANDARD, follows_deletes=True)


@pytest.mark.parametrize(
    ("stored", "finding"),
    [
        (None, Finding.MISSING),
        (row(Status.PROCESSING), Finding.STUCK),
        (row(Status.PROCESSING, recipe="other"), Finding.STUCK),
        (row(), None),
        (row(recipe="other"), Finding.OUTDATED),
        (row(limits="other"), None),
        (row(Status.REJECTED), None),
        (row(Status.REJECTED, recipe="other"), Finding.OUTDATED),
        (row(Status.REJECTED, limits="other"), Finding.OTHER_LIMITS),
        (row(Status.SUPERSEDED, recipe="other"), None),
        (row(Status.DELETED, limits="other"), None),
    ],
)
def test_a_version_is_judged_by_its_record(
    stored: RecordState | None, finding: Finding | None
) -> None:
    assert judge(version("a.jpg"), stored, STANDARD) is finding


@pytest.mark.parametrize("storage_class", ["GLACIER", "DEEP_ARCHIVE"])
def test_archived_objects_are_only_reported(storage_class: str) -> None:
    archived = version("a.jpg", storage_class=storage_class)
    assert judge(archived, None, STANDARD) is Finding.ARCHIVED
    assert judge(archived, row(), STANDARD) is None
    assert choice(Finding.ARCHIVED, STANDARD) is Choice.REPORT


@pytest.mark.parametrize(
    ("status", "is_latest", "is_stale"),
    [
        (Status.PROCESSED, True, False),
        (Status.PROCESSED, False, True),  # deleted, or overwritten a moment ago
        (Status.SUPERSEDED, True, True),  # the newer version was deleted
        (Status.DELETED, True, True),  # the delete marker was deleted
        (Status.SUPERSEDED, False, False),
        (Status.DELETED, False, False),
        (Status.REJECTED, True, False),
        (Status.REJECTED, False, False),
    ],
)
def test_with_propagated_deletes_a_lost_removal_event_is_found(
    status: Status, is_latest: bool, is_stale: bool
) -> None:
    listed = version("a.jpg", is_latest=is_latest)
    assert judge(listed, row(status), FOLLOWING) is (Finding.STALE if is_stale else None)
    assert judge(listed, row(status), STANDARD) is None


def test_another_recipe_is_covered_by_the_policy_for_outdated_records() -> None:
    paid = replace(STANDARD, outdated=Choice.REQUEUE, unfinished=Choice.REPORT)
    wanted = {finding for finding in Finding if choice(finding, paid) is Choice.REQUEUE}
    assert wanted == {Finding.OUTDATED, Finding.OTHER_LIMITS}


@pytest.mark.parametrize(
    ("requeues", "action"), [(0, Action.REQUEUE), (2, Action.REQUEUE), (3, Action.GIVE_UP)]
)
def test_a_version_is_requeued_a_limited_number_of_times(requeues: int, action: Action) -> None:
    assert decide(Finding.MISSING, None, RequeueHistory(requeues=requeues), STANDARD, NOW) is action


def test_requeues_are_counted_separately_per_recipe() -> None:
    other = replace(STANDARD, recipe="other")
    assert requeue_key(Finding.OUTDATED, STANDARD) != requeue_key(Finding.OUTDATED, other)
    assert requeue_key(Finding.MISSING, STANDARD) == requeue_key(Finding.STUCK, other)


@pytest.mark.parametrize(
    ("history", "action"),
    [
        (RequeueHistory(), Action.WAIT),
        (RequeueHistory(attempt="m/r", noted_at=NOW - timedelta(seconds=179)), Action.WAIT),
        (RequeueHistory(attempt="m/r", noted_at=NOW - timedelta(seconds=180)), Action.REQUEUE),
        (RequeueHistory(attempt="other", noted_at=NOW - timedelta(hours=1)), Action.WAIT),
    ],
)
def test_without_a_queue_an_attempt_must_be_seen_twice_before_requeuing(
    history: RequeueHistory, action: Action
) -> None:
    direct = replace(STANDARD, attempt_seconds=180)
    assert decide(Finding.STUCK, row(attempt="m/r"), history, direct, NOW) is action
    assert decide(Finding.STUCK, row(attempt="m/r"), history, STANDARD, NOW) is Action.REQUEUE
    assert decide(Finding.STUCK, row(), history, direct, NOW) is Action.REQUEUE
    assert decide(Finding.MISSING, None, history, direct, NOW) is Action.REQUEUE


def test_a_requeued_event_has_the_facts_of_s3_and_the_attempt_to_wait_for() -> None:
    listed = version("a folder/50%+tax.jpg", "v7")
    sent = to_event(UPLOADS, listed, Finding.STUCK, row(Status.PROCESSING, attempt="m/r"))
    (read,) = read_body(to_message(sent))
    assert isinstance(read, ObjectCreated)
    assert replace(read, s3_record={}) == ObjectCreated(
        bucket=UPLOADS,
        key="a folder/50%+tax.jpg",
        version_id="v7",
        size_bytes=100,
        event_time=NOW - timedelta(days=1),
        waited_for="m/r",
    )


def test_only_stale_final_records_are_processed_again() -> None:
    again = {f: to_event(UPLOADS, version("a"), f, row(attempt="m/r")).again for f in Finding}
    assert {finding for finding in Finding if again[finding]} == {Finding.STALE}
    assert to_event(UPLOADS, version("a"), Finding.OUTDATED, row(attempt="m/r")).waited_for is None


@pytest.mark.parametrize(
    ("key", "is_in"),
    [
        ("in/a.jpg", True),
        ("too/a.png", True),
        ("in/a.JPG", False),
        ("out/a.jpg", False),
        ("in/", False),
    ],
)
def test_a_scope_contains_the_keys_that_s3_sends_events_for(key: str, is_in: bool) -> None:
    assert (key in KeyScope(prefixes=("in/", "too/"), suffixes=(".jpg", ".png"))) is is_in
    assert (key in KeyScope()) is not key.endswith("/")
