"""Options that a stack sets and that change nothing, as another one is off. Pure.

They are reported and not refused, so that an option can be switched off for a while.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from pydantic.alias_generators import to_snake

from infra.config.changes import Drop, Put, commands
from infra.config.errors import Option
from infra.config.options import Settings
from infra.config.options.layout import ONE_BUCKET
from infra.config.options.trigger import Trigger


@dataclass(frozen=True, kw_only=True)
class Gate:
    """Options that have an effect only with another one."""

    options: tuple[str, ...]
    holds: Callable[[Settings], object]
    needs: str
    """What is missing where it does not hold."""
    fix: Put | Drop | None = None
    """The change with which it holds; None where that takes a choice."""


GATES = (
    Gate(
        options=(
            *("alarmTopicArn", "alarmEmail", "alarmPeriodSeconds", "alarmEvaluationPeriods"),
            *("errorAlarmThreshold", "throttleAlarmThreshold", "durationAlarmMs"),
            *("deadLetterAlarmThreshold", "oldestMessageAlarmSeconds"),
            *("tableThrottleAlarmThreshold", "rejectedAlarmPercent", "executionsPerUploadAlarm"),
        ),
        holds=lambda settings: settings.enable_alarms,
        needs="enableAlarms is off",
        fix=Put(("enableAlarms",), True),
    ),
    Gate(
        options=(
            *("reconcileEveryHours", "reconcileGraceHours", "reconcileUnfinished"),
            *("reconcileOutdated", "reconcileSource", "reconcileMaxVersions"),
            *("reconcileMaxRequeues", "inventoryFrequency"),
        ),
        holds=lambda settings: settings.enable_reconciler,
        needs="enableReconciler is off",
        fix=Put(("enableReconciler",), True),
    ),
    Gate(
        options=("inventoryFrequency",),
        holds=lambda settings: settings.reconcile_source == "inventory",
        needs="reconcileSource is listing",
        fix=Put(("reconcileSource",), "inventory"),
    ),
    Gate(
        options=("uploadPrefix", "processedPrefix"),
        holds=lambda settings: settings.has_one_bucket,
        needs="layout is two-buckets",
        fix=Put(("layout",), ONE_BUCKET),
    ),
    Gate(
        options=("asyncMaxRetries", "asyncMaxEventAgeSeconds"),
        holds=lambda settings: settings.trigger is Trigger.S3,
        needs="trigger is not s3",
        fix=Put(("trigger",), Trigger.S3.value),
    ),
    Gate(
        options=("batchSize", "batchWindowSeconds", "maxReceiveCount", "queueRetentionDays"),
        holds=lambda settings: settings.trigger is not Trigger.S3,
        needs="trigger s3 has no queue",
        fix=Drop(("trigger",)),
    ),
    Gate(
        options=("replaceNotifications",),
        holds=lambda settings: settings.existing_upload_bucket,
        needs="existingUploadBucket is empty",
    ),
    Gate(
        options=("securityGroupIds", "egressCidrBlocks", "enableVpcEndpoints"),
        holds=lambda settings: settings.vpc_id,
        needs="vpcId is empty",
    ),
    Gate(
        options=("routeTableIds", "gatewayEndpoints", "interfaceEndpoints"),
        holds=lambda settings: settings.enable_vpc_endpoints,
        needs="enableVpcEndpoints is off",
        fix=Put(("enableVpcEndpoints",), True),
    ),
    Gate(
        options=("egressCidrBlocks",),
        holds=lambda settings: not settings.security_group_ids,
        needs="securityGroupIds has groups of yours",
        fix=Drop(("securityGroupIds",)),
    ),
    Gate(
        options=("noncurrentExpirationDays",),
        holds=lambda settings: settings.enable_versioning,
        needs="enableVersioning is off",
        fix=Drop(("enableVersioning",)),
    ),
    Gate(
        options=("metadataDepth",),
        holds=lambda settings: not settings.variants,
        needs="there are variants, for which everything is read",
    ),
)


def without_effect(settings: Settings, schema: Mapping[str, Option]) -> Sequence[str]:
    """Return a warning for each option that differs from its default and changes nothing."""
    return [
        _warning(option, gate)
        for gate in GATES
        if not gate.holds(settings)
        for option in gate.options
        if _plain(getattr(settings, to_snake(option))) != schema[option].default
    ]


def _warning(option: str, gate: Gate) -> str:
    fix = commands([Drop((option,))])
    if gate.fix is not None:
        fix = f"{commands([gate.fix])}, or {fix}"
    return f"{option} has no effect: {gate.needs}. To fix: {fix}"


def _plain(value: object) -> object:
    return [*cast("tuple[object, ...]", value)] if isinstance(value, tuple) else value
