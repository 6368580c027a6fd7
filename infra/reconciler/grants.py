"""The permissions of the reconciler."""

import pulumi

from infra.intake.intake import Intake
from infra.network.endpoints import EndpointPrincipal
from infra.reconciler import statements
from infra.reconciler.upload_inventory import UploadInventory
from infra.results.results import Results
from infra.stack import iam
from infra.stack.context import StackContext
from infra.stack.references import FunctionRef


def reconciler_grants(
    intake: Intake,
    results: Results,
    function: FunctionRef | None,
    inventory: UploadInventory | None,
) -> pulumi.Output[list[iam.Statement]]:
    """Return the statements for all calls of the reconciler; those on `function` if given."""
    queue = intake.queue
    return pulumi.Output.all(
        uploads=intake.bucket.arn,
        table=results.table and results.table.arn,
        queue=queue and queue.arn,
        inventory=inventory and inventory.bucket.arn,
        function=function and function.invoked_arn,
    ).apply(
        lambda arn: [
            *_to_list(arn["uploads"], arn["inventory"]),
            statements.read_records(arn["table"]),
            statements.write_reconciler_state(arn["table"]),
            *_to_requeue(arn["queue"], arn["function"]),
        ]
    )


def _to_list(uploads_arn: str, inventory_arn: str | None) -> list[iam.Statement]:
    if not inventory_arn:
        return [statements.list_upload_versions(uploads_arn)]
    return [
        statements.read_inventory(inventory_arn),
        statements.list_inventory(inventory_arn),
    ]


def _to_requeue(queue_arn: str | None, function_arn: str | None) -> list[iam.Statement]:
    if queue_arn:
        return [statements.send_to_queue(queue_arn)]
    return [statements.invoke_function(function_arn)] if function_arn else []


def reconciler_principal(
    context: StackContext, intake: Intake, results: Results, inventory: UploadInventory | None
) -> EndpointPrincipal:
    """The reconciler's role, for endpoints, which are created before it."""
    return EndpointPrincipal(
        role_arn=context.role_arn("reconciler"),
        grants=reconciler_grants(intake, results, None, inventory),
    )
