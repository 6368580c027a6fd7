"""A private bucket: what every bucket of the pipeline is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

from infra.buckets.lifecycle import Lifecycle, lifecycle_rules
from infra.stack import iam
from infra.stack.context import StackContext
from infra.stack.references import BucketRef


@dataclass(frozen=True, kw_only=True)
class PrivateBucketArgs:
    """Inputs of `PrivateBucket`."""

    bucket_name: pulumi.Input[str]
    """Globally unique."""
    tags: Mapping[str, str]
    versioning: bool = True
    """Whether what is overwritten or deleted is kept for a while."""
    kms_key_arn: pulumi.Input[str] | None = None
    """Encrypts the objects; without it S3's own key does."""
    force_destroy: bool = False
    """Whether the bucket may be destroyed with objects in it."""
    protect: bool = False
    """Whether Pulumi refuses to delete the bucket."""
    lifecycle: Lifecycle = field(default_factory=Lifecycle)
    access_log_bucket: pulumi.Input[str] | None = None
    """Where S3 logs each request; None: nowhere."""
    statements: pulumi.Input[Sequence[iam.Statement]] = ()
    """Statements of the bucket's policy, besides the one that refuses plain HTTP."""

    @staticmethod
    def in_stack(context: StackContext, role: str, lifecycle: Lifecycle) -> "PrivateBucketArgs":
        """Inputs of the stack's bucket for `role`."""
        return PrivateBucketArgs(
            bucket_name=context.names.of(role),
            lifecycle=lifecycle,
            versioning=context.versioning,
            kms_key_arn=context.kms_key_arn,
            access_log_bucket=context.access_log_bucket,
            force_destroy=context.force_destroy,
            protect=context.protect,
            tags=context.tags,
        )


class PrivateBucket(pulumi.ComponentResource):
    """A bucket that is private and encrypted, versioned by default, and answers over TLS only.

    Creates: the bucket, its public access block, ownership, versioning, encryption, policy,
        lifecycle and, if asked, logging.
    Outputs: `name` and `arn`, known once all of them exist.
    """

    name: pulumi.Output[str]
    arn: pulumi.Output[str]

    def __init__(
        self, name: str, args: PrivateBucketArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("imagepipe:index:PrivateBucket", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        bucket = aws.s3.Bucket(
            f"{name}-bucket",
            bucket=args.bucket_name,
            force_destroy=args.force_destroy,
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )
        block = aws.s3.BucketPublicAccessBlock(
            f"{name}-public-access-block",
            bucket=bucket.id,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
            opts=child,
        )
        ownership = aws.s3.BucketOwnershipControls(
            f"{name}-ownership",
            bucket=bucket.id,
            rule={"object_ownership": "BucketOwnerEnforced"},
            # S3 refuses two changes of a bucket's access at the same time.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[block]),
        )
        policy = aws.s3.BucketPolicy(
            f"{name}-policy",
            bucket=bucket.id,
            policy=pulumi.Output.json_dumps(
                pulumi.Output.all(bucket.arn, args.statements).apply(
                    lambda inputs: _bucket_policy(*inputs)
                )
            ),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[ownership]),
        )
        self._protect_data(name, bucket, args)
        # Whoever takes the name from here cannot write before the policy is in place.
        self.name = pulumi.Output.all(bucket.bucket, policy.id).apply(lambda ids: str(ids[0]))
        self.arn = bucket.arn
        self.register_outputs({"name": self.name, "arn": self.arn})

    @property
    def reference(self) -> BucketRef:
        """The bucket by name and ARN."""
        return BucketRef(name=self.name, arn=self.arn)

    def _protect_data(self, name: str, bucket: aws.s3.Bucket, args: PrivateBucketArgs) -> None:
        """Versions, encryption at rest, and an end for what nobody can see any more."""
        child = pulumi.ResourceOptions(parent=self)
        versioning = aws.s3.BucketVersioning(
            f"{name}-versioning",
            bucket=bucket.id,
            # Where it was on, S3 knows no way back but this one, and neither does the provider:
            # https://docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html
            versioning_configuration={"status": "Enabled" if args.versioning else "Suspended"},
            opts=child,
        )
        aws.s3.BucketServerSideEncryptionConfiguration(
            f"{name}-encryption",
            bucket=bucket.id,
            rules=[_encryption_rule(args.kms_key_arn)],
            opts=child,
        )
        aws.s3.BucketLifecycleConfiguration(
            f"{name}-lifecycle",
            bucket=bucket.id,
            rules=lifecycle_rules(args.lifecycle),
            # Rules on noncurrent versions need versioning to be on.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[versioning]),
        )
        if args.access_log_bucket is not None:
            aws.s3.BucketLogging(
                f"{name}-logging",
                bucket=bucket.id,
                target_bucket=args.access_log_bucket,
                target_prefix=pulumi.Output.concat(args.bucket_name, "/"),
                opts=child,
            )


def _bucket_policy(bucket_arn: str, statements: Sequence[iam.Statement]) -> iam.Document:
    plain_http = iam.deny_plain_http("s3", bucket_arn, f"{bucket_arn}/*")
    return iam.document(plain_http, *statements)


def _encryption_rule(
    kms_key_arn: pulumi.Input[str] | None,
) -> aws.s3.BucketServerSideEncryptionConfigurationRuleArgsDict:
    if kms_key_arn is None:
        return {"apply_server_side_encryption_by_default": {"sse_algorithm": "AES256"}}
    return {
        "apply_server_side_encryption_by_default": {
            "sse_algorithm": "aws:kms",
            "kms_master_key_id": kms_key_arn,
        },
        # One data key for many objects: up to 99 % fewer calls to KMS.
        "bucket_key_enabled": True,
    }
