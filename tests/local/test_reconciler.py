"""An upload whose event was lost is found and processed, through the deployed reconciler."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from local.stack import LocalStack
from tests.local.pipe import drain, put, read_item, variant, wait_for_final
from tests.local.sources import SOURCES

NOTHING = {"unfinished": 0, "requeued": 0, "unresolved": 0, "pass_finished": True}
WAYS: Mapping[str, Mapping[str, object]] = {"by the queue": {}, "straight": {"trigger": "s3"}}


@pytest.fixture(scope="module", params=WAYS)
def way(request: pytest.FixtureRequest, deployed: Callable[..., LocalStack]) -> LocalStack:
    local_stack = deployed(
        enableReconciler=True, keyPrefixes=["in/", "too/"], **WAYS[request.param]
    )
    # What a test uploads is new, and cannot wait for hours.
    name = local_stack.outputs["reconcilerName"]
    environment: Any = local_stack.clients.lambda_.get_function_configuration(FunctionName=name)[
        "Environment"  # pyright: ignore[reportTypedDictNotRequiredAccess]
    ]["Variables"]
    local_stack.clients.lambda_.update_function_configuration(
        FunctionName=name,
        Environment={"Variables": {**environment, "RECONCILE_GRACE_SECONDS": "1"}},
    )
    return local_stack


def reconcile(local_stack: LocalStack, **payload: object) -> dict[str, Any]:
    answer = local_stack.clients.lambda_.invoke(
        FunctionName=local_stack.outputs["reconcilerName"], Payload=json.dumps(payload)
    )
    said = answer["Payload"].read().decode()
    assert "FunctionError" not in answer, said
    return json.loads(said)


def without_events(local_stack: LocalStack) -> Callable[[], object]:
    """Switch the notifications of uploads off; returns what switches them on again."""
    bucket, s3 = local_stack.outputs["uploadBucketName"], local_stack.clients.s3
    kept: Any = s3.get_bucket_notification_configuration(Bucket=bucket)
    del kept["ResponseMetadata"]
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={})
    return lambda: s3.put_bucket_notification_configuration(
        Bucket=bucket, NotificationConfiguration=kept
    )


def test_what_was_lost_is_found_and_a_second_look_finds_nothing(way: LocalStack) -> None:
    told = put(way, "in/told.jpg", SOURCES["plain.jpg"])
    wait_for_final(way, "in/told.jpg", told)
    switch_on = without_events(way)
    key = "in/some folder/50%+tax é.jpg"
    old = put(way, key, SOURCES["text.jpg"])
    new = put(way, key, SOURCES["plain.jpg"])
    put(way, "out/no upload.jpg", SOURCES["plain.jpg"])
    put(way, "in/folder/", b"")
    other = put(way, "too/other.jpg", SOURCES["plain.jpg"])
    switch_on()
    # The clock of storage has seconds.
    found: dict[str, Any] = {}
    while found.get("missing") != 3:
        found = reconcile(way, unfinished="report", restart=True)
    assert (found["requeued"], found["unresolved"]) == (0, 3)

    assert reconcile(way, restart=True)["requeued"] == 3
    assert wait_for_final(way, key, new)["status"] == "processed"
    assert variant(way, "in/some folder/50%+tax é_thumbnail.jpg").size == (150, 75)
    assert wait_for_final(way, "too/other.jpg", other)["status"] == "processed"
    _wait_for_superseded(way, key, old)
    if "queueUrl" in way.outputs:
        drain(way)
    assert NOTHING.items() <= reconcile(way).items()


def _wait_for_superseded(local_stack: LocalStack, key: str, version_id: str) -> None:
    while read_item(local_stack, key, version_id).get("status") in (None, "processing"):
        pass
    assert read_item(local_stack, key, version_id)["status"] == "superseded"


def test_images_of_another_recipe_are_made_again_if_asked(way: LocalStack) -> None:
    version_id = put(way, "in/old.jpg", SOURCES["plain.jpg"])
    wait_for_final(way, "in/old.jpg", version_id)
    image_id = f"{way.outputs['uploadBucketName']}/in/old.jpg"
    way.clients.dynamodb.update_item(
        TableName=way.outputs["tableName"],
        Key={"image_id": {"S": image_id}, "version_id": {"S": version_id}},
        UpdateExpression="SET recipe = :other",
        ExpressionAttributeValues={":other": {"S": "other"}},
    )
    found: dict[str, Any] = {}
    while found.get("outdated") != 1:
        found = reconcile(way, restart=True)
    assert found["requeued"] == 0
    assert reconcile(way, outdated="requeue", restart=True)["requeued"] == 1
    while read_item(way, "in/old.jpg", version_id)["recipe"] == "other":
        pass
    assert wait_for_final(way, "in/old.jpg", version_id)["status"] == "processed"


def test_a_payload_that_is_not_understood_is_refused(way: LocalStack) -> None:
    answer = way.clients.lambda_.invoke(
        FunctionName=way.outputs["reconcilerName"], Payload=json.dumps({"outdate": "requeue"})
    )
    assert "outdate: give some of" in answer["Payload"].read().decode()
