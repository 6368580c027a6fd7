"""What all parts of a stack share."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pulumi

from infra.buckets.lifecycle import Lifecycle
from infra.buckets.private_bucket import PrivateBucketArgs
from infra.stack.account import Account
from infra.stack.naming import PhysicalNames


@dataclass(frozen=True, kw_only=True)
class StackContext:
    """Names, place, tags and protection of a stack's resources."""

    names: PhysicalNames
    account: Account
    tags: Mapping[str, str] = field(default_factory=dict[str, str])
    kms_key_arn: pulumi.Input[str] | None = None
    """Encrypts data at rest; without it keys of AWS do."""
    former_kms_key_arn: pulumi.Input[str | None] = None
    """Decrypts what was written before; None: nothing was written under another key."""
    access_log_bucket: pulumi.Input[str] | None = None
    """Where S3 logs the requests to the stack's buckets; None: nowhere."""
    versioning: bool = True
    """Whether buckets keep what is overwritten or deleted."""
    force_destroy: bool = False
    """Whether buckets may be destroyed with objects in them."""
    protect: bool = False
    """Whether Pulumi refuses to delete what holds data."""

    def bucket(self, role: str, lifecycle: Lifecycle) -> PrivateBucketArgs:
        """The inputs of the stack's bucket for `role`."""
        return PrivateBucketArgs(
            bucket_name=self.names.of(role),
            lifecycle=lifecycle,
            versioning=self.versioning,
            kms_key_arn=self.kms_key_arn,
            access_log_bucket=self.access_log_bucket,
            force_destroy=self.force_destroy,
            protect=self.protect,
            tags=self.tags,
        )
