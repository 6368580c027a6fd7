"""The conditions of a drill, and the system under test."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from handler.app import answer
from handler.aws.connect import assemble
from handler.aws.connect_reconciler import assemble as assemble_reconciler
from handler.config.settings import Settings
from handler.contract import Choice
from handler.delivery.services import Services
from handler.images.ports import Transform
from handler.images.variants.parsing import parse_variants
from handler.ports import Context
from handler.reconciler.scope import KeyScope
from handler.reconciler.settings import ReconcilerSettings
from handler.reconciler.sweep import Reconciler
from simulation.aws.clients import SDK_ATTEMPTS
from simulation.engine import Engine, Fate, Judge
from simulation.pictures import transformed

UPLOADS, PROCESSED, TABLE = "uploads", "processed", "images"
QUEUE_URL, REJECTED_URL, DEAD_LETTERS_URL = "queue", "rejected-uploads", "dead-letters"

GRACE_SECONDS = 6 * 3_600

SPECS: list[dict[str, str | int]] = [
    {"name": "compressed", "format": "jpeg", "quality": 85},
    {"name": "converted", "format": "webp", "quality": 80},
    {"name": "thumbnail", "format": "jpeg", "quality": 85, "maxWidth": 6, "maxHeight": 6},
]

Handler = Callable[[Mapping[str, object], Context, Services], Mapping[str, object] | None]


def no_faults(_engine: Engine) -> Judge:
    """Return the judge of a world without faults."""
    return lambda _task, _call: Fate.SUCCEEDS


@dataclass(frozen=True, kw_only=True)
class SystemUnderTest:
    """The handler under test: the real one, or a bad one that a drill should catch."""

    handler: Handler = answer
    """The function that an invocation calls."""
    assemble: Callable[..., Services] = assemble
    """Builds the services from clients, as `handler.aws.connect.assemble` does."""
    assemble_reconciler: Callable[..., Reconciler] = assemble_reconciler
    """Builds the reconciler, as `handler.aws.connect_reconciler.assemble` does."""
    sdk_attempts: int = SDK_ATTEMPTS
    """Number of attempts by botocore."""


@dataclass(frozen=True, kw_only=True)
class Conditions:
    """The conditions that a drill simulates. Times are in seconds."""

    system: SystemUnderTest = field(default_factory=SystemUnderTest)
    judge: Callable[[Engine], Judge] = no_faults
    """Returns the judge of one invocation's calls."""
    transform: Transform = transformed
    duplicates: float = 0
    """Share of events that S3 sends more than once, at most `most_copies` times."""
    most_copies: int = 2
    event_delay: float = 60
    """Maximum of the random delay of an event."""
    work: float = 0.2
    """Maximum of the random duration of one step of the transform."""
    batch_size: int = 5
    max_concurrency: int = 10
    timeout: int = 120
    max_receive_count: int = 5
    propagate_deletes: bool = False
    records: bool = True
    """Whether the stack has a table of records."""
    versioning: bool = True
    """Whether the buckets are versioned."""
    bridged: bool = False
    """Whether events come through EventBridge."""
    direct: bool = False
    """Whether S3 invokes the function directly."""
    clock_skew: float = 0
    """Maximum error of an invocation's clock, in either direction."""
    lost_events: float = 0
    """Share of events that never arrive."""
    lost_acknowledgements: float = 0
    """Share of acknowledged messages that are delivered again nevertheless."""


def make_settings(conditions: Conditions) -> Settings:
    """Return the function's settings in a drill."""
    return Settings(
        upload_bucket=UPLOADS,
        processed_bucket=PROCESSED,
        table_name=TABLE if conditions.records else None,
        topic_arn="arn:aws:sns:eu-north-1:123456789012:images",
        queue_url=None if conditions.direct else QUEUE_URL,
        timeout_seconds=conditions.timeout,
        memory_mib=1769,
        rejected_queue_url=REJECTED_URL,
        dead_letter_queue_url=DEAD_LETTERS_URL,
        variants=parse_variants(SPECS),
        background_colour="#ffffff",
        max_source_bytes=100_000,
        max_source_pixels=1_000_000,
        max_step_seconds=25,
        max_cpu_seconds=60,
        propagate_deletes=conditions.propagate_deletes,
        log_level="ERROR",
    )


def reconciler_settings(handler: Settings) -> ReconcilerSettings:
    """Return the reconciler's settings in a drill; low limits make a pass take several runs."""
    return ReconcilerSettings(
        upload_bucket=handler.upload_bucket,
        table_name=TABLE,
        recipe=handler.recipe,
        limits=handler.limits,
        propagate_deletes=handler.propagate_deletes,
        queue_url=handler.queue_url,
        timeout_seconds=handler.timeout_seconds,
        log_level=handler.log_level,
        log_format=handler.log_format,
        scope=KeyScope(),
        grace_seconds=GRACE_SECONDS,
        unfinished=Choice.REQUEUE,
        outdated=Choice.REPORT,
        max_versions=2_000,
        max_requeues=100,
        function_arn=None if handler.queue_url else "function",
        inventory_bucket=None,
        inventory_prefix="",
    )
