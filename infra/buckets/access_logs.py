"""The bucket that S3 writes access logs to."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pulumi

from infra.buckets.lifecycle import Lifecycle
from infra.buckets.private_bucket import PrivateBucket, PrivateBucketArgs
from infra.config.options import Settings
from infra.stack import iam
from infra.stack.context import StackContext
from infra.stack.history import Store, warn_of_former_data

RETENTION_DAYS = 365


@dataclass(frozen=True, kw_only=True)
class AccessLogsArgs:
    """Inputs of `AccessLogs`."""

    context: StackContext
    """The context without access logs and KMS key, which S3 log delivery does not support."""
    source_bucket_names: Sequence[pulumi.Input[str]]
    """Names of the buckets whose requests are logged."""

    @staticmethod
    def from_settings(settings: Settings, context: StackContext) -> "AccessLogsArgs":
        """Inputs of the bucket for access logs of all other buckets of the stack."""
        roles = [
            "uploads",
            *([] if settings.has_one_bucket else ["processed"]),
            *(["inventory"] if settings.takes_inventory else []),
        ]
        return AccessLogsArgs(
            context=context, source_bucket_names=[context.names.of(role) for role in roles]
        )


class AccessLogs(pulumi.ComponentResource):
    """A bucket for the server access logs of other buckets, kept for a year.

    It is encrypted with S3's own key.
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html

    Creates a `PrivateBucket` that only S3's log delivery may write to.
    Outputs: `bucket_name`.
    """

    bucket_name: pulumi.Output[str]

    def __init__(
        self, name: str, args: AccessLogsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("imagepipe:index:AccessLogs", name, None, opts)
        lifecycle = Lifecycle(expiration_days=RETENTION_DAYS)
        bucket_args = PrivateBucketArgs.in_stack(args.context, "access-logs", lifecycle)
        bucket = PrivateBucket(
            f"{name}-bucket",
            replace(bucket_args, statements=_statements(args)),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.bucket_name = bucket.name
        self.register_outputs({"bucket_name": self.bucket_name})


def create_access_logs(
    name: str, args: AccessLogsArgs, opts: pulumi.ResourceOptions, *, enabled: bool
) -> pulumi.Output[str] | None:
    """Create `AccessLogs` while requests are logged, and keep it afterwards.

    Returns:
        The name of the bucket to log to; None where requests are not logged.
    """
    if enabled:
        return AccessLogs(name, args, opts=opts).bucket_name

    def former() -> pulumi.Output[str]:
        logs = AccessLogs(name, args, opts=opts)
        warn_of_former_data(logs, logs.bucket_name, "gets no more access logs")
        return logs.bucket_name

    args.context.former(Store.ACCESS_LOGS, former)
    return None


def _statements(args: AccessLogsArgs) -> pulumi.Output[list[iam.Statement]]:
    """Return the bucket policy's statements; ARNs are built from names, as those buckets follow."""
    return pulumi.Output.all(
        partition=args.context.account.partition,
        account_id=args.context.account.account_id,
        logs=args.context.names.of("access-logs"),
        sources=pulumi.Output.all(*args.source_bucket_names),
    ).apply(
        lambda ids: [
            iam.write_access_logs(
                f"arn:{ids['partition']}:s3:::{ids['logs']}",
                f"arn:{ids['partition']}:s3:::{source}",
                ids["account_id"],
            )
            for source in ids["sources"]
        ]
    )
