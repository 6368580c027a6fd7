"""The environment variables of the reconciler."""

import json

import pulumi

from handler.contract import Variable
from infra.config.options import Settings
from infra.functions.environment import handler_environment
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
    keys = KeyFilter.from_settings(settings)
    return {
        **handler_environment(settings, intake, results),
        Variable.KEY_PREFIXES.value: json.dumps(list(keys.prefixes)),
        Variable.KEY_SUFFIXES.value: json.dumps(list(keys.suffixes)),
        Variable.RECONCILE_GRACE_SECONDS.value: str(settings.reconcile_grace_hours * HOUR_SECONDS),
        Variable.RECONCILE_UNFINISHED.value: settings.reconcile_unfinished,
        Variable.RECONCILE_OUTDATED.value: settings.reconcile_outdated,
        Variable.RECONCILE_MAX_VERSIONS.value: str(settings.reconcile_max_versions),
        Variable.RECONCILE_MAX_REQUEUES.value: str(settings.reconcile_max_requeues),
        Variable.INVENTORY_BUCKET.value: "" if inventory is None else inventory.bucket.name,
        Variable.INVENTORY_PREFIX.value: "" if inventory is None else inventory.prefix,
        Variable.FUNCTION_ARN.value: "" if intake.queue is not None else function.invoked_arn,
    }
