"""What each option allows, a file a group. Pulumi.yaml describes them and holds their defaults."""

from pydantic import PrivateAttr

from infra.config.option_rules import OptionRules
from infra.config.options import (
    existing,
    function,
    image,
    layout,
    monitoring,
    network,
    notification,
    queue,
    reconciler,
    storage,
    trigger,
)
from infra.config.options.encryption import EncryptionOptions
from infra.config.options.naming import NamingOptions
from infra.config.options.record import RecordOptions
from infra.config.secrets import NO_SECRETS, Secrets


class Settings(
    existing.ExistingOptions,
    function.FunctionOptions,
    image.ImageOptions,
    layout.LayoutOptions,
    monitoring.MonitoringOptions,
    network.NetworkOptions,
    notification.NotificationOptions,
    queue.QueueOptions,
    reconciler.ReconcilerOptions,
    storage.StorageOptions,
    trigger.TriggerOptions,
    EncryptionOptions,
    NamingOptions,
    RecordOptions,
):
    """What a stack chose: all options, parsed and checked. The order of groups has no meaning."""

    _secrets: Secrets = PrivateAttr(default=NO_SECRETS)

    @property
    def secrets(self) -> Secrets:
        """What of the options was set with `--secret`."""
        return self._secrets

    def with_secrets(self, secrets: Secrets) -> "Settings":
        """Return the same options, some of which are secret."""
        settings = self.model_copy()
        settings._secrets = secrets
        return settings


RULES: OptionRules = {
    **existing.RULES,
    **function.RULES,
    **image.RULES,
    **layout.RULES,
    **monitoring.RULES,
    **network.RULES,
    **notification.RULES,
    **queue.RULES,
    **reconciler.RULES,
    **storage.RULES,
    **trigger.RULES,
}
"""Those of all groups."""
