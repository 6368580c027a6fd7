"""Proves that existing resources are used unchanged, and that the program does not create them."""

import json
from collections.abc import Mapping

import pytest

from infra.stack.references import queue_url
from tests.infra.config.test_settings import problems
from tests.infra.conftest import Deployment, DeployStack, run_afresh

QUEUE = "arn:aws:sqs:us-east-1:123456789012:photos"
DEAD_LETTERS = "arn:aws:sqs:us-east-1:123456789012:photos-failed"
TOPIC = "arn:aws:sns:us-east-1:123456789012:photos"
LAYER = "arn:aws:lambda:us-east-1:123456789012:layer:pillow:4"
KEY = "arn:aws:kms:us-east-1:123456789012:key/0a1b-2c3d"

EVERYTHING: Mapping[str, object] = {
    "existingUploadBucket": "photos-in",
    "existingProcessedBucket": "photos-out",
    "existingQueueArn": QUEUE,
    "existingDeadLetterQueueArn": DEAD_LETTERS,
    "existingTableName": "Photos",
    "existingTopicArn": TOPIC,
    "existingKmsKeyArn": KEY,
    "existingLayerArn": LAYER,
}


@pytest.fixture
def deployment(deploy_stack: DeployStack) -> Deployment:
    return deploy_stack("dev", **EVERYTHING)


def test_with_everything_there_only_the_function_and_a_queue_for_rejected_uploads_are_made(
    deployment: Deployment,
) -> None:
    made = {r.type for r in deployment.resources if r.type.startswith("aws:")}
    assert made == {
        "aws:cloudwatch/logGroup:LogGroup",
        "aws:iam/role:Role",
        "aws:iam/rolePolicy:RolePolicy",
        "aws:lambda/eventSourceMapping:EventSourceMapping",
        "aws:lambda/function:Function",
        "aws:sqs/queue:Queue",
        "aws:sqs/queuePolicy:QueuePolicy",
    }
    assert deployment.one("sqs/queue:Queue").name.endswith("-rejected-queue")


def test_the_function_gets_the_names_of_what_exists_and_may_use_only_that(
    deployment: Deployment,
) -> None:
    function = deployment.one("lambda/function:Function").inputs
    environment = function["environment"]["variables"]
    assert environment["UPLOAD_BUCKET"] == "photos-in"
    assert environment["PROCESSED_BUCKET"] == "photos-out"
    assert environment["TABLE_NAME"] == "Photos"
    assert environment["TOPIC_ARN"] == TOPIC
    assert environment["DEAD_LETTER_QUEUE_URL"] == queue_url(DEAD_LETTERS)
    assert function["kmsKeyArn"] == KEY
    assert function["layers"] == [LAYER]
    policy = json.loads(deployment.one("iam/rolePolicy:RolePolicy").inputs["policy"])
    resources = {statement["Sid"]: statement["Resource"] for statement in policy["Statement"]}
    assert resources["ReadUploads"] == "arn:aws:s3:::photos-in/*"
    assert resources["WriteVariants"] == "arn:aws:s3:::photos-out/*"
    assert resources["ConsumeQueue"] == QUEUE
    assert resources["SendToDeadLetterQueue"] == DEAD_LETTERS
    assert resources["RejectUploads"] == deployment.outputs["rejectedQueueArn"]
    assert resources["WriteRecords"] == "arn:aws:dynamodb:us-east-1:123456789012:table/Photos"
    assert resources["Publish"] == TOPIC
    assert resources["UseKey"] == KEY


def test_the_outputs_name_what_exists(deployment: Deployment) -> None:
    assert deployment.outputs["queueName"] == "photos"
    assert deployment.outputs["uploadBucketArn"] == "arn:aws:s3:::photos-in"
    assert deployment.outputs["topicName"] == "photos"


def test_an_existing_bucket_gets_a_notification_to_the_stacks_queue(
    deploy_stack: DeployStack,
) -> None:
    deployment = deploy_stack(
        "dev", existingUploadBucket="photos-in", replaceNotifications=True, enableKms=True
    )
    notification = deployment.one("s3/bucketNotification:BucketNotification").inputs
    assert notification["bucket"] == "photos-in"
    policy = deployment.one("sqs/queuePolicy:QueuePolicy", "uploads-queue-policy").inputs["policy"]
    key_policy = deployment.one("kms/key:Key").inputs["policy"]
    for document in (policy, key_policy):
        assert "arn:aws:s3:::photos-in" in document
    assert [bucket.name for bucket in deployment.of_type("s3/bucket:Bucket")] == [
        "imagepipe-dev-results-processed-bucket"
    ]


def test_an_existing_queue_may_redrive_from_the_dead_letters_of_the_stack(
    deploy_stack: DeployStack,
) -> None:
    deployment = deploy_stack("dev", existingUploadBucket="photos-in", existingQueueArn=QUEUE)
    dead_letters = deployment.one("sqs/queue:Queue", "dead-letters").inputs
    allowed = json.loads(dead_letters["redriveAllowPolicy"])["sourceQueueArns"]
    assert QUEUE in allowed


def test_with_a_layer_there_none_is_built(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("infra.functions.processor.build_layer")
    extra = "arn:aws:lambda:us-east-1:123456789012:layer:fonts:1"
    deployment = run_afresh("dev", {}, existingLayerArn=LAYER, extraLayerArns=[extra])
    assert deployment.one("lambda/function:Function").inputs["layers"] == [LAYER, extra]


def test_the_url_of_a_queue_follows_from_its_arn() -> None:
    assert queue_url(QUEUE) == "https://sqs.us-east-1.amazonaws.com/123456789012/photos"
    china = "arn:aws-cn:sqs:cn-north-1:123456789012:photos"
    assert queue_url(china) == "https://sqs.cn-north-1.amazonaws.com.cn/123456789012/photos"


@pytest.mark.parametrize(
    ("config", "key", "why"),
    [
        (
            {
                "existingUploadBucket": "photos",
                "replaceNotifications": True,
                "existingProcessedBucket": "photos",
            },
            *("existingProcessedBucket", "variants would be uploads again"),
        ),
        ({"existingQueueArn": QUEUE}, "existingQueueArn", "goes with existingUploadBucket"),
        (
            {"existingQueueArn": QUEUE, "existingUploadBucket": "photos", "trigger": "s3"},
            *("existingQueueArn", "contradicts trigger s3"),
        ),
        (
            {"existingDeadLetterQueueArn": QUEUE, "enableDlq": "false"},
            *("existingDeadLetterQueueArn", "contradicts enableDlq"),
        ),
        (
            {"existingKmsKeyArn": KEY, "enableKms": "true"},
            *("existingKmsKeyArn", "contradicts enableKms"),
        ),
        ({"existingTopicArn": "photos"}, "existingTopicArn", "pattern"),
        ({"existingLayerArn": LAYER.rpartition(":")[0]}, "existingLayerArn", "pattern"),
        (
            {"existingLayerArn": LAYER, "extraLayerArns": f'["{LAYER}"]'},
            *("existingLayerArn", "is one of extraLayerArns too"),
        ),
    ],
)
def test_what_exists_must_fit_the_other_options(
    config: Mapping[str, str], key: str, why: str
) -> None:
    assert why in problems(config)[f"imagepipe:{key}"].why
