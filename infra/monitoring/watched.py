"""The resources that alarms and the dashboard observe."""

from dataclasses import dataclass

import pulumi


@dataclass(frozen=True, kw_only=True)
class Watched:
    """Names of the observed resources; None for each that the stack does not have."""

    function_name: pulumi.Input[str]
    log_group_name: pulumi.Input[str]
    queue_name: pulumi.Input[str] | None = None
    """None: S3 invokes the function directly."""
    dead_letter_queue_name: pulumi.Input[str] | None = None
    table_name: pulumi.Input[str] | None = None
    index_name: pulumi.Input[str] | None = None
    """The index of the table."""
    reconciler_name: pulumi.Input[str] | None = None
    """The function that compares uploads with their records."""
    reconciler_log_group_name: pulumi.Input[str] | None = None
