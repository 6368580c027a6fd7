"""Proves which versions, storage classes, lifetimes and access logs the buckets have."""

import json
from collections.abc import Mapping
from typing import Any, cast

from tests.infra.conftest import Deployment, DeployStack

LIFECYCLE = "s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"


def _rules(deployment: Deployment, name_part: str) -> Mapping[str, Mapping[str, Any]]:
    rules = cast("list[Mapping[str, Any]]", deployment.one(LIFECYCLE, name_part).inputs["rules"])
    return {str(rule["id"]): rule for rule in rules}


def test_objects_move_and_expire_as_configured(deploy_stack: DeployStack) -> None:
    deployment = deploy_stack(
        "dev",
        noncurrentExpirationDays=90,
        abortMultipartDays=1,
        infrequentAccessAfterDays=30,
        glacierAfterDays=90,
        outputExpirationDays=365,
    )
    uploads, processed = _rules(deployment, "uploads"), _rules(deployment, "processed")
    invisible = uploads["expire-invisible-data"]
    assert invisible["noncurrentVersionExpiration"] == {"noncurrentDays": 90}
    assert invisible["abortIncompleteMultipartUpload"] == {"daysAfterInitiation": 1}
    assert uploads["move-to-cheaper-storage"]["transitions"] == [
        {"days": 30, "storageClass": "STANDARD_IA"},
        {"days": 90, "storageClass": "GLACIER"},
    ]
    assert processed["expire"]["expiration"] == {"days": 365}
    assert "expire" not in uploads, "originals are never deleted"


def test_intelligent_tiering_moves_objects_at_once(deploy_stack: DeployStack) -> None:
    rules = _rules(deploy_stack("dev", enableIntelligentTiering=True), "uploads")
    assert rules["move-to-cheaper-storage"]["transitions"] == [
        {"days": 0, "storageClass": "INTELLIGENT_TIERING"}
    ]


def test_without_versioning_uploads_and_variants_are_overwritten_and_access_logs_are_not(
    deploy_stack: DeployStack,
) -> None:
    deployment = deploy_stack("dev", enableVersioning=False, enableAccessLogs=True)
    # S3 has no way back to never versioned: suspended, a bucket can be switched to and fro.
    for bucket, status in (
        *(("uploads", "Suspended"), ("processed", "Suspended")),
        ("access-logs", "Enabled"),
    ):
        versioning = deployment.one("s3/bucketVersioning:BucketVersioning", bucket).inputs
        assert versioning["versioningConfiguration"] == {"status": status}


def test_access_logs_of_both_buckets_go_to_a_bucket_that_only_s3_writes_to(
    deploy_stack: DeployStack,
) -> None:
    deployment = deploy_stack("dev", enableAccessLogs=True)
    logs = deployment.one("s3/bucket:Bucket", "access-logs").inputs["bucket"]
    logging = deployment.of_type("s3/bucketLogging:BucketLogging")
    assert [found.inputs["targetBucket"] for found in logging] == [logs, logs]
    assert logs not in [found.inputs["bucket"] for found in logging], "it does not log itself"
    policy = json.loads(
        deployment.one("s3/bucketPolicy:BucketPolicy", "access-logs").inputs["policy"]
    )
    writers = [statement for statement in policy["Statement"] if statement["Effect"] == "Allow"]
    assert {writer["Principal"]["Service"] for writer in writers} == {"logging.s3.amazonaws.com"}
    assert {writer["Resource"] for writer in writers} == {
        f"arn:aws:s3:::{logs}/{found.inputs['bucket']}/*" for found in logging
    }
