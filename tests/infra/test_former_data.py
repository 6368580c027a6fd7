"""Proves that no option deletes what holds data: it stays in the stack until it is asked for."""

import json
from collections.abc import Mapping

import pytest

from infra.stack.history import DEPLOYED, NEVER_DEPLOYED, Store
from tests.infra.conftest import Deployment, DeployStack, Registered, run_afresh, run_again
from tests.infra.tokens import MAPPING

BUCKET, QUEUE = "s3/bucket:Bucket", "sqs/queue:Queue"
ACCOUNT = "us-east-1:123456789012"

USED: Mapping[str, object] = {
    "enableAccessLogs": True,
    "enableKms": True,
    "enableReconciler": True,
}
"""Options under which a stack of dev uses all stores."""

UNUSED: Mapping[Store, tuple[Mapping[str, object], str, str]] = {
    Store.KEY: ({"enableKms": False}, "kms/key:Key", "key"),
    Store.ACCESS_LOGS: ({"enableAccessLogs": False}, BUCKET, "access-logs"),
    Store.UPLOADS: (
        {"existingUploadBucket": "photos", "replaceNotifications": True},
        *(BUCKET, "uploads"),
    ),
    Store.VARIANTS: ({"layout": "one-bucket"}, BUCKET, "processed"),
    Store.RECORDS: (
        {"enableRecords": False, "enableReconciler": False},
        *("dynamodb/table:Table", "table"),
    ),
    Store.UPLOAD_QUEUE: ({"trigger": "s3"}, QUEUE, "uploads"),
    Store.DEAD_LETTERS: ({"enableDlq": False}, QUEUE, "dead-letters"),
    Store.REJECTED_UPLOADS: ({"enableDlq": False}, QUEUE, "rejected"),
    Store.RECONCILER_LOGS: (
        {"enableReconciler": False},
        *("cloudwatch/logGroup:LogGroup", "reconciler"),
    ),
}
"""For each store the options that end its use, and its resource by type and a part of its name."""

CASES: list[tuple[Store, Mapping[str, object]]] = [
    *((store, options) for store, (options, *_) in UNUSED.items()),
    (Store.VARIANTS, {"existingProcessedBucket": "variants"}),
    (Store.RECORDS, {"existingTableName": "images"}),
    (
        Store.UPLOAD_QUEUE,
        {"existingUploadBucket": "photos", "existingQueueArn": f"arn:aws:sqs:{ACCOUNT}:photos"},
    ),
    (Store.DEAD_LETTERS, {"existingDeadLetterQueueArn": f"arn:aws:sqs:{ACCOUNT}:dead"}),
]

QUEUE_CASES = [options for store, options in CASES if store is Store.UPLOAD_QUEUE]


def deployed(*stores: Store) -> Mapping[str, Mapping[str, object]]:
    """The state of a stack of dev that has deployed these stores."""
    return {
        f"imagepipe-dev-history-{store}": {
            "prefix": DEPLOYED if store in stores else NEVER_DEPLOYED
        }
        for store in Store
    }


def memory_of(deployment: Deployment, store: Store) -> Registered:
    (memory,) = (
        each for each in deployment.resources if each.name == f"imagepipe-dev-history-{store}"
    )
    return memory


def stored(deployment: Deployment, store: Store) -> list[Registered]:
    _, token, name = UNUSED[store]
    return [found for found in deployment.of_type(token) if name in found.name]


@pytest.mark.parametrize(("store", "options"), CASES)
def test_a_store_that_is_not_used_any_more_stays_the_same_resource(
    store: Store, options: Mapping[str, object], caplog: pytest.LogCaptureFixture
) -> None:
    (before,) = stored(run_again("dev", deployed(*Store), **USED), store)
    assert "is kept" not in caplog.text
    (after,) = stored(run_afresh("dev", deployed(*Store), [], **{**USED, **options}), store)
    assert (after.urn, after.type) == (before.urn, before.type)
    assert "is kept" in caplog.text


@pytest.mark.parametrize(("store", "options"), CASES)
def test_a_store_that_a_stack_never_had_is_not_created_to_be_kept(
    store: Store, options: Mapping[str, object], deploy_stack: DeployStack
) -> None:
    assert stored(deploy_stack("dev", **{**USED, **options}), store) == []


@pytest.mark.parametrize(("store", "options"), CASES)
def test_a_store_goes_when_it_is_asked_for(store: Store, options: Mapping[str, object]) -> None:
    released = {"keepFormerKmsKey": False, "keepFormerData": False}
    deployment = run_again("dev", deployed(*Store), **{**USED, **options, **released})
    assert stored(deployment, store) == []
    memory = memory_of(deployment, store)
    assert memory.inputs["prefix"] == NEVER_DEPLOYED
    assert memory.ignored_changes == [], "else the stack would know it as deployed again"


def test_the_history_of_a_stack_says_what_it_uses(deploy_stack: DeployStack) -> None:
    changes: list[Mapping[str, object]] = [{}, USED, *(options for _, options in CASES)]
    for options in changes:
        deployment = deploy_stack("dev", **options)
        for store in Store:
            memory = memory_of(deployment, store)
            is_used = memory.inputs["prefix"] == DEPLOYED
            assert is_used is bool(stored(deployment, store)), (store, options)
            assert memory.ignored_changes == ([] if is_used else ["prefix"])


@pytest.mark.parametrize("options", QUEUE_CASES)
def test_events_that_wait_in_a_queue_are_consumed_after_the_last_one_is_sent_to_it(
    options: Mapping[str, object],
) -> None:
    deployment = run_again("dev", deployed(*Store), **options)
    (queue,) = stored(deployment, Store.UPLOAD_QUEUE)
    before = run_again("dev", deployed(*Store)).one(MAPPING)
    (mapping,) = (each for each in deployment.of_type(MAPPING) if each.urn == before.urn)
    assert mapping.inputs["eventSourceArn"] == before.inputs["eventSourceArn"]
    policy = deployment.one("iam/rolePolicy:RolePolicy").inputs["policy"]
    (consume,) = (s for s in json.loads(policy)["Statement"] if s["Sid"] == "ConsumeQueue")
    allowed = consume["Resource"]
    sources = [each.inputs["eventSourceArn"] for each in deployment.of_type(MAPPING)]
    assert sorted([allowed] if isinstance(allowed, str) else allowed) == sorted(sources)
    dead_letters = deployment.one(QUEUE, "dead-letters").inputs
    redrive = json.loads(queue.inputs["redrivePolicy"])
    assert redrive["deadLetterTargetArn"] == deployment.outputs["deadLetterQueueArn"]
    assert mapping.inputs["eventSourceArn"] in dead_letters["redriveAllowPolicy"]


def test_what_is_kept_names_the_way_to_delete_it(caplog: pytest.LogCaptureFixture) -> None:
    run_again("dev", deployed(Store.RECORDS), enableRecords=False)
    (said,) = (each for each in caplog.messages if "gets no more records" in each)
    assert said.startswith("imagepipe-dev-images-")
    assert "`pulumi config set keepFormerData false`" in said


@pytest.mark.parametrize(
    ("options", "use"),
    [
        ({"enableDlq": False}, "still gets events that keep failing"),
        ({"existingDeadLetterQueueArn": f"arn:aws:sqs:{ACCOUNT}:dead"}, "is not used"),
    ],
)
def test_a_kept_dead_letter_queue_is_said_to_be_used_if_it_still_is(
    options: Mapping[str, object], use: str, caplog: pytest.LogCaptureFixture
) -> None:
    run_again("dev", deployed(Store.DEAD_LETTERS), **options)
    (said,) = (each for each in caplog.messages if "is kept" in each)
    assert said.partition(" ")[2].startswith(use)
