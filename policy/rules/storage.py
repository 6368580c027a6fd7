"""Rules about buckets: who sees objects, and what becomes of them."""

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
    """The buckets that no resource of a type does what is asked for."""
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
    """No policy and no ACL can make a bucket public."""
    for bucket in _without(stack, ACCESS_BLOCK, lambda found: all(map(found.inputs.get, BLOCKS))):
        yield bucket, "not all four kinds of public access are blocked"


@rule(
    Level.ALWAYS,
    *("S3.12", "CKV2_AWS_65", "CKV_AWS_20", "CKV_AWS_57", "CKV_AWS_375"),
    next_step="set BucketOwnershipControls to BucketOwnerEnforced and use policies instead of ACLs",
)
def bucket_has_no_acls(stack: Stack) -> Iterator[Finding]:
    """Access follows from policies alone, and whatever is in a bucket belongs to its owner."""
    enforced = ("BucketOwnerEnforced", UNKNOWN)
    for bucket in _without(
        stack, OWNERSHIP, lambda found: dig(found.inputs, "rule", "objectOwnership") in enforced
    ):
        yield bucket, "ACLs are on"
    for acl in stack.of_type(ACL):
        yield acl, "it is an ACL"


@rule(
    Level.ALWAYS,
    *("S3.14", "CKV_AWS_21"),
    next_step="add a BucketVersioning that is Enabled: set enableVersioning",
)
def bucket_keeps_versions(stack: Stack) -> Iterator[Finding]:
    """What is overwritten or deleted can be brought back, and each write has its own event."""
    on = ("Enabled", UNKNOWN)
    for bucket in _without(
        stack,
        VERSIONING,
        lambda found: dig(found.inputs, "versioningConfiguration", "status") in on,
    ):
        yield bucket, "versioning is not on"


@rule(
    Level.ALWAYS,
    *("S3.10", "S3.13", "CKV2_AWS_61", "CKV_AWS_300"),
    next_step="add a lifecycle rule with noncurrentVersionExpiration and"
    " abortIncompleteMultipartUpload",
)
def bucket_forgets_what_nobody_sees(stack: Stack) -> Iterator[Finding]:
    """Old versions and parts of unfinished uploads end some day."""

    def ends(lifecycle: Resource, key: str, days: str) -> bool:
        return lifecycle.inputs.get("rules") is UNKNOWN or any(
            dig(found, key, days) and dig(found, "status") == "Enabled"
            for found in listed(lifecycle.inputs.get("rules"))
        )

    for key, days in (
        ("noncurrentVersionExpiration", "noncurrentDays"),
        ("abortIncompleteMultipartUpload", "daysAfterInitiation"),
    ):
        for bucket in _without(stack, LIFECYCLE, lambda found, k=key, d=days: ends(found, k, d)):
            yield bucket, f"no lifecycle rule has {key}"


@rule(
    Level.ALWAYS,
    "CKV_AWS_19",
    next_step="add a BucketServerSideEncryptionConfiguration",
)
def bucket_is_encrypted(stack: Stack) -> Iterator[Finding]:
    """Objects are encrypted at rest, by whatever key."""
    for bucket in _without(
        stack, ENCRYPTION, lambda found: bool(dig(found.inputs, *DEFAULT_ENCRYPTION))
    ):
        yield bucket, "its default encryption is not declared"


@rule(
    Level.PROD,
    *("S3.17", "CKV_AWS_145"),
    next_step="encrypt under a key of your own with bucketKeyEnabled: set enableKms",
)
def bucket_is_encrypted_under_own_key(stack: Stack) -> Iterator[Finding]:
    """Who may read objects is decided by the policy of a key, too."""

    def under_key(found: Resource) -> bool:
        default = dig(found.inputs, *DEFAULT_ENCRYPTION)
        keyed = bool(dig(default, "kmsMasterKeyId")) and bool(
            dig(found.inputs, "rules", 0, "bucketKeyEnabled")
        )
        return default is UNKNOWN or keyed

    for bucket in _without(stack, ENCRYPTION, under_key):
        yield bucket, "it is not encrypted under a key of the stack"


@rule(
    Level.PROD,
    *("S3.9", "nag S1", "CKV_AWS_18"),
    next_step="add a BucketLogging to a bucket of its own: set enableAccessLogs",
)
def bucket_logs_requests(stack: Stack) -> Iterator[Finding]:
    """Who asked for which object can be found out afterwards."""
    for bucket in _without(stack, LOGGING, lambda found: bool(found.inputs.get("targetBucket"))):
        yield bucket, "requests to it are not logged"


@rule(
    Level.ALWAYS,
    *("S3.11", "CKV2_AWS_62"),
    next_step="add a BucketNotification, or say in policy/suppressions.py why nobody needs to know",
)
def bucket_tells_of_events(stack: Stack) -> Iterator[Finding]:
    """Somebody is told of what happens to a bucket's objects."""
    for bucket in _without(stack, BUCKET_NOTIFICATION, lambda _: True):
        yield bucket, "it notifies nobody"


RULES = (
    bucket_blocks_public_access,
    bucket_has_no_acls,
    bucket_keeps_versions,
    bucket_forgets_what_nobody_sees,
    bucket_is_encrypted,
    bucket_is_encrypted_under_own_key,
    bucket_logs_requests,
    bucket_tells_of_events,
)
