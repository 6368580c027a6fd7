"""Options of the function that compares uploads with their records."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Literal

from pydantic import Field

from handler.contract import Choice
from infra.config.changes import Put
from infra.config.findings import Finding
from infra.config.limits import VISIBILITY_TIMEOUTS
from infra.config.option_rules import OptionRules
from infra.config.options.base import Options
from infra.config.options.trigger import Trigger

HOUR_SECONDS = 3600


class ReconcilerOptions(Options):
    """What is compared how often, and what is done then."""

    reconcile_every_hours: Annotated[int, Field(ge=1, le=168)]
    reconcile_grace_hours: Annotated[int, Field(ge=1, le=720)]
    reconcile_unfinished: Choice
    reconcile_outdated: Choice
    reconcile_source: Literal["listing", "inventory"]
    inventory_frequency: Literal["daily", "weekly"]
    reconcile_max_versions: Annotated[int, Field(ge=1_000, le=10_000_000)]
    reconcile_max_requeues: Annotated[int, Field(ge=1, le=10_000)]
    enable_reconciler: bool

    @property
    def takes_inventory(self) -> bool:
        """Whether S3 lists the uploads for the reconciler."""
        return self.enable_reconciler and self.reconcile_source == "inventory"


def reconciler_needs_records(enable_reconciler: bool, enable_records: bool) -> Iterator[Finding]:
    if enable_reconciler and not enable_records:
        yield Finding(why="needs enableRecords: uploads are compared with their records")


def direct_reconciler_reaches_lambda(
    enable_reconciler: bool,
    trigger: Trigger,
    vpc_id: str,
    enable_vpc_endpoints: bool,
    egress_cidr_blocks: Sequence[str],
    security_group_ids: Sequence[str],
) -> Iterator[Finding]:
    """The stack creates no endpoint of Lambda. A network without any way out has its own rule."""
    has_endpoints_alone = (
        vpc_id and enable_vpc_endpoints and not (egress_cidr_blocks or security_group_ids)
    )
    if enable_reconciler and trigger is Trigger.S3 and has_endpoints_alone:
        why = "with trigger s3 needs a way to Lambda: set egressCidrBlocks or securityGroupIds"
        yield Finding(why=why)


def grace_outlasts_redelivery(
    enable_reconciler: bool,
    reconcile_grace_hours: int,
    trigger: Trigger,
    async_max_event_age_seconds: int,
    timeout_seconds: int,
    batch_window_seconds: int,
    max_receive_count: int,
) -> Iterator[Finding]:
    hidden_seconds = VISIBILITY_TIMEOUTS * timeout_seconds + batch_window_seconds
    redelivery_seconds = (
        async_max_event_age_seconds if trigger is Trigger.S3 else max_receive_count * hidden_seconds
    )
    least_hours = -(-redelivery_seconds // HOUR_SECONDS)
    if enable_reconciler and reconcile_grace_hours < least_hours:
        why = (
            f"needs reconcileGraceHours of {least_hours}, in which an upload can be delivered again"
        )
        yield Finding(why=why, instead=(Put(("reconcileGraceHours",), least_hours),))


RULES: OptionRules = {
    "enable_reconciler": (
        reconciler_needs_records,
        direct_reconciler_reaches_lambda,
        grace_outlasts_redelivery,
    ),
}
