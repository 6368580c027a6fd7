"""Lists of all versions in the upload bucket, which S3 writes for who cannot list them all."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pulumi
import pulumi_aws as aws

from handler.contract import InventoryField
from infra.buckets.lifecycle import Lifecycle
from infra.buckets.private_bucket import PrivateBucket, PrivateBucketArgs
from infra.config.options import Settings
from infra.intake.key_filter import KeyFilter
from infra.stack import iam
from infra.stack.context import StackContext
from infra.stack.references import BucketRef

INVENTORY_ID = "all-versions"
PREFIX = "lists"

RETENTION_DAYS = 30
"""Longer than the reconciler takes to go through one, which it ends before it begins another."""


@dataclass(frozen=True, kw_only=True)
class UploadInventoryArgs:
    """Inputs of `UploadInventory`."""

    context: StackContext
    source: BucketRef
    """The bucket that is listed."""
    frequency: str = "Daily"
    """Daily or Weekly."""
    prefixes: Sequence[str] = ()
    """What is listed; if there are several, everything is: S3 takes one."""

    @staticmethod
    def from_settings(
        settings: Settings, context: StackContext, source: BucketRef
    ) -> "UploadInventoryArgs":
        """Inputs of the inventory that the stack's reconciler reads."""
        return UploadInventoryArgs(
            context=context,
            source=source,
            frequency=settings.inventory_frequency.capitalize(),
            prefixes=KeyFilter.from_settings(settings).prefixes,
        )


class UploadInventory(pulumi.ComponentResource):
    """An inventory of all versions, in a bucket of its own.

    Not in the upload bucket, whose events it would cause, nor among the variants, which no function
    may read.

    Creates: a `PrivateBucket` that only S3 may write to, for the source; and the inventory.
    Outputs: `bucket`, and `prefix` of the keys of all inventories.
    """

    bucket: BucketRef
    prefix: pulumi.Output[str]

    def __init__(
        self, name: str, args: UploadInventoryArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("imagepipe:index:UploadInventory", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        context = args.context
        lifecycle = Lifecycle(expiration_days=RETENTION_DAYS, noncurrent_expiration_days=1)
        bucket = PrivateBucket(
            f"{name}-lists",
            replace(
                PrivateBucketArgs.in_stack(context, "inventory", lifecycle),
                statements=_statements(args),
            ),
            opts=child,
        )
        self.bucket = bucket.reference
        aws.s3.Inventory(
            f"{name}-inventory",
            bucket=args.source.name,
            name=INVENTORY_ID,
            included_object_versions="All",
            optional_fields=[field.value for field in InventoryField],
            schedule={"frequency": args.frequency},
            filter={"prefix": args.prefixes[0]} if len(args.prefixes) == 1 else None,
            destination={
                "bucket": {
                    "account_id": context.account.account_id,
                    # By way of the name, which is known when S3 may write.
                    "bucket_arn": pulumi.Output.all(bucket.arn, bucket.name).apply(
                        lambda known: str(known[0])
                    ),
                    "format": "CSV",
                    "prefix": PREFIX,
                    "encryption": (
                        {"sse_s3": {}}
                        if context.kms_key_arn is None
                        else {"sse_kms": {"key_id": context.kms_key_arn}}
                    ),
                }
            },
            opts=child,
        )
        self.prefix = pulumi.Output.concat(PREFIX, "/", args.source.name, "/", INVENTORY_ID, "/")
        self.register_outputs({"bucket_name": self.bucket.name, "prefix": self.prefix})


def _statements(args: UploadInventoryArgs) -> pulumi.Output[list[iam.Statement]]:
    """Spells the bucket's own ARN out, which its policy comes before."""
    account, names = args.context.account, args.context.names
    return pulumi.Output.all(
        partition=account.partition,
        account_id=account.account_id,
        lists=names.of("inventory"),
        source=args.source.arn,
    ).apply(
        lambda ids: [
            iam.for_service(
                "Inventory",
                "s3",
                f"arn:{ids['partition']}:s3:::{ids['lists']}/{PREFIX}/*",
                ids["source"],
                ids["account_id"],
                "s3:PutObject",
            )
        ]
    )
