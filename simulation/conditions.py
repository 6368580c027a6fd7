"""What a drill puts the pipeline through, and who is put through it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from handler.app import Context, answer
from handler.aws.connect import assemble
from handler.aws.connect_reconciler import assemble as assemble_reconciler
from handler.config.settings import Settings
from handler.contract import Choice
from handler.delivery.services import Pipeline
from handler.images.variants.parsing import parse_variants
from handler.ports import Transform
from handler.reconciler.scope import KeyScope
from handler.reconciler.settings import ReconcilerSettings
from handler.reconciler.sweep import Reconciler
from simulation.aws.clients import SDK_ATTEMPTS
from simulation.engine import Engine, Fate, Judge
from simulation.pictures import transformed

UPLOADS, PROCESSED, TABLE = "uploads", "processed", "images"
QUEUE_URL, DEAD_LETTERS_URL = "queue", "dead-letters"

GRACE_SECONDS = 6 * 3_600

SPECS: list[dict[str, str | int]] = [
    {"name": "compressed", "format": "jpeg", "quality": 85},
    {"name": "converted", "format": "webp", "quality": 80},
    {"name": "thumbnail", "format": "jpeg", "quality": 85, "maxWidth": 6, "maxHeight": 6},
]

Handler = Callable[[Mapping[str, object], Context, Pipeline], Mapping[str, object] | None]


def all_is_well(_engine: Engine) -> Judge:
    """Make the judge of a world without faults."""
    return lambda _task, _call: Fate.WELL


@dataclass(frozen=True, kw_only=True)
class SystemUnderTest:
    """The handler that is drilled: the real one, or a bad one that a drill should catch.

    Attributes:
        handler: What an invocation calls.
        assemble: Builds the pipeline from clients, as `handler.aws.connect.assemble` does.
        assemble_reconciler: Builds the reconciler, as
            `handler.aws.connect_reconciler.assemble` does.
        sdk_attempts: How often botocore tries.
    """

    handler: Handler = answer
    assemble: Callable[..., Pipeline] = assemble
    assemble_reconciler: Callable[..., Reconciler] = assemble_reconciler
    sdk_attempts: int = SDK_ATTEMPTS


@dataclass(frozen=True, kw_only=True)
class Conditions:
    """What a drill puts the pipeline through. Times are in seconds.

    Attributes:
        judge: Makes the judge of one invocation's calls.
        duplicates: Share of events that S3 sends more than once, at most `most_copies` times.
        event_delay: How late an event can be, at random.
        work: How long one step of developing takes at most, at random.
        records: Whether a table keeps them.
        versioning: Whether the buckets keep versions.
        bridged: Whether events come through EventBridge.
        direct: Whether S3 invokes the function itself.
        clock_skew: How wrong the clock of an invocation can be, either way.
        lost_events: Share of events that never arrive.
        lost_acknowledgements: Share of handled messages that are delivered again nevertheless.
    """

    system: SystemUnderTest = field(default_factory=SystemUnderTest)
    judge: Callable[[Engine], Judge] = all_is_well
    transform: Transform = transformed
    duplicates: float = 0
    most_copies: int = 2
    event_delay: float = 60
    work: float = 0.2
    batch_size: int = 5
    max_concurrency: int = 10
    timeout: int = 120
    max_receive_count: int = 5
    propagate_deletes: bool = False
    records: bool = True
    versioning: bool = True
    bridged: bool = False
    direct: bool = False
    clock_skew: float = 0
    lost_events: float = 0
    lost_acknowledgements: float = 0


def make_settings(conditions: Conditions) -> Settings:
    """The function's settings in a drill."""
    return Settings(
        upload_bucket=UPLOADS,
        processed_bucket=PROCESSED,
        table_name=TABLE if conditions.records else None,
        topic_arn="arn:aws:sns:eu-north-1:123456789012:images",
        queue_url=None if conditions.direct else QUEUE_URL,
        timeout_seconds=conditions.timeout,
        memory_mib=1769,
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
    """The reconciler's settings in a drill: small bounds, so that a pass takes several runs."""
    return ReconcilerSettings(
        table_name=TABLE,
        handler=handler,
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
