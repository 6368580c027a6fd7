"""Stacks that break the rules for buckets."""

from collections.abc import Sequence

from policy import tokens
from policy.rules import storage
from tests.policy.breakages import with_input, with_resource, without
from tests.policy.violating.case import FULL, Violating


def _lifecycle_with_only(key: str) -> list[dict[str, object]]:
    days = {"noncurrentDays": 30, "daysAfterInitiation": 7}
    return [{"id": "x", "status": "Enabled", key: days}]


CASES: Sequence[Violating] = (
    (storage.bucket_blocks_public_access, FULL, without(storage.ACCESS_BLOCK)),
    *(
        (
            storage.bucket_blocks_public_access,
            FULL,
            with_input(storage.ACCESS_BLOCK, **{flag: False}),
        )
        for flag in storage.BLOCKS
    ),
    (
        storage.bucket_has_no_acls,
        FULL,
        with_input(storage.OWNERSHIP, rule={"objectOwnership": "ObjectWriter"}),
    ),
    (storage.bucket_has_no_acls, FULL, with_resource(storage.ACL, acl="public-read")),
    (
        storage.bucket_is_versioned,
        FULL,
        with_input(storage.VERSIONING, versioningConfiguration={"status": "Suspended"}),
    ),
    (
        storage.bucket_has_lifecycle_rules,
        FULL,
        with_input(storage.LIFECYCLE, rules=_lifecycle_with_only("noncurrentVersionExpiration")),
    ),
    (
        storage.bucket_has_lifecycle_rules,
        FULL,
        with_input(storage.LIFECYCLE, rules=_lifecycle_with_only("abortIncompleteMultipartUpload")),
    ),
    (storage.bucket_is_encrypted, FULL, without(storage.ENCRYPTION)),
    (
        storage.bucket_uses_a_customer_managed_key,
        FULL,
        with_input(
            storage.ENCRYPTION,
            "uploads",
            rules=[{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}}],
        ),
    ),
    (storage.bucket_logs_requests, FULL, without(storage.LOGGING)),
    (storage.bucket_sends_event_notifications, FULL, without(tokens.BUCKET_NOTIFICATION)),
)
