"""Options of the stack's own encryption key."""

from infra.config.options.base import Options


class EncryptionOptions(Options):
    """Whether the stack has a key of its own, and keeps it after its last use."""

    enable_kms: bool
    keep_former_kms_key: bool
