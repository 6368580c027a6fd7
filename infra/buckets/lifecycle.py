"""S3 lifecycle rules: when objects move to cheaper storage and when they expire. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import pulumi_aws as aws

from infra.config.options import Settings

Rule = aws.s3.BucketLifecycleConfigurationRuleArgsDict
Transition = aws.s3.BucketLifecycleConfigurationRuleTransitionArgsDict


@dataclass(frozen=True, kw_only=True)
class Lifecycle:
    """Transitions and expiry of the objects in one bucket. 0 days means never."""

    noncurrent_expiration_days: int = 30
    """Retention of noncurrent versions, 1-3650."""
    abort_multipart_days: int = 7
    """Age at which incomplete multipart uploads are aborted, 1-365; until then they are billed.
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpu-abort-incomplete-mpu-lifecycle-config.html"""
    infrequent_access_after_days: int = 0
    """At least 30."""
    glacier_after_days: int = 0
    """At least 30 more than `infrequent_access_after_days`."""
    intelligent_tiering: bool = False
    """Moves objects to Intelligent-Tiering at once; not together with the two above."""
    expiration_days: int = 0
    """More than the days of the transitions above."""
    expiration_prefix: str = ""
    """Key prefix of the objects that expire."""

    @staticmethod
    def for_uploads(settings: Settings) -> "Lifecycle":
        """The lifecycle of uploads, which never expire, and in one bucket of variants too."""
        return Lifecycle(
            noncurrent_expiration_days=settings.noncurrent_expiration_days,
            abort_multipart_days=settings.abort_multipart_days,
            infrequent_access_after_days=settings.infrequent_access_after_days,
            glacier_after_days=settings.glacier_after_days,
            intelligent_tiering=settings.enable_intelligent_tiering,
            expiration_days=settings.output_expiration_days if settings.has_one_bucket else 0,
            expiration_prefix=settings.effective_processed_prefix,
        )

    @staticmethod
    def for_variants(settings: Settings) -> "Lifecycle":
        """The lifecycle of variants, which can be rendered again."""
        uploads = Lifecycle.for_uploads(settings)
        return replace(uploads, expiration_days=settings.output_expiration_days)


def lifecycle_rules(lifecycle: Lifecycle) -> Sequence[Rule]:
    """The rules of a bucket, at least one."""
    everything: aws.s3.BucketLifecycleConfigurationRuleFilterArgsDict = {"prefix": ""}
    rules: list[Rule] = [
        {
            "id": "expire-invisible-data",
            "status": "Enabled",
            "filter": everything,
            "noncurrent_version_expiration": {
                "noncurrent_days": lifecycle.noncurrent_expiration_days
            },
            "abort_incomplete_multipart_upload": {
                "days_after_initiation": lifecycle.abort_multipart_days
            },
        }
    ]
    if transitions := list(_transitions(lifecycle)):
        rules.append(
            {
                "id": "move-to-cheaper-storage",
                "status": "Enabled",
                "filter": everything,
                "transitions": transitions,
            }
        )
    if lifecycle.expiration_days:
        rules.append(
            {
                "id": "expire",
                "status": "Enabled",
                "filter": {"prefix": lifecycle.expiration_prefix},
                "expiration": {"days": lifecycle.expiration_days},
            }
        )
    return rules


def _transitions(lifecycle: Lifecycle) -> Iterator[Transition]:
    if lifecycle.intelligent_tiering:
        yield {"days": 0, "storage_class": "INTELLIGENT_TIERING"}
    if lifecycle.infrequent_access_after_days:
        yield {"days": lifecycle.infrequent_access_after_days, "storage_class": "STANDARD_IA"}
    if lifecycle.glacier_after_days:
        yield {"days": lifecycle.glacier_after_days, "storage_class": "GLACIER"}
