"""What the reconciler is told and allowed."""

import json

import pulumi

from handler.contract import Variable
from infra import plan
from infra.config.options import Settings
from infra.functions.processor import Processor
from infra.intake.intake import Intake
from infra.reconciler import statements
from infra.reconciler.reconciler import Reconciler
from infra.reconciler.upload_inventory import UploadInventory
from infra.results.results import Results
from infra.stack import iam

HOUR_SECONDS = 3600


def environment(
    settings: Settings,
    intake: Intake,
    results: Results,
    processor: Processor,
    inventory: UploadInventory | None,
) -> dict[str, pulumi.Input[str]]:
    """What handler/reconciler/settings.py reads, and what the user adds."""
    keys, queue, table = plan.key_filter(settings), intake.queue, results.table
    return {
        **settings.extra_environment,
        **plan.expected_environment(settings),
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
        Variable.FUNCTION_ARN.value: "" if queue is not None else processor.invoked_arn,
    }


def grants(
    intake: Intake,
    results: Results,
    processor: Processor | None,
    inventory: UploadInventory | None,
) -> pulumi.Output[list[iam.Statement]]:
    """What it calls, resource by resource; without a processor, but for the calls of it."""
    queue = intake.queue
    return pulumi.Output.all(
        uploads=intake.bucket.arn,
        table=results.table and results.table.arn,
        queue=queue and queue.arn,
        inventory=inventory and inventory.bucket.arn,
        function=processor and processor.invoked_arn,
    ).apply(
        lambda arn: [
            *_ways_to_list(arn["uploads"], arn["inventory"]),
            statements.compare_records(arn["table"]),
            statements.remember(arn["table"]),
            *_ways_back(arn["queue"], arn["function"]),
        ]
    )


def _ways_to_list(uploads_arn: str, inventory_arn: str | None) -> list[iam.Statement]:
    if not inventory_arn:
        return [statements.list_uploads(uploads_arn)]
    return [
        statements.read_inventory(inventory_arn),
        statements.find_inventory(inventory_arn),
    ]


def _ways_back(queue_arn: str | None, function_arn: str | None) -> list[iam.Statement]:
    if queue_arn:
        return [statements.requeue_by_queue(queue_arn)]
    return [statements.requeue_by_invocation(function_arn)] if function_arn else []


def exports(reconciler: Reconciler | None) -> dict[str, pulumi.Output[str]]:
    """The stack's outputs, if there is one."""
    if reconciler is None:
        return {}
    return {
        "reconcilerName": reconciler.function.name,
        "reconcilerArn": reconciler.function.arn,
        "reconcilerLogGroupName": reconciler.log_group.name,
    }
