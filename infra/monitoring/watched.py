"""The resources that alarms and the dashboard observe."""

from dataclasses import dataclass

import pulumi

from handler.contract import UPLOADED_INDEX
from infra.functions.processor import Processor
from infra.intake.intake import Intake
from infra.reconciler.reconciler import Reconciler
from infra.results.results import Results


@dataclass(frozen=True, kw_only=True)
class Watched:
    """Names of the observed resources; None for each that the stack does not have."""

    function_name: pulumi.Input[str]
    log_group_name: pulumi.Input[str]
    queue_name: pulumi.Input[str] | None = None
    """None: S3 invokes the function directly."""
    dead_letter_queue_name: pulumi.Input[str] | None = None
    rejected_queue_name: pulumi.Input[str] | None = None
    table_name: pulumi.Input[str] | None = None
    index_name: pulumi.Input[str] | None = None
    """The index of the table."""
    reconciler_name: pulumi.Input[str] | None = None
    """The function that compares uploads with their records."""
    reconciler_log_group_name: pulumi.Input[str] | None = None

    @staticmethod
    def of(
        intake: Intake, results: Results, processor: Processor, reconciler: Reconciler | None
    ) -> "Watched":
        """The resources of a pipeline."""
        queue, dead_letters, rejected = (
            intake.queue,
            intake.dead_letter_queue,
            intake.rejected_queue,
        )
        table = results.table
        return Watched(
            function_name=processor.function.name,
            log_group_name=processor.log_group.name,
            queue_name=queue and queue.name,
            dead_letter_queue_name=dead_letters and dead_letters.name,
            rejected_queue_name=rejected and rejected.name,
            table_name=table and table.name,
            index_name=table and UPLOADED_INDEX,
            reconciler_name=reconciler and reconciler.function.name,
            reconciler_log_group_name=reconciler and reconciler.log_group.name,
        )
