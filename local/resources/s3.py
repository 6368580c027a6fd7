"""Create buckets and their configuration."""

from typing import Any
from urllib.parse import unquote_plus

from local.clients import Clients
from local.inputs import Inputs
from local.resources.resource_state import Provisioners, ResourceState

REGION_WITHOUT_CONSTRAINT = "us-east-1"
"""https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html"""


def _bucket(clients: Clients, inputs: Inputs, logical_name: str) -> ResourceState:
    inputs.without_effect("forceDestroy")
    name = inputs.name(logical_name, "bucket")
    location: Any = {}
    if clients.region != REGION_WITHOUT_CONSTRAINT:
        location = {"CreateBucketConfiguration": {"LocationConstraint": clients.region}}
    clients.s3.create_bucket(Bucket=name, **location)
    if tags := inputs.tags():
        clients.s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": tags})
    return name, {
        "arn": f"arn:aws:s3:::{name}",
        "bucket": name,
        "bucketDomainName": f"{name}.s3.amazonaws.com",
        "bucketRegion": clients.region,
        "bucketRegionalDomainName": f"{name}.s3.{clients.region}.amazonaws.com",
    }


def _public_access_block(clients: Clients, inputs: Inputs, _name: str) -> ResourceState:
    inputs.without_effect("skipDestroy")
    bucket = inputs.text("bucket")
    clients.s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=inputs.rest())
    return bucket, {}


def _ownership_controls(clients: Clients, inputs: Inputs, _name: str) -> ResourceState:
    bucket = inputs.text("bucket")
    rule = inputs.inner("rule").rest()
    clients.s3.put_bucket_ownership_controls(Bucket=bucket, OwnershipControls={"Rules": [rule]})
    return bucket, {}


def _versioning(clients: Clients, inputs: Inputs, _name: str) -> ResourceState:
    bucket = inputs.text("bucket")
    clients.s3.put_bucket_versioning(
        Bucket=bucket,
        VersioningConfiguration=inputs.inner("versioningConfiguration").rest(mfaDelete="MFADelete"),
    )
    return bucket, {}


def _encryption(clients: Clients, inputs: Inputs, _name: str) -> ResourceState:
    bucket = inputs.text("bucket")
    rules = inputs.rest(sseAlgorithm="SSEAlgorithm", kmsMasterKeyId="KMSMasterKeyID")
    clients.s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration=rules)
    return bucket, {}


def _policy(clients: Clients, inputs: Inputs, _name: str) -> ResourceState:
    bucket = inputs.text("bucket")
    clients.s3.put_bucket_policy(Bucket=bucket, Policy=inputs.text("policy"))
    return bucket, {}


def _lifecycle(clients: Clients, inputs: Inputs, _name: str) -> ResourceState:
    bucket = inputs.text("bucket")
    rules = inputs.rest(id="ID")
    clients.s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration=rules)
    return bucket, {}


def _notification(clients: Clients, inputs: Inputs, _name: str) -> ResourceState:
    bucket = inputs.text("bucket")
    # S3 replaces the whole configuration, so one call must contain all targets.
    configuration: Any = {
        "QueueConfigurations": [_target(queue) for queue in inputs.each("queues")],
        "LambdaFunctionConfigurations": [
            _target(function) for function in inputs.each("lambdaFunctions")
        ],
    }
    if inputs.flag("eventbridge"):
        configuration["EventBridgeConfiguration"] = {}
    clients.s3.put_bucket_notification_configuration(
        Bucket=bucket, NotificationConfiguration=configuration
    )
    return bucket, {}


def _target(target: Inputs) -> Any:
    affixes = {
        "Prefix": target.text_or_none("filterPrefix"),
        "Suffix": target.text_or_none("filterSuffix"),
    }
    # S3 decodes what a filter has; the emulator compares it with keys as it is.
    rules = [
        {"Name": name, "Value": unquote_plus(value)} for name, value in affixes.items() if value
    ]
    key_filter = {"Filter": {"Key": {"FilterRules": rules}}} if rules else {}
    return {**target.rest(), **key_filter}


def _logging(clients: Clients, inputs: Inputs, _name: str) -> ResourceState:
    bucket = inputs.text("bucket")
    clients.s3.put_bucket_logging(
        Bucket=bucket, BucketLoggingStatus={"LoggingEnabled": inputs.rest()}
    )
    return bucket, {}


PROVISIONERS: Provisioners = {
    "aws:s3/bucket:Bucket": _bucket,
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": _lifecycle,
    "aws:s3/bucketLogging:BucketLogging": _logging,
    "aws:s3/bucketNotification:BucketNotification": _notification,
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": _ownership_controls,
    "aws:s3/bucketPolicy:BucketPolicy": _policy,
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": _public_access_block,
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": (
        _encryption
    ),
    "aws:s3/bucketVersioning:BucketVersioning": _versioning,
}
