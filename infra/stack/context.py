"""Names, account, tags, keys and protection, which all components of a stack share."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pulumi

from infra.config.options import Settings
from infra.stack.account import Account
from infra.stack.naming import PhysicalNames, resource_tags


@dataclass(frozen=True, kw_only=True)
class StackContext:
    """What is the same for all resources of a stack."""

    names: PhysicalNames
    account: Account
    tags: Mapping[str, str] = field(default_factory=dict[str, str])
    kms_key_arn: pulumi.Input[str] | None = None
    """Encrypts data at rest; None: keys of AWS do."""
    former_kms_key_arn: pulumi.Input[str | None] = None
    """Decrypts older data; None: nothing was written under another key."""
    access_log_bucket: pulumi.Input[str] | None = None
    """Where S3 logs the requests to the stack's buckets; None: nowhere."""
    versioning: bool = True
    """Whether buckets keep what is overwritten or deleted."""
    force_destroy: bool = False
    """Whether buckets may be destroyed with objects in them."""
    protect: bool = False
    """Whether Pulumi refuses to delete what holds data."""

    @staticmethod
    def from_settings(settings: Settings, names: PhysicalNames, account: Account) -> "StackContext":
        """The context before there are keys and a bucket for access logs."""
        tags = resource_tags(
            pulumi.get_project(),
            settings.environment,
            settings.tags,
            owner=settings.owner,
            data_classification=settings.data_classification,
        )
        return StackContext(
            names=names,
            account=account,
            tags=tags,
            force_destroy=settings.force_destroy,
            protect=settings.enable_protection,
        )

    def role_arn(self, role: str) -> pulumi.Output[str]:
        """The ARN of a function's IAM role, for what is created before the function."""
        return pulumi.Output.format(
            "arn:{0}:iam::{1}:role/{2}",
            self.account.partition,
            self.account.account_id,
            self.names.of(role),
        )
