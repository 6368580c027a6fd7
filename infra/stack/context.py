"""Names, account, tags, keys and protection, which all components of a stack share."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

import pulumi

from infra.config.options import Settings
from infra.stack.account import Account
from infra.stack.history import DeploymentHistory, Store
from infra.stack.naming import PhysicalNames, resource_tags

Kept = TypeVar("Kept")


@dataclass(frozen=True, kw_only=True)
class StackContext:
    """Settings that all resources of a stack share."""

    names: PhysicalNames
    account: Account
    tags: Mapping[str, str] = field(default_factory=dict[str, str])
    kms_key_arn: pulumi.Input[str] | None = None
    """Encrypts data at rest; None: keys of AWS are used."""
    former_kms_key_arn: pulumi.Input[str | None] = None
    """Decrypts older data; None: nothing was written under another key."""
    access_log_bucket: pulumi.Input[str] | None = None
    """The bucket for access logs of the stack's buckets; None: requests are not logged."""
    versioning: bool = True
    """Whether buckets are versioned."""
    force_destroy: bool = False
    """Whether buckets may be destroyed with objects in them."""
    protect: bool = False
    """Whether Pulumi refuses to delete what holds data."""
    history: DeploymentHistory | None = None
    """Knows what the stack deployed before; None: what is not used any more is deleted."""

    @staticmethod
    def from_settings(settings: Settings, names: PhysicalNames, account: Account) -> "StackContext":
        """The context without keys and without a bucket for access logs."""
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

    def former(
        self, store: Store, create: Callable[[], pulumi.Input[Kept]]
    ) -> pulumi.Output[Kept | None]:
        """Create a store of data that is not used any more, if the stack has it and keeps it."""
        if self.history is None:
            return pulumi.Output.from_input(None)
        return self.history.former(store, create)

    def role_arn(self, role: str) -> pulumi.Output[str]:
        """The ARN of a function's IAM role, for what is created before the function."""
        return pulumi.Output.format(
            "arn:{0}:iam::{1}:role/{2}",
            self.account.partition,
            self.account.account_id,
            self.names.of(role),
        )
