"""What each option allows, a file a group. Pulumi.yaml describes them and holds their defaults."""

from infra.config.options.existing import ExistingOptions
from infra.config.options.image import ImageOptions
from infra.config.options.layout import LayoutOptions
from infra.config.options.monitoring import MonitoringOptions
from infra.config.options.naming import NamingOptions
from infra.config.options.network import NetworkOptions
from infra.config.options.notification import NotificationOptions
from infra.config.options.queue import QueueOptions
from infra.config.options.reconciler import ReconcilerOptions
from infra.config.options.record import RecordOptions
from infra.config.options.storage import StorageOptions
from infra.config.options.trigger import TriggerOptions


class Settings(
    ReconcilerOptions,
    ExistingOptions,
    LayoutOptions,
    MonitoringOptions,
    NetworkOptions,
    NamingOptions,
    ImageOptions,
    TriggerOptions,
    QueueOptions,
    StorageOptions,
    NotificationOptions,
    RecordOptions,
):
    """What a stack chose: all options, parsed and checked, the last group first."""
