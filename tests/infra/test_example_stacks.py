"""Proves that each stack file in examples/ has the numbers of the system that it stands for.

The table is written from those systems' own documents, not from the files.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from tests.infra.conftest import REPOSITORY, Deployment, run_stack


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What a document says, or the program's default where it says nothing."""

    memory_mib: int
    timeout_seconds: int
    architecture: str
    log_days: int = 30
    variants: Mapping[str, Mapping[str, object]]
    """By the ending that they give an upload's key."""
    created: Mapping[str, int]
    """How many buckets, queues, tables, topics and keys there are."""
    outputs: frozenset[str]
    """Stack options that the document lists, by the program's names."""


FUNCTION = frozenset({"functionName", "functionArn", "roleName", "roleArn", "logGroupName"})
UPLOADS = frozenset({"uploadBucketName", "uploadBucketArn"})
PROCESSED = frozenset({"processedBucketName", "processedBucketArn"})


def five(*, low_quality: int, thumbnail: int) -> Mapping[str, Mapping[str, object]]:
    return {
        "_compressed.jpg": {"quality": 85},
        "_low_quality.jpg": {"quality": low_quality},
        "_converted.webp": {},
        "_converted.png": {},
        "_thumbnail.jpg": {"maxWidth": thumbnail, "maxHeight": thumbnail},
    }


DOCUMENTS: Mapping[str, Facts] = {
    "metadata-extractor": Facts(
        memory_mib=1024,
        timeout_seconds=30,
        architecture="arm64",
        log_days=90,
        variants={},
        created={"Bucket": 1, "Queue": 1, "Key": 1},
        outputs=FUNCTION | UPLOADS,
    ),
    "resize-in-place": Facts(
        memory_mib=512,
        timeout_seconds=120,
        architecture="arm64",
        variants={"_resized": {"maxWidth": 1024}},
        created={},
        outputs=FUNCTION,
    ),
    "five-variants": Facts(
        memory_mib=1024,
        timeout_seconds=60,
        architecture="x86_64",
        log_days=7,
        variants=five(low_quality=50, thumbnail=150),
        created={"Bucket": 2},
        outputs=FUNCTION | UPLOADS | PROCESSED,
    ),
    "throwaway-variants": Facts(
        memory_mib=512,
        timeout_seconds=30,
        architecture="x86_64",
        log_days=7,
        variants=five(low_quality=60, thumbnail=300),
        created={"Bucket": 2},
        outputs=frozenset({"uploadBucketName", "processedBucketName", "functionName"}),
    ),
    "upload-ledger": Facts(
        memory_mib=512,
        timeout_seconds=60,
        architecture="x86_64",
        variants={},
        created={"Bucket": 1, "Table": 1, "Topic": 2},
        outputs=frozenset({"uploadBucketName", "tableName", "functionArn", "topicArn"}),
    ),
}

HOLDERS = ("s3/bucket:Bucket", "sqs/queue:Queue", "dynamodb/table:Table", "sns/topic:Topic")


def file_of(name: str) -> str:
    return f"examples/Pulumi.{name}.yaml"


@pytest.fixture(scope="module", params=DOCUMENTS)
def example(request: pytest.FixtureRequest) -> tuple[Facts, Deployment]:
    return DOCUMENTS[request.param], run_stack(file_of(request.param))


def function(deployment: Deployment) -> Mapping[str, Any]:
    return deployment.one("lambda/function:Function").inputs


def test_there_is_a_document_for_each_file() -> None:
    files = {path.name for path in (REPOSITORY / "examples").glob("Pulumi.*.yaml")}
    assert files == {f"Pulumi.{name}.yaml" for name in DOCUMENTS}


def test_the_function_is_as_large_and_patient_as_the_document_says(
    example: tuple[Facts, Deployment],
) -> None:
    facts, deployment = example
    inputs = function(deployment)
    assert inputs["runtime"] == "python3.12"
    assert inputs["memorySize"] == facts.memory_mib
    assert inputs["timeout"] == facts.timeout_seconds
    assert inputs["architectures"] == [facts.architecture]
    group = deployment.one("cloudwatch/logGroup:LogGroup").inputs
    assert group["retentionInDays"] == facts.log_days


def test_the_variants_are_those_of_the_document(example: tuple[Facts, Deployment]) -> None:
    facts, deployment = example
    endings = {"jpeg": ".jpg", "webp": ".webp", "png": ".png"}
    specs = json.loads(function(deployment)["environment"]["variables"]["VARIANTS"])
    # One that has its source's format is spelt out as one for each format.
    made = {
        f"_{spec['name']}{'' if 'sources' in spec else endings[spec['format']]}": spec
        for spec in specs
    }
    assert list(made) == list(facts.variants)
    for ending, wanted in facts.variants.items():
        assert {name: made[ending].get(name) for name in wanted} == wanted


def test_what_holds_data_is_created_as_in_the_document_and_a_queue_for_rejected_uploads(
    example: tuple[Facts, Deployment],
) -> None:
    facts, deployment = example
    found = {token.rpartition(":")[2]: len(deployment.of_type(token)) for token in HOLDERS}
    # The original systems have rejected uploads among their dead letters.
    found["Queue"] -= "deadLetterQueueName" in deployment.outputs
    found["Key"] = len(deployment.of_type("kms/key:Key"))
    assert {kind: count for kind, count in found.items() if count} == facts.created
    assert facts.outputs <= set(deployment.outputs)


def test_the_extractor_moves_and_expires_as_in_production_and_notifies_an_existing_topic() -> None:
    deployment = run_stack(file_of("metadata-extractor"))
    lifecycle = deployment.one("s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration")
    rules = {rule["id"]: rule for rule in lifecycle.inputs["rules"]}
    assert rules["move-to-cheaper-storage"]["transitions"] == [
        {"days": 30, "storageClass": "STANDARD_IA"},
        {"days": 90, "storageClass": "GLACIER"},
    ]
    forgotten = rules["expire-invisible-data"]
    assert forgotten["noncurrentVersionExpiration"] == {"noncurrentDays": 90}
    assert forgotten["abortIncompleteMultipartUpload"] == {"daysAfterInitiation": 1}
    actions = {
        action
        for alarm in deployment.of_type("cloudwatch/metricAlarm:MetricAlarm")
        for action in alarm.inputs["alarmActions"]
    }
    assert actions == {"arn:aws:sns:us-east-1:123456789012:alerts"}


def test_resizing_in_place_takes_batches_of_ten_from_its_owners_queue() -> None:
    deployment = run_stack(file_of("resize-in-place"))
    mapping = deployment.one("lambda/eventSourceMapping:EventSourceMapping").inputs
    assert mapping["batchSize"] == 10
    assert mapping["eventSourceArn"].endswith(":your-image-processing")
    variables = function(deployment)["environment"]["variables"]
    assert (variables["UPLOAD_PREFIX"], variables["PROCESSED_PREFIX"]) == (
        *("uploads/", "processed/"),
    )


@pytest.mark.parametrize(("name", "status"), [("five", "Enabled"), ("throwaway", "Suspended")])
def test_only_the_buckets_that_go_with_what_they_hold_keep_no_versions(
    name: str, status: str
) -> None:
    deployment = run_stack(file_of(f"{name}-variants"))
    for versioning in deployment.of_type("s3/bucketVersioning:BucketVersioning"):
        assert versioning.inputs["versioningConfiguration"] == {"status": status}
    for bucket in deployment.of_type("s3/bucket:Bucket"):
        assert bucket.inputs["forceDestroy"] is (name == "throwaway")


def test_the_ledger_takes_three_endings_and_has_the_thresholds_of_its_document() -> None:
    mails = {"notificationEmail": "a@example.com", "alarmEmail": "a@example.com"}
    deployment = run_stack(file_of("upload-ledger"), **mails)
    rules = deployment.one("s3/bucketNotification:BucketNotification").inputs["lambdaFunctions"]
    assert [rule["filterSuffix"] for rule in rules] == [".jpg", ".jpeg", ".png"]
    subscribed = deployment.of_type("sns/topicSubscription:TopicSubscription")
    assert [each.inputs["protocol"] for each in subscribed] == ["email", "email"]
    assert deployment.of_type("cloudwatch/dashboard:Dashboard")
    for role, threshold in (("errors", 5), ("throttles", 1), ("table-write-throttles", 5)):
        alarms = [
            alarm
            for alarm in deployment.of_type("cloudwatch/metricAlarm:MetricAlarm")
            if alarm.name.endswith(f"alarms-{role}")
        ]
        assert alarms, role
        for alarm in alarms:
            assert alarm.inputs["threshold"] == threshold
            assert alarm.inputs["evaluationPeriods"] == 1
            assert alarm.inputs.get("period", 300) == 300
    (lifecycle,) = deployment.of_type(
        "s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
    )
    assert lifecycle.inputs["rules"][0]["noncurrentVersionExpiration"] == {"noncurrentDays": 30}
