"""Rules for buckets."""

from collections.abc import Callable, Iterator

from policy.model import UNKNOWN, Finding, Level, Resource, Stack, dig, listed, rule
from policy.tokens import BUCKET, BUCKET_NOTIFICATION

ACCESS_BLOCK = "s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
ACL = "s3/bucketAcl:BucketAcl"
ENCRYPTION = "s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
LIFECYCLE = "s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
LOGGING = "s3/bucketLogging:BucketLogging"
OWNERSHIP = "s3/bucketOwnershipControls:BucketOwnershipControls"
VERSIONING = "s3/bucketVersioning:BucketVersioning"

BLOCKS = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
DEFAULT_ENCRYPTION = ("rules", 0, "applyServerSideEncryptionByDefault")


def _without(stack: Stack, token: str, holds: Callable[[Resource], bool]) -> Iterator[Resource]:
    """Return the buckets that no resource of the type both refers to and satisfies `holds` for."""
    for bucket in stack.of_type(BUCKET):
        if not any(holds(found) for found in stack.about(bucket, token, "bucket")):
            yield bucket


@rule(
    Level.ALWAYS,
    *("S3.1", "S3.8", "nag S2", "CKV_AWS_53", "CKV_AWS_54", "CKV_AWS_55", "CKV_AWS_56"),
    "CKV2_AWS_6",
    next_step="add a BucketPublicAccessBlock with all four flags",
)
def bucket_blocks_public_access(stack: Stack) -> Iterator[Finding]:
    """Neither a policy nor an ACL can make a bucket public."""
    for bucket in _without(stack, ACCESS_BLOCK, lambda found: all(map(found.inputs.get, BLOCKS))):
        yield bucket, "not all four kinds of public access are blocked"


@rule(
    Level.ALWAYS,
    *("S3.12", "CKV2_AWS_65", "CKV_AWS_20", "CKV_AWS_57", "CKV_AWS_375"),
    next_step="set BucketOwnershipControls to BucketOwnerEnforced and use policies instead of ACLs",
)
def bucket_has_no_acls(stack: Stack) -> Iterator[Finding]:
    """Policies alone grant access, and the bucket's owner owns every object."""
    enforced = ("BucketOwnerEnforced", UNKNOWN)
    for bucket in _without(
        stack, OWNERSHIP, lambda found: dig(found.inputs, "rule", "objectOwnership") in enforced
    ):
        yield bucket, "ACLs are enabled"
    for acl in stack.of_type(ACL):
        yield acl, "it is an ACL"


@rule(
    Level.ALWAYS,
    *("S3.14", "CKV_AWS_21"),
    next_step="add a BucketVersioning that is Enabled: set enableVersioning",
    options=("enableVersioning",),
)
def bucket_is_versioned(stack: Stack) -> Iterator[Finding]:
    """Overwritten and deleted objects can be restored, and each write has its own event."""
    enabled = ("Enabled", UNKNOWN)
    for bucket in _without(
        stack,
        VERSIONING,
        lambda found: dig(found.inputs, "versioningConfiguration", "status") in enabled,
    ):
        yield bucket, "versioning is not enabled"


@rule(
    Level.ALWAYS,
    *("S3.10", "S3.13", "CKV2_AWS_61", "CKV_AWS_300"),
    next_step="add a lifecycle rule with noncurrentVersionExpiration and"
    " abortIncompleteMultipartUpload",
)
def bucket_has_lifecycle_rules(stack: Stack) -> Iterator[Finding]:
    """Noncurrent versions expire, and incomplete multipart uploads are aborted."""

    def expires(lifecycle: Resource, key: str, days: str) -> bool:
        return lifecycle.inputs.get("rules") is UNKNOWN or any(
            dig(found, key, days) and dig(found, "status") == "Enabled"
            for found in listed(lifecycle.inputs.get("rules"))
        )

    for key, days in (
        ("noncurrentVersionExpiration", "noncurrentDays"),
        ("abortIncompleteMultipartUpload", "daysAfterInitiation"),
    ):
        for bucket in _without(stack, LIFECYCLE, lambda found, k=key, d=days: expires(found, k, d)):
            yield bucket, f"no lifecycle rule has {key}"


@rule(
    Level.ALWAYS,
    "CKV_AWS_19",
    next_step="add a BucketServerSideEncryptionConfiguration",
)
def bucket_is_encrypted(stack: Stack) -> Iterator[Finding]:
    """Objects are encrypted at rest, with any key."""
    for bucket in _without(
        stack, ENCRYPTION, lambda found: bool(dig(found.inputs, *DEFAULT_ENCRYPTION))
    ):
        yield bucket, "its default encryption is not declared"


@rule(
    Level.PROD,
    *("S3.17", "CKV_AWS_145"),
    next_step="encrypt with a key of your own and bucketKeyEnabled: set enableKms",
)
def bucket_uses_a_customer_managed_key(stack: Stack) -> Iterator[Finding]:
    """Reading objects requires access to a key of yours."""

    def under_key(found: Resource) -> bool:
        default = dig(found.inputs, *DEFAULT_ENCRYPTION)
        keyed = bool(dig(default, "kmsMasterKeyId")) and bool(
            dig(found.inputs, "rules", 0, "bucketKeyEnabled")
        )
        return default is UNKNOWN or keyed

    for bucket in _without(stack, ENCRYPTION, under_key):
        yield bucket, "it is not encrypted with a customer-managed key"


@rule(
    Level.PROD,
    *("S3.9", "nag S1", "CKV_AWS_18"),
    next_step="add a BucketLogging with a bucket for the logs: set enableAccessLogs",
)
def bucket_logs_requests(stack: Stack) -> Iterator[Finding]:
    """Access logs show who requested which object."""
    for bucket in _without(stack, LOGGING, lambda found: bool(found.inputs.get("targetBucket"))):
        yield bucket, "requests to it are not logged"


@rule(
    Level.ALWAYS,
    *("S3.11", "CKV2_AWS_62"),
    next_step="add a BucketNotification, or give the reason for none in policy/suppressions.py",
)
def bucket_sends_event_notifications(stack: Stack) -> Iterator[Finding]:
    """A bucket publishes events for changes of its objects."""
    for bucket in _without(stack, BUCKET_NOTIFICATION, lambda _: True):
        yield bucket, "it has no event notification"


RULES = (
    bucket_blocks_public_access,
    bucket_has_no_acls,
    bucket_is_versioned,
    bucket_has_lifecycle_rules,
    bucket_is_encrypted,
    bucket_uses_a_customer_managed_key,
    bucket_logs_requests,
    bucket_sends_event_notifications,
)
