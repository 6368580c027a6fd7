"""The environment variables of the reconciler."""

import json

import pulumi

from handler.contract import Variable
from infra.config.options import Settings
from infra.functions.environment import expected_environment
from infra.intake.intake import Intake
from infra.intake.key_filter import KeyFilter
from infra.reconciler.upload_inventory import UploadInventory
from infra.results.results import Results
from infra.stack.references import FunctionRef

HOUR_SECONDS = 3600


def reconciler_environment(
    settings: Settings,
    intake: Intake,
    results: Results,
    function: FunctionRef,
    inventory: UploadInventory | None,
) -> dict[str, pulumi.Input[str]]:
    """The variables that handler/reconciler/settings.py reads."""
    keys, queue, table = KeyFilter.from_settings(settings), intake.queue, results.table
    return {
        **settings.extra_environment,  # first: it can override nothing
        **expected_environment(settings),
        Variable.UPLOAD_BUCKET.value: intake.bucket.name,
        Variable.TABLE_NAME.value: "" if table is None else table.name,
        Variable.QUEUE_URL.value: "" if queue is None else queue.url,
        Variable.TIMEOUT_SECONDS.value: str(settings.timeout_seconds),
        Variable.PROPAGATE_DELETES.value: "true" if settings.propagate_deletes else "false",
        Variable.LOG_LEVEL.value: settings.log_level,
        Variable.LOG_FORMAT.value: settings.log_format,
        Variable.KEY_PREFIXES.value: json.dumps(list(keys.prefixes)),
        Variable.KEY_SUFFIXES.value: json.dumps(list(keys.suffixes)),
        Variable.RECONCILE_GRACE_SECONDS.value: str(settings.reconcile_grace_hours * HOUR_SECONDS),
        Variable.RECONCILE_UNFINISHED.value: settings.reconcile_unfinished,
        Variable.RECONCILE_OUTDATED.value: settings.reconcile_outdated,
        Variable.RECONCILE_MAX_VERSIONS.value: str(settings.reconcile_max_versions),
        Variable.RECONCILE_MAX_REQUEUES.value: str(settings.reconcile_max_requeues),
        Variable.INVENTORY_BUCKET.value: "" if inventory is None else inventory.bucket.name,
        Variable.INVENTORY_PREFIX.value: "" if inventory is None else inventory.prefix,
        Variable.FUNCTION_ARN.value: "" if queue is not None else function.invoked_arn,
    }
