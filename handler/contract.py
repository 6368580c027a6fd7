"""Names and numbers that the Pulumi program and the functions must agree on.

Standard library only. Each of them is written down here and nowhere else: `tests/test_contract.py`.
"""

from enum import StrEnum
from typing import Final


class Variable(StrEnum):
    """Environment variables, which the program sets and users' `extraEnvironment` cannot."""

    # Of both functions:
    UPLOAD_BUCKET = "UPLOAD_BUCKET"
    TABLE_NAME = "TABLE_NAME"
    QUEUE_URL = "QUEUE_URL"
    TIMEOUT_SECONDS = "TIMEOUT_SECONDS"
    PROPAGATE_DELETES = "PROPAGATE_DELETES"
    LOG_LEVEL = "LOG_LEVEL"
    LOG_FORMAT = "LOG_FORMAT"
    # Of the function that makes variants:
    PROCESSED_BUCKET = "PROCESSED_BUCKET"
    UPLOAD_PREFIX = "UPLOAD_PREFIX"
    PROCESSED_PREFIX = "PROCESSED_PREFIX"
    TOPIC_ARN = "TOPIC_ARN"
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
    # Of the reconciler:
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
    """The least that is logged."""

    DEBUG = "DEBUG"
    INFO = "INFO"
    WARNING = "WARNING"
    ERROR = "ERROR"


class LogFormat(StrEnum):
    """What lines of the log look like."""

    JSON = "json"
    TEXT = "text"


class Choice(StrEnum):
    """What the reconciler does about a kind of finding."""

    REQUEUE = "requeue"
    REPORT = "report"


class TableAttribute(StrEnum):
    """Attributes of the table that its keys, its index or its expiry are made of."""

    IMAGE_ID = "image_id"
    """Hash key."""
    VERSION_ID = "version_id"
    """Range key."""
    UPLOADED_DAY = "uploaded_day"
    """Hash key of `UPLOADED_INDEX`."""
    UPLOADED_AT = "uploaded_at"
    """Range key of `UPLOADED_INDEX`."""
    EXPIRES_AT = "expires_at"
    """When DynamoDB deletes an item that has it; records have none."""


UPLOADED_INDEX: Final = "by-uploaded"
"""Answers "what came in between t1 and t2": one query a day, with t1 and t2 as bounds."""

PROGRESS_ID: Final = "reconciler"
"""Hash key of the item that says how far the reconciler has come. Hash keys of records have a
slash, so that they are never this or begin with the following."""

HISTORY_ID_PREFIX: Final = "reconciler:"
"""What the hash keys of the reconciler's other items begin with."""


class InventoryField(StrEnum):
    """Columns that an inventory of S3 has only if it is asked for them."""

    SIZE = "Size"
    LAST_MODIFIED = "LastModifiedDate"
    ETAG = "ETag"
    STORAGE_CLASS = "StorageClass"


class LogEvent(StrEnum):
    """Messages of the functions' log lines, by which metric filters and people find them."""

    # What became of an upload:
    FINISHED = "finished"
    FINISHED_ELSEWHERE = "finished-elsewhere"
    DUPLICATE = "duplicate"
    DEFERRED = "deferred"
    OVERTAKEN = "overtaken"
    RETRY = "retry"
    UNEXPECTED_ERROR = "unexpected-error"
    OUT_OF_TIME = "out-of-time"
    # What became of other events:
    TURNED_AWAY = "turned-away"
    REFUSED_OWN_OUTPUT = "refused-own-output"
    IGNORED_OUTSIDE_PREFIX = "ignored-outside-prefix"
    IGNORED_EVENT = "ignored-event"
    IGNORED_FOLDER_MARKER = "ignored-folder-marker"
    TEST_EVENT = "test-event"
    # What is only logged, where there is no topic or no dead-letter queue:
    NOT_PUBLISHED = "not-published"
    DESCRIBED = "described"
    REJECTED_WITHOUT_DEAD_LETTER_QUEUE = "rejected-without-dead-letter-queue"
    # Of the reconciler:
    FOUND = "found"
    RECONCILED = "reconciled"


class LogField(StrEnum):
    """Fields of log lines that metric filters read."""

    MESSAGE = "message"
    STATUS = "status"
    # Of the line `LogEvent.RECONCILED`:
    UNFINISHED = "unfinished"
    REQUEUED = "requeued"
    UNRESOLVED = "unresolved"


WATERMARKS_FOLDER: Final = "watermarks"
"""Where the function's archive has the images of watermarks, beside `handler`."""

RUNTIME_MEMORY_MIB: Final = 150
"""What Python, boto3 and Pillow take before the first pixel, measured."""

PIXELS_PER_MIB: Final = 50_000
"""20 bytes a pixel: 16 for the worst decoder (WebP) and 4 for a copy, measured with Pillow 13."""

MIB_PER_PROCESSOR: Final = 1_769
"""https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html"""
