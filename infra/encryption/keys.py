"""The keys that encrypt what a stack writes and decrypt its older data."""

from dataclasses import dataclass

import pulumi

from infra.config.options import Settings
from infra.encryption.key import EncryptionKey, EncryptionKeyArgs
from infra.stack.context import StackContext
from infra.stack.history import Store


@dataclass(frozen=True, kw_only=True)
class Keys:
    """ARNs of the keys of a stack."""

    current: pulumi.Input[str] | None = None
    """Encrypts new data; None: AWS owned keys do."""
    former: pulumi.Input[str | None] = None
    """The stack's own key, kept after its last use; None: no such key."""


@dataclass(frozen=True, kw_only=True)
class KeyChoice:
    """Inputs of `create_keys`."""

    own_key: bool
    """Whether the stack encrypts with its own key."""
    existing_key_arn: str = ""
    """A key to encrypt with that the stack does not create; empty: none."""

    @staticmethod
    def from_settings(settings: Settings) -> "KeyChoice":
        """The choice in the stack's settings."""
        return KeyChoice(
            own_key=settings.enable_kms,
            existing_key_arn=settings.existing_kms_key_arn,
        )


def create_keys(
    name: str,
    choice: KeyChoice,
    key: EncryptionKeyArgs,
    context: StackContext,
    opts: pulumi.ResourceOptions,
) -> Keys:
    """Create the stack's own `EncryptionKey` while it is used or kept.

    A toggle never deletes a key: data written under it cannot be read without it. So the key stays
    when the stack stops using it, and the functions may still decrypt with it.
    """
    if choice.own_key:
        return Keys(current=EncryptionKey(name, key, opts=opts).arn)
    former = context.former(Store.KEY, lambda: _former_key(name, key, opts))
    return Keys(current=choice.existing_key_arn or None, former=former)


def _former_key(
    name: str, args: EncryptionKeyArgs, opts: pulumi.ResourceOptions
) -> pulumi.Output[str]:
    key = EncryptionKey(name, args, opts=opts)
    key.arn.apply(lambda arn: pulumi.log.warn(former_key_message(arn), resource=key))
    return key.arn


def former_key_message(key_arn: str) -> str:
    """The warning at each preview while the key is kept for older data only."""
    return (
        f"the key {key_arn} encrypts nothing new, and is kept: objects, records, messages and logs"
        " written under it cannot be read without it. When none of them is left, delete it with"
        f" `aws kms schedule-key-deletion --key-id {key_arn}`, then"
        " `pulumi config set keepFormerKmsKey false` and `pulumi up`"
    )
