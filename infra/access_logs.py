"""Where S3 writes down who asked for what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi

from infra import policies
from infra.account import Account
from infra.bucket import PrivateBucket, PrivateBucketArgs
from infra.lifecycle import Lifecycle

RETENTION_DAYS = 365


@dataclass(frozen=True, kw_only=True)
class AccessLogsArgs:
    """Inputs of `AccessLogs`."""

    bucket_name: pulumi.Input[str]
    source_bucket_names: Sequence[pulumi.Input[str]]
    """The buckets whose requests are logged."""
    account: Account
    tags: Mapping[str, str]
    force_destroy: bool = False
    protect: bool = False


class AccessLogs(pulumi.ComponentResource):
    """Bucket for the server access logs of other buckets, kept for a year.

    S3 cannot write logs to a bucket under a key of KMS, so it is encrypted with S3's own.
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html

    Creates: a `PrivateBucket` that only S3's log delivery may write to.
    Outputs: `bucket_name`.
    """

    bucket_name: pulumi.Output[str]

    def __init__(
        self, name: str, args: AccessLogsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("imagepipe:index:AccessLogs", name, None, opts)
        bucket = PrivateBucket(
            f"{name}-bucket",
            PrivateBucketArgs(
                bucket_name=args.bucket_name,
                lifecycle=Lifecycle(expiration_days=RETENTION_DAYS),
                statements=_statements(args),
                force_destroy=args.force_destroy,
                protect=args.protect,
                tags=args.tags,
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.bucket_name = bucket.name
        self.register_outputs({"bucket_name": self.bucket_name})


def _statements(args: AccessLogsArgs) -> pulumi.Output[list[policies.Statement]]:
    """Spells the buckets' ARNs out: those buckets need this one first."""
    return pulumi.Output.all(
        partition=args.account.partition,
        account_id=args.account.account_id,
        logs=args.bucket_name,
        sources=pulumi.Output.all(*args.source_bucket_names),
    ).apply(
        lambda ids: [
            policies.keep_access_logs(
                f"arn:{ids['partition']}:s3:::{ids['logs']}",
                f"arn:{ids['partition']}:s3:::{source}",
                ids["account_id"],
            )
            for source in ids["sources"]
        ]
    )
