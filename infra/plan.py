"""From settings to the inputs of components, as pure functions."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

from handler.config.settings import read_settings
from handler.contract import Variable
from infra.buckets.lifecycle import Lifecycle
from infra.config.options import Settings
from infra.functions.function_spec import FunctionSpec
from infra.intake.key_filter import KeyFilter
from infra.monitoring.alarm_rules import AlarmThresholds
from infra.network.endpoints import GatewayService, InterfaceService
from infra.results.results import Subscription
from infra.stack.account import Account
from infra.stack.references import BucketRef, NamedRef, QueueRef


def function_spec(settings: Settings) -> FunctionSpec:
    """The function's size and surroundings."""
    return FunctionSpec(
        runtime=settings.runtime,
        architecture=settings.architecture,
        memory_mib=settings.memory_mib,
        timeout_seconds=settings.timeout_seconds,
        ephemeral_storage_mib=settings.ephemeral_storage_mib,
        reserved_concurrency=settings.reserved_concurrency,
        provisioned_concurrency=settings.provisioned_concurrency,
        provisioned_concurrency_max=settings.provisioned_concurrency_max,
        snap_start=settings.enable_snap_start,
        tracing=settings.enable_xray,
        log_format=settings.log_format,
        log_retention_days=settings.log_retention_days,
        extra_layer_arns=settings.extra_layer_arns,
        extra_policy_arns=settings.extra_policy_arns,
    )


def has_one_bucket(settings: Settings) -> bool:
    """Whether uploads and variants share a bucket, apart by their prefixes."""
    return settings.layout == "one-bucket"


def bucket_roles(settings: Settings) -> Sequence[str]:
    """Words by which the buckets for images are named."""
    return ["uploads"] if has_one_bucket(settings) else ["uploads", "processed"]


def upload_prefix(settings: Settings) -> str:
    """What keys of uploads begin with."""
    return settings.upload_prefix if has_one_bucket(settings) else ""


def processed_prefix(settings: Settings) -> str:
    """What keys of variants begin with."""
    return settings.processed_prefix if has_one_bucket(settings) else ""


def takes_inventory(settings: Settings) -> bool:
    """Whether S3 lists the uploads."""
    return settings.enable_reconciler and settings.reconcile_source == "inventory"


def logged_buckets(settings: Settings) -> Sequence[str]:
    """Words by which the buckets are named whose requests are logged."""
    return [*bucket_roles(settings), *(["inventory"] if takes_inventory(settings) else [])]


def functions(settings: Settings) -> Sequence[str]:
    """The roles that functions play, as their physical names have them."""
    return ["processor", *(["reconciler"] if settings.enable_reconciler else [])]


def key_filter(settings: Settings) -> KeyFilter:
    """Which objects are processed; in one bucket, which of the uploads."""
    prefix = upload_prefix(settings)
    return KeyFilter(
        prefixes=[f"{prefix}{each}" for each in settings.key_prefixes or ("",) if prefix or each],
        suffixes=settings.key_suffixes,
        removals=settings.propagate_deletes,
    )


def upload_lifecycle(settings: Settings) -> Lifecycle:
    """What becomes of originals, which are never deleted, and in one bucket of variants."""
    return Lifecycle(
        noncurrent_expiration_days=settings.noncurrent_expiration_days,
        abort_multipart_days=settings.abort_multipart_days,
        infrequent_access_after_days=settings.infrequent_access_after_days,
        glacier_after_days=settings.glacier_after_days,
        intelligent_tiering=settings.enable_intelligent_tiering,
        expiration_days=settings.output_expiration_days if has_one_bucket(settings) else 0,
        expiration_prefix=processed_prefix(settings),
    )


def variant_lifecycle(settings: Settings) -> Lifecycle:
    """What becomes of variants, which can be made again."""
    return replace(upload_lifecycle(settings), expiration_days=settings.output_expiration_days)


def subscriptions(settings: Settings) -> Sequence[Subscription]:
    """Who is told of each image."""
    email = settings.notification_email
    own = [Subscription(protocol="email", endpoint=email)] if email else []
    others = [
        Subscription(protocol=each.protocol, endpoint=each.endpoint)
        for each in settings.subscriptions
    ]
    return [*own, *others]


def existing_bucket(name: str, account: Account) -> BucketRef | None:
    """The bucket that an option names, None when it is empty; so for the following three."""
    return BucketRef.existing(name, account) if name else None


def existing_queue(arn: str) -> QueueRef | None:
    """The queue that an option names."""
    return QueueRef.existing(arn) if arn else None


def existing_table(name: str, account: Account) -> NamedRef | None:
    """The table that an option names."""
    return NamedRef.existing_table(name, account) if name else None


def existing_topic(arn: str) -> NamedRef | None:
    """The topic that an option names."""
    return NamedRef.existing_topic(arn) if arn else None


def gateway_endpoints(settings: Settings) -> Sequence[GatewayService]:
    """Those of S3, and of DynamoDB where something is recorded."""
    return ("s3", "dynamodb") if settings.enable_records else ("s3",)


def interface_endpoints(settings: Settings) -> Sequence[InterfaceService]:
    """Those asked for, without those of queues and topics where the function sends to none."""
    sends = {
        "sqs": settings.enable_dlq or settings.trigger != "s3",
        "sns": settings.enable_notifications,
    }
    return [each for each in settings.interface_endpoints if sends[each]]


def alarm_thresholds(settings: Settings) -> AlarmThresholds:
    """Beyond which an operator is told."""
    return AlarmThresholds(
        errors=settings.error_alarm_threshold,
        throttles=settings.throttle_alarm_threshold,
        duration_ms=settings.duration_alarm_ms,
        dead_letters=settings.dead_letter_alarm_threshold,
        oldest_message_seconds=settings.oldest_message_alarm_seconds,
        table_throttles=settings.table_throttle_alarm_threshold,
        rejected_percent=settings.rejected_alarm_percent,
        executions_per_upload=settings.executions_per_upload_alarm,
    )


def image_environment(settings: Settings) -> Mapping[str, str]:
    """What handler/config/settings.py reads of what is known before anything exists."""
    return {
        Variable.UPLOAD_PREFIX.value: upload_prefix(settings),
        Variable.PROCESSED_PREFIX.value: processed_prefix(settings),
        Variable.VARIANTS.value: json.dumps([variant.to_spec() for variant in settings.variants]),
        Variable.BACKGROUND_COLOUR.value: settings.background_colour,
        Variable.MAX_SOURCE_BYTES.value: str(settings.max_source_bytes),
        Variable.MAX_SOURCE_PIXELS.value: str(settings.max_source_pixels),
        Variable.MAX_SOURCE_SIDE_PIXELS.value: str(settings.max_source_side_pixels),
        Variable.MAX_OUTPUT_BYTES.value: str(settings.max_output_bytes),
        Variable.MAX_STEP_SECONDS.value: str(settings.max_step_seconds),
        Variable.MAX_CPU_SECONDS.value: str(settings.max_cpu_seconds),
        Variable.INPUT_FORMATS.value: " ".join(settings.input_formats),
        Variable.MAX_FRAMES.value: str(settings.max_frames),
        Variable.DAMAGED_IMAGES.value: settings.damaged_images,
        Variable.GPS_POLICY.value: settings.gps_policy,
        Variable.METADATA_DEPTH.value: settings.metadata_depth,
        Variable.LOG_LEVEL.value: settings.log_level,
        Variable.LOG_FORMAT.value: settings.log_format,
        Variable.TIMEOUT_SECONDS.value: str(settings.timeout_seconds),
        Variable.MEMORY_MIB.value: str(settings.memory_mib),
        Variable.PROPAGATE_DELETES.value: "true" if settings.propagate_deletes else "false",
    }


def expected_environment(settings: Settings) -> Mapping[str, str]:
    """What says which records the handler writes under these settings: it reads them itself."""
    not_known_yet = (Variable.UPLOAD_BUCKET, Variable.PROCESSED_BUCKET, Variable.TABLE_NAME)
    names = {name.value: name.value for name in not_known_yet}
    handler = read_settings({**image_environment(settings), **names})
    return {Variable.RECIPE.value: handler.recipe, Variable.LIMITS.value: handler.limits}
