"""Settings of the reconciler from its environment, and their overrides by an invocation."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from handler.config.environment import Reader, SettingsError
from handler.contract import Choice, LogFormat, LogLevel, Variable
from handler.reconciler.scope import KeyScope
from handler.reconciler.sweep import Bounds

MAX_REQUEUES_OF_ONE = 3
"""Largest number of requeues of one version within 90 days; each one is delivered up to
`maxReceiveCount` times."""


@dataclass(frozen=True, kw_only=True)
class ReconcilerSettings:
    """Settings of the reconciler, as the Pulumi program sets them."""

    upload_bucket: str
    """The bucket whose versions are compared with their records."""
    table_name: str
    """DynamoDB table of the records."""
    recipe: str
    """Recipe of the processor, as in `handler.config.settings.Settings`; so are the next two."""
    limits: str
    """Fingerprint of the limits that can reject an upload."""
    propagate_deletes: bool
    """Whether variants are deleted with their upload."""
    queue_url: str | None
    """URL of the queue that feeds the processor; None if S3 invokes it."""
    function_arn: str | None
    """ARN of the processor to invoke if there is no queue; None if there is one."""
    timeout_seconds: int
    """Timeout of the processor."""
    scope: KeyScope
    """Filter of the keys of uploads."""
    grace_seconds: int
    """Younger uploads are skipped."""
    unfinished: Choice
    """Policy for uploads without a final record."""
    outdated: Choice
    """Policy for records with another recipe or other limits."""
    max_versions: int
    """Approximate number of versions that a run checks."""
    max_requeues: int
    """Largest number of versions that a run requeues."""
    inventory_bucket: str | None
    """Destination bucket of S3 Inventory; None if the upload bucket is listed instead."""
    inventory_prefix: str
    """Key prefix of the inventories, such as `lists/uploads/all/`."""
    log_level: str
    """A `LogLevel`."""
    log_format: str
    """A `LogFormat`."""


def read_reconciler_settings(environment: Mapping[str, str]) -> ReconcilerSettings:
    """Read the settings from environment variables.

    Raises:
        SettingsError: With all problems at once, if there is any.
    """
    reader = Reader(environment)
    settings = ReconcilerSettings(
        upload_bucket=reader.text(Variable.UPLOAD_BUCKET),
        table_name=reader.text(Variable.TABLE_NAME),
        recipe=reader.text(Variable.RECIPE),
        limits=reader.text(Variable.LIMITS),
        propagate_deletes=reader.boolean(Variable.PROPAGATE_DELETES),
        queue_url=environment.get(Variable.QUEUE_URL) or None,
        function_arn=environment.get(Variable.FUNCTION_ARN) or None,
        timeout_seconds=reader.positive_integer(Variable.TIMEOUT_SECONDS),
        scope=KeyScope(
            prefixes=reader.texts(Variable.KEY_PREFIXES),
            suffixes=reader.texts(Variable.KEY_SUFFIXES),
        ),
        grace_seconds=reader.positive_integer(Variable.RECONCILE_GRACE_SECONDS),
        unfinished=reader.choice(Variable.RECONCILE_UNFINISHED, Choice.REPORT),
        outdated=reader.choice(Variable.RECONCILE_OUTDATED, Choice.REPORT),
        max_versions=reader.positive_integer(Variable.RECONCILE_MAX_VERSIONS),
        max_requeues=reader.positive_integer(Variable.RECONCILE_MAX_REQUEUES),
        inventory_bucket=environment.get(Variable.INVENTORY_BUCKET) or None,
        inventory_prefix=environment.get(Variable.INVENTORY_PREFIX, ""),
        log_level=reader.choice(Variable.LOG_LEVEL, LogLevel.INFO),
        log_format=reader.choice(Variable.LOG_FORMAT, LogFormat.JSON),
    )
    if (settings.queue_url is None) == (settings.function_arn is None):
        reader.problems.append(
            f"{Variable.QUEUE_URL} and {Variable.FUNCTION_ARN}: give one of them"
        )
    if reader.problems:
        raise SettingsError(reader.problems)
    return settings


@dataclass(frozen=True, kw_only=True)
class RunOverrides:
    """Settings of one run, after the overrides of its invocation."""

    unfinished: Choice
    outdated: Choice
    bounds: Bounds


def read_run_overrides(payload: object, settings: ReconcilerSettings) -> RunOverrides:
    """Read the payload of an invocation: an object with any of `unfinished`, `outdated`
    (`requeue` or `report`), `maxVersions`, `maxRequeues` (positive integers) and `restart`.

    Raises:
        ValueError: If the payload has other keys or invalid values.
    """
    if not isinstance(payload, dict):
        raise ValueError("the payload is not a JSON object")
    given = cast("Mapping[str, object]", payload)
    known: dict[str, object] = {
        "unfinished": settings.unfinished,
        "outdated": settings.outdated,
        "maxVersions": settings.max_versions,
        "maxRequeues": settings.max_requeues,
        "restart": False,
    }
    if unknown := sorted(given.keys() - known.keys()):
        raise ValueError(f"the payload has {', '.join(unknown)}: give some of {', '.join(known)}")
    wanted = {**known, **given}
    for name in ("maxVersions", "maxRequeues"):
        if type(wanted[name]) is not int or cast("int", wanted[name]) < 1:
            raise ValueError(f"{name} is {wanted[name]!r}: give a positive integer")
    if not isinstance(wanted["restart"], bool):
        raise ValueError(f"restart is {wanted['restart']!r}: give true or false")
    return RunOverrides(
        unfinished=_choice("unfinished", wanted["unfinished"]),
        outdated=_choice("outdated", wanted["outdated"]),
        bounds=Bounds(
            max_versions=cast("int", wanted["maxVersions"]),
            max_requeues=cast("int", wanted["maxRequeues"]),
            restart=wanted["restart"],
        ),
    )


def _choice(name: str, value: object) -> Choice:
    try:
        return Choice(str(value))
    except ValueError:
        raise ValueError(f"{name} is {value!r}: give one of {', '.join(Choice)}") from None
