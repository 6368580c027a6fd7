"""The reconciler's environment: that of the handler, and what says how to reconcile."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from handler.config.environment import Reader, SettingsError
from handler.config.settings import Settings, read_settings
from handler.contract import Choice, Variable
from handler.reconciler.scope import KeyScope
from handler.reconciler.sweep import Bounds

MAX_REQUEUES_OF_ONE = 3
"""How often one version is handed back within a quarter of a year: each time it is delivered up to
`maxReceiveCount` times."""


@dataclass(frozen=True, kw_only=True)
class ReconcilerSettings:
    """What the Pulumi program tells the reconciler.

    Attributes:
        handler: What it tells the function that makes variants, whose recipe and limits count.
        table_name: DynamoDB table of the records, without which there is nothing to compare.
        scope: Which keys are uploads.
        grace_seconds: Younger uploads are left alone.
        unfinished: What is done about uploads without a final record.
        outdated: What is done about those of another recipe or other limits.
        max_versions: About how many versions a run looks at.
        max_requeues: How many it hands back at most.
        function_arn: What is invoked where there is no queue; None where there is one.
        inventory_bucket: Where S3 Inventory puts its lists; None: the bucket is listed.
        inventory_prefix: What the keys of those lists begin with, such as `lists/uploads/all/`.
    """

    handler: Settings
    table_name: str
    scope: KeyScope
    grace_seconds: int
    unfinished: Choice
    outdated: Choice
    max_versions: int
    max_requeues: int
    function_arn: str | None
    inventory_bucket: str | None
    inventory_prefix: str


def read_reconciler_settings(environment: Mapping[str, str]) -> ReconcilerSettings:
    """Read the settings from environment variables.

    Raises:
        SettingsError: With all problems at once, if there is any.
    """
    reader = Reader(environment)
    handler = _handler_settings(environment, reader.problems)
    scope = KeyScope(
        prefixes=reader.texts(Variable.KEY_PREFIXES), suffixes=reader.texts(Variable.KEY_SUFFIXES)
    )
    table_name = reader.text(Variable.TABLE_NAME)
    grace_seconds = reader.positive_integer(Variable.RECONCILE_GRACE_SECONDS)
    unfinished = reader.choice(Variable.RECONCILE_UNFINISHED, Choice.REPORT)
    outdated = reader.choice(Variable.RECONCILE_OUTDATED, Choice.REPORT)
    max_versions = reader.positive_integer(Variable.RECONCILE_MAX_VERSIONS)
    max_requeues = reader.positive_integer(Variable.RECONCILE_MAX_REQUEUES)
    function_arn = environment.get(Variable.FUNCTION_ARN) or None
    if handler is not None and (handler.queue_url is None) == (function_arn is None):
        reader.problems.append(
            f"{Variable.QUEUE_URL} and {Variable.FUNCTION_ARN}: give one of them"
        )
    if handler is None or reader.problems:
        raise SettingsError(reader.problems)
    return ReconcilerSettings(
        handler=handler,
        table_name=table_name,
        scope=scope,
        grace_seconds=grace_seconds,
        unfinished=unfinished,
        outdated=outdated,
        max_versions=max_versions,
        max_requeues=max_requeues,
        function_arn=function_arn,
        inventory_bucket=environment.get(Variable.INVENTORY_BUCKET) or None,
        inventory_prefix=environment.get(Variable.INVENTORY_PREFIX, ""),
    )


def _handler_settings(environment: Mapping[str, str], problems: list[str]) -> Settings | None:
    try:
        return read_settings(environment)
    except SettingsError as error:
        problems += error.problems
        return None


@dataclass(frozen=True, kw_only=True)
class RunOverrides:
    """What an invocation wants beside, or instead of, what the settings say."""

    unfinished: Choice
    outdated: Choice
    bounds: Bounds


def read_run_overrides(payload: object, settings: ReconcilerSettings) -> RunOverrides:
    """Read what the function is invoked with: an object with some of `unfinished`, `outdated`
    (`requeue` or `report`), `maxVersions`, `maxRequeues` (positive integers) and `restart`.

    Raises:
        ValueError: If there is anything else in it.
    """
    if not isinstance(payload, dict):
        raise ValueError("the payload is no JSON object")
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
