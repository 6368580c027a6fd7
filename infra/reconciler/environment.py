"""The environment variables of the reconciler."""

import json

import pulumi

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
        "KEY_PREFIXES": json.dumps(list(keys.prefixes)),
        "KEY_SUFFIXES": json.dumps(list(keys.suffixes)),
        "RECONCILE_GRACE_SECONDS": str(settings.reconcile_grace_hours * HOUR_SECONDS),
        "RECONCILE_UNFINISHED": settings.reconcile_unfinished,
        "RECONCILE_OUTDATED": settings.reconcile_outdated,
        "RECONCILE_MAX_VERSIONS": str(settings.reconcile_max_versions),
        "RECONCILE_MAX_REQUEUES": str(settings.reconcile_max_requeues),
        "INVENTORY_BUCKET": "" if inventory is None else inventory.bucket.name,
        "INVENTORY_PREFIX": "" if inventory is None else inventory.prefix,
        "FUNCTION_ARN": "" if intake.queue is not None else function.invoked_arn,
    }
