"""Proves that the deployed reconciler finds and requeues uploads whose event was lost."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from local.stack import LocalStack
from tests.local.pipe import drain, put, read_item, variant, wait_for_final
from tests.local.sources import SOURCES

NOTHING = {"unfinished": 0, "requeued": 0, "unresolved": 0, "pass_finished": True}
TRIGGERS: Mapping[str, Mapping[str, object]] = {"sqs": {}, "s3": {"trigger": "s3"}}


@pytest.fixture(scope="module", params=TRIGGERS)
def reconciled(request: pytest.FixtureRequest, deployed: Callable[..., LocalStack]) -> LocalStack:
    local_stack = deployed(
        enableReconciler=True, keyPrefixes=["in/", "too/"], **TRIGGERS[request.param]
    )
    # Uploads of a test are new, and the default grace period is hours.
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
    payload_text = answer["Payload"].read().decode()
    assert "FunctionError" not in answer, payload_text
    return json.loads(payload_text)


def without_events(local_stack: LocalStack) -> Callable[[], object]:
    """Disable the notifications of the upload bucket; return a function that enables them."""
    bucket, s3 = local_stack.outputs["uploadBucketName"], local_stack.clients.s3
    kept: Any = s3.get_bucket_notification_configuration(Bucket=bucket)
    del kept["ResponseMetadata"]
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={})
    return lambda: s3.put_bucket_notification_configuration(
        Bucket=bucket, NotificationConfiguration=kept
    )


def test_lost_uploads_are_requeued_and_a_second_pass_finds_none(reconciled: LocalStack) -> None:
    notified = put(reconciled, "in/notified.jpg", SOURCES["plain.jpg"])
    wait_for_final(reconciled, "in/notified.jpg", notified)
    switch_on = without_events(reconciled)
    key = "in/some folder/50%+tax é.jpg"
    old = put(reconciled, key, SOURCES["text.jpg"])
    new = put(reconciled, key, SOURCES["plain.jpg"])
    put(reconciled, "out/no upload.jpg", SOURCES["plain.jpg"])
    put(reconciled, "in/folder/", b"")
    other = put(reconciled, "too/other.jpg", SOURCES["plain.jpg"])
    switch_on()
    # Times of objects have a resolution of seconds.
    found: dict[str, Any] = {}
    while found.get("missing") != 3:
        found = reconcile(reconciled, unfinished="report", restart=True)
    assert (found["requeued"], found["unresolved"]) == (0, 3)

    assert reconcile(reconciled, restart=True)["requeued"] == 3
    assert wait_for_final(reconciled, key, new)["status"] == "processed"
    assert variant(reconciled, "in/some folder/50%+tax é_thumbnail.jpg").size == (150, 75)
    assert wait_for_final(reconciled, "too/other.jpg", other)["status"] == "processed"
    _wait_for_superseded(reconciled, key, old)
    if "queueUrl" in reconciled.outputs:
        drain(reconciled)
    assert NOTHING.items() <= reconcile(reconciled).items()


def _wait_for_superseded(local_stack: LocalStack, key: str, version_id: str) -> None:
    while read_item(local_stack, key, version_id).get("status") in (None, "processing"):
        pass
    assert read_item(local_stack, key, version_id)["status"] == "superseded"


def test_images_of_another_recipe_are_requeued_on_request(reconciled: LocalStack) -> None:
    version_id = put(reconciled, "in/old.jpg", SOURCES["plain.jpg"])
    wait_for_final(reconciled, "in/old.jpg", version_id)
    image_id = f"{reconciled.outputs['uploadBucketName']}/in/old.jpg"
    reconciled.clients.dynamodb.update_item(
        TableName=reconciled.outputs["tableName"],
        Key={"image_id": {"S": image_id}, "version_id": {"S": version_id}},
        UpdateExpression="SET recipe = :other",
        ExpressionAttributeValues={":other": {"S": "other"}},
    )
    found: dict[str, Any] = {}
    while found.get("outdated") != 1:
        found = reconcile(reconciled, restart=True)
    assert found["requeued"] == 0
    assert reconcile(reconciled, outdated="requeue", restart=True)["requeued"] == 1
    while read_item(reconciled, "in/old.jpg", version_id)["recipe"] == "other":
        pass
    assert wait_for_final(reconciled, "in/old.jpg", version_id)["status"] == "processed"


def test_a_payload_with_an_unknown_key_is_rejected(reconciled: LocalStack) -> None:
    answer = reconciled.clients.lambda_.invoke(
        FunctionName=reconciled.outputs["reconcilerName"],
        Payload=json.dumps({"outdate": "requeue"}),
    )
    assert "outdate: give some of" in answer["Payload"].read().decode()
