"""Names and numbers shared by the Pulumi program and the functions.

Standard library only. Each value is defined here and nowhere else: `tests/test_contract.py`.
"""

from enum import StrEnum
from typing import Final


class Variable(StrEnum):
    """Environment variables set by the program; users' `extraEnvironment` cannot override them."""

    # Both functions:
    UPLOAD_BUCKET = "UPLOAD_BUCKET"
    TABLE_NAME = "TABLE_NAME"
    QUEUE_URL = "QUEUE_URL"
    TIMEOUT_SECONDS = "TIMEOUT_SECONDS"
    PROPAGATE_DELETES = "PROPAGATE_DELETES"
    LOG_LEVEL = "LOG_LEVEL"
    LOG_FORMAT = "LOG_FORMAT"
    # Processor only:
    PROCESSED_BUCKET = "PROCESSED_BUCKET"
    UPLOAD_PREFIX = "UPLOAD_PREFIX"
    PROCESSED_PREFIX = "PROCESSED_PREFIX"
    TOPIC_ARN = "TOPIC_ARN"
    REJECTED_QUEUE_URL = "REJECTED_QUEUE_URL"
    DEAD_LETTER_QUEUE_URL = "DEAD_LETTER_QUEUE_URL"
    MEMORY_MIB = "MEMORY_MIB"
    VARIANTS = "VARIANTS"
    BACKGROUND_COLOUR = "BACKGROUND_COLOUR"
    MAX_SOURCE_BYTES = "MAX_SOURCE_BYTES"
    MAX_SOURCE_PIXELS = "MAX_SOURCE_PIXELS"
    MAX_SOURCE_SIDE_PIXELS = "MAX_SOURCE_SIDE_PIXELS"
    MAX_OUTPUT_BYTES = "MAX_OUTPUT_BYTES"
    MAX_STEP_SECONDS = "MAX_STEP_SECONDS"
    MAX_CPU_SECONDS = "MAX_CPU_SECONDS"
    INPUT_FORMATS = "INPUT_FORMATS"
    MAX_FRAMES = "MAX_FRAMES"
    DAMAGED_IMAGES = "DAMAGED_IMAGES"
    GPS_POLICY = "GPS_POLICY"
    METADATA_DEPTH = "METADATA_DEPTH"
    # Reconciler only:
    RECIPE = "RECIPE"
    LIMITS = "LIMITS"
    KEY_PREFIXES = "KEY_PREFIXES"
    KEY_SUFFIXES = "KEY_SUFFIXES"
    RECONCILE_GRACE_SECONDS = "RECONCILE_GRACE_SECONDS"
    RECONCILE_UNFINISHED = "RECONCILE_UNFINISHED"
    RECONCILE_OUTDATED = "RECONCILE_OUTDATED"
    RECONCILE_MAX_VERSIONS = "RECONCILE_MAX_VERSIONS"
    RECONCILE_MAX_REQUEUES = "RECONCILE_MAX_REQUEUES"
    FUNCTION_ARN = "FUNCTION_ARN"
    INVENTORY_BUCKET = "INVENTORY_BUCKET"
    INVENTORY_PREFIX = "INVENTORY_PREFIX"


class LogLevel(StrEnum):
    """Lowest level that is logged."""

    DEBUG = "DEBUG"
    INFO = "INFO"
    WARNING = "WARNING"
    ERROR = "ERROR"


class LogFormat(StrEnum):
    """Format of log lines."""

    JSON = "json"
    TEXT = "text"


class Choice(StrEnum):
    """Policy of the reconciler for a kind of finding."""

    REQUEUE = "requeue"
    REPORT = "report"


class TableAttribute(StrEnum):
    """Attributes used by the table's keys, index or TTL."""

    IMAGE_ID = "image_id"
    """Hash key."""
    VERSION_ID = "version_id"
    """Range key."""
    UPLOADED_DAY = "uploaded_day"
    """Hash key of `UPLOADED_INDEX`."""
    UPLOADED_AT = "uploaded_at"
    """Range key of `UPLOADED_INDEX`."""
    EXPIRES_AT = "expires_at"
    """Time at which DynamoDB deletes an item; records have none."""


UPLOADED_INDEX: Final = "by-uploaded"
"""Index for uploads between two times: one query per day, with the times as bounds."""

PROGRESS_ID: Final = "reconciler"
"""Hash key of the item with the reconciler's progress. Hash keys of records contain a slash, so
they never equal it nor begin with `HISTORY_ID_PREFIX`."""

HISTORY_ID_PREFIX: Final = "reconciler:"
"""Prefix of the hash keys of the reconciler's requeue histories."""


class InventoryField(StrEnum):
    """Optional columns of S3 Inventory that the reconciler needs."""

    SIZE = "Size"
    LAST_MODIFIED = "LastModifiedDate"
    ETAG = "ETag"
    STORAGE_CLASS = "StorageClass"


class LogEvent(StrEnum):
    """Messages of the functions' log lines, which metric filters and people search for."""

    # Outcomes of uploads:
    FINISHED = "finished"
    FINISHED_ELSEWHERE = "finished-elsewhere"
    DUPLICATE = "duplicate"
    DEFERRED = "deferred"
    OVERTAKEN = "overtaken"
    RETRY = "retry"
    UNEXPECTED_ERROR = "unexpected-error"
    OUT_OF_TIME = "out-of-time"
    # Outcomes of other events:
    TURNED_AWAY = "turned-away"
    REFUSED_OWN_OUTPUT = "refused-own-output"
    IGNORED_OUTSIDE_PREFIX = "ignored-outside-prefix"
    IGNORED_EVENT = "ignored-event"
    IGNORED_FOLDER_MARKER = "ignored-folder-marker"
    IGNORED_SCHEDULED_RUN = "ignored-scheduled-run"
    TEST_EVENT = "test-event"
    # Logged instead of sent, in stacks without a topic or without the queues of enableDlq:
    NOT_PUBLISHED = "not-published"
    DESCRIBED = "described"
    REJECTED_WITHOUT_QUEUE = "rejected-without-queue"
    # The reconciler:
    FOUND = "found"
    RECONCILED = "reconciled"


class LogField(StrEnum):
    """Fields of log lines that metric filters read."""

    MESSAGE = "message"
    STATUS = "status"
    # Fields of `LogEvent.RECONCILED`:
    UNFINISHED = "unfinished"
    REQUEUED = "requeued"
    UNRESOLVED = "unresolved"


WATERMARKS_FOLDER: Final = "watermarks"
"""Folder of the watermark images in the function's archive, next to `handler`."""

RUNTIME_MEMORY_MIB: Final = 150
"""Memory of Python, boto3 and Pillow before the first pixel, measured."""

PIXELS_PER_MIB: Final = 50_000
"""20 bytes a pixel: 16 for the worst decoder (WebP) and 4 for a copy, measured with Pillow 13."""

MIB_PER_PROCESSOR: Final = 1_769
"""https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html"""
