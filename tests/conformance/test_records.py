"""Records of both functions: conditions, updates and batches as the adapters send them.

Expected values follow from the documentation of Amazon DynamoDB.
"""

from datetime import UTC, datetime

import pytest

from handler.aws.reconciler_state import DynamoDbReconcilerState
from handler.aws.record_store import DynamoDbRecordStore
from handler.events.s3_events import Attempt
from handler.model.record import RecordState
from handler.reconciler.ports import Progress, RequeueHistory, RequeueKey
from tests.conformance.both import Aws

FIRST, RETRY = Attempt(message_id="m1", request_id="r1"), Attempt(message_id="m1", request_id="r2")
OTHER = Attempt(message_id="m2", request_id="r3")


def record(**more: object) -> dict[str, object]:
    found: dict[str, object] = {
        "image_id": "uploads/a",
        "version_id": "v1",
        "status": "processing",
        "recipe": "1",
        "limits": "1",
    }
    return found | more


def claim(
    store: DynamoDbRecordStore,
    attempt: Attempt,
    *,
    waited_for: str = "",
    again: bool = False,
    **more: object,
) -> bool:
    return store.claim(record(**more), attempt, waited_for=waited_for or None, again=again).won


@pytest.fixture
def store(aws: Aws) -> DynamoDbRecordStore:
    return DynamoDbRecordStore(aws.client("dynamodb"), aws.table)


def test_a_claim_excludes_other_attempts_until_its_attempt_has_ended(
    store: DynamoDbRecordStore,
) -> None:
    """https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ConditionExpressions.html"""
    assert claim(store, FIRST)
    assert not claim(store, OTHER)
    assert not claim(store, OTHER, again=True)
    assert claim(store, RETRY)  # of the same message
    assert not claim(store, OTHER, waited_for=FIRST.token)
    assert claim(store, OTHER, waited_for=RETRY.token)


def test_only_the_attempt_that_holds_a_claim_can_finish_it(store: DynamoDbRecordStore) -> None:
    """https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ConditionExpressions.html"""
    claim(store, FIRST)
    done = record(status="processed", variants=[{"key": "a_b.jpg", "quality": 0.5}])
    assert not store.finalize(done, OTHER, converged=True)
    assert store.finalize(done, FIRST, converged=True)
    assert not store.finalize(done, FIRST, converged=True)
    (state,) = store.rows("uploads/a")
    assert (state.status, state.attempt) == ("processed", None)
    assert not claim(store, OTHER)
    assert claim(store, OTHER, recipe="2")


def test_a_rejected_version_is_claimed_under_other_limits(store: DynamoDbRecordStore) -> None:
    """https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ConditionExpressions.html"""
    claim(store, FIRST)
    store.finalize(record(status="rejected", reason="too-large"), FIRST, converged=False)
    assert not claim(store, OTHER)
    assert claim(store, OTHER, limits="2")


def test_a_processed_record_is_superseded_and_its_attempt_cleared(
    store: DynamoDbRecordStore,
) -> None:
    """https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html"""
    claim(store, FIRST)
    store.finalize(record(status="processed", variants=[]), FIRST, converged=False)
    (state,) = store.rows("uploads/a")
    store.supersede("uploads/a", state)
    (state,) = store.rows("uploads/a")
    assert (state.status, state.attempt) == ("superseded", FIRST.token)
    store.clear_attempt("uploads/a", state)
    assert [row.attempt for row in store.rows("uploads/a")] == [None]


def test_progress_is_saved_only_once_per_revision(aws: Aws) -> None:
    """https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html"""
    state = DynamoDbReconcilerState(aws.client("dynamodb"), aws.table)
    progress = state.progress()
    assert progress == Progress()
    assert state.save(Progress(cursor={"key": "a"}, revision=0))
    assert not state.save(Progress(cursor={"key": "b"}, revision=0))
    assert state.progress() == Progress(cursor={"key": "a"}, revision=1)


def test_batches_of_any_length_are_written_and_read(aws: Aws, store: DynamoDbRecordStore) -> None:
    """https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html
    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
    """
    state = DynamoDbReconcilerState(aws.client("dynamodb"), aws.table, lambda _seconds: None)
    now = datetime(2026, 11, 21, tzinfo=UTC)
    histories: dict[RequeueKey, RequeueHistory] = {
        (f"{number}.jpg", "v1", "gone"): RequeueHistory(requeues=number, attempt=None, noted_at=now)
        for number in range(120)
    }
    state.note("uploads", histories)
    assert state.requeue_histories("uploads", [*histories, ("none", "v1", "gone")]) == histories
    claim(store, FIRST)
    found = state.rows("uploads", [("a", "v1"), ("a", "v2")])
    assert list(found) == [("a", "v1")]
    assert isinstance(found["a", "v1"], RecordState)
