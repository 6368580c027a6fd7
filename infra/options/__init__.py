"""What each option allows, a file a group. Pulumi.yaml describes them and holds their defaults."""

from infra.options.existing import ExistingOptions
from infra.options.image import ImageOptions
from infra.options.layout import LayoutOptions
from infra.options.monitoring import MonitoringOptions
from infra.options.naming import NamingOptions
from infra.options.network import NetworkOptions
from infra.options.notification import NotificationOptions
from infra.options.queue import QueueOptions
from infra.options.reconciler import ReconcilerOptions
from infra.options.record import RecordOptions
from infra.options.storage import StorageOptions
from infra.options.trigger import TriggerOptions


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
