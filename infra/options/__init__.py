"""What each option allows, a file a group. Pulumi.yaml describes them and holds their defaults."""

from infra.options.image import ImageOptions
from infra.options.naming import NamingOptions
from infra.options.notification import NotificationOptions
from infra.options.queue import QueueOptions
from infra.options.storage import StorageOptions


class Settings(NamingOptions, ImageOptions, QueueOptions, StorageOptions, NotificationOptions):
    """What a stack chose: all options, parsed and checked."""
