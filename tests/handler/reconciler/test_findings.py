"""What is wrong with an upload, and what is done about it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from handler.contract import Choice
from handler.events.notices import ObjectCreated, to_message
from handler.events.parsing import read_body
from handler.model.record import RecordState, Status
from handler.reconciler.findings import (
    Action,
    Finding,
    choice,
    decide,
    judge,
    notice,
    requeue_key,
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
def test_what_is_archived_cannot_be_read_and_is_only_reported(storage_class: str) -> None:
    archived = version("a.jpg", storage_class=storage_class)
    assert judge(archived, None, STANDARD) is Finding.ARCHIVED
    assert judge(archived, row(), STANDARD) is None
    assert choice(Finding.ARCHIVED, STANDARD) is Choice.REPORT


@pytest.mark.parametrize(
    ("status", "is_latest", "is_stale"),
    [
        (Status.PROCESSED, True, False),
        (Status.PROCESSED, False, True),  # deleted, or overwritten a moment ago
        (Status.SUPERSEDED, True, True),  # what was newer is gone
        (Status.DELETED, True, True),  # the delete marker is gone
        (Status.SUPERSEDED, False, False),
        (Status.DELETED, False, False),
        (Status.REJECTED, True, False),
        (Status.REJECTED, False, False),
    ],
)
def test_where_deletes_are_followed_the_event_of_a_removal_may_be_lost_too(
    status: Status, is_latest: bool, is_stale: bool
) -> None:
    listed = version("a.jpg", is_latest=is_latest)
    assert judge(listed, row(status), FOLLOWING) is (Finding.STALE if is_stale else None)
    assert judge(listed, row(status), STANDARD) is None


def test_another_recipe_is_a_matter_of_the_other_choice() -> None:
    paid = replace(STANDARD, outdated=Choice.REQUEUE, unfinished=Choice.REPORT)
    wanted = {finding for finding in Finding if choice(finding, paid) is Choice.REQUEUE}
    assert wanted == {Finding.OUTDATED, Finding.OTHER_LIMITS}


@pytest.mark.parametrize(
    ("requeues", "action"), [(0, Action.REQUEUE), (2, Action.REQUEUE), (3, Action.GIVE_UP)]
)
def test_a_version_is_handed_back_a_few_times_only(requeues: int, action: Action) -> None:
    assert decide(Finding.MISSING, None, RequeueHistory(requeues=requeues), STANDARD, NOW) is action


def test_each_recipe_is_counted_by_itself() -> None:
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
def test_without_a_queue_to_wait_in_an_attempt_has_to_be_seen_twice(
    history: RequeueHistory, action: Action
) -> None:
    direct = replace(STANDARD, attempt_seconds=180)
    assert decide(Finding.STUCK, row(attempt="m/r"), history, direct, NOW) is action
    assert decide(Finding.STUCK, row(attempt="m/r"), history, STANDARD, NOW) is Action.REQUEUE
    assert decide(Finding.STUCK, row(), history, direct, NOW) is Action.REQUEUE
    assert decide(Finding.MISSING, None, history, direct, NOW) is Action.REQUEUE


def test_what_is_handed_back_is_what_s3_would_tell_and_what_to_wait_for() -> None:
    listed = version("a folder/50%+tax.jpg", "v7")
    sent = notice(UPLOADS, listed, Finding.STUCK, row(Status.PROCESSING, attempt="m/r"))
    (read,) = read_body(to_message(sent))
    assert isinstance(read, ObjectCreated)
    assert replace(read, notification="") == ObjectCreated(
        bucket=UPLOADS,
        key="a folder/50%+tax.jpg",
        version_id="v7",
        size_bytes=100,
        event_time=NOW - timedelta(days=1),
        waited_for="m/r",
    )


def test_only_what_is_final_is_looked_at_again() -> None:
    again = {f: notice(UPLOADS, version("a"), f, row(attempt="m/r")).again for f in Finding}
    assert {finding for finding in Finding if again[finding]} == {Finding.STALE}
    assert notice(UPLOADS, version("a"), Finding.OUTDATED, row(attempt="m/r")).waited_for is None


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
def test_a_scope_holds_what_s3_tells_of(key: str, is_in: bool) -> None:
    assert (key in KeyScope(prefixes=("in/", "too/"), suffixes=(".jpg", ".png"))) is is_in
    assert (key in KeyScope()) is not key.endswith("/")
