"""Options of the function that compares uploads with their records."""

from typing import Annotated, Literal, cast

from pydantic import Field, ValidationInfo, field_validator

from handler.contract import Choice
from infra.config.changes import Put
from infra.config.findings import Finding, Refused
from infra.config.limits import VISIBILITY_TIMEOUTS
from infra.config.options.base import Options

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

    @field_validator("enable_reconciler")
    @classmethod
    def _can_compare(cls, enabled: bool, info: ValidationInfo) -> bool:
        if enabled and info.data.get("enable_records") is False:
            raise ValueError("needs enableRecords: uploads are compared with their records")
        if enabled and info.data.get("trigger") == "s3" and _is_shut_in(info):
            raise ValueError(
                "with trigger s3 needs a way to Lambda: set egressCidrBlocks or securityGroupIds"
            )
        least = -(-_redelivery_seconds(info) // HOUR_SECONDS)
        if enabled and cast("int", info.data.get("reconcile_grace_hours", least)) < least:
            why = f"needs reconcileGraceHours of {least}, in which an upload can be delivered again"
            raise Refused(Finding(why=why, instead=(Put(("reconcileGraceHours",), least),)))
        return enabled


def _redelivery_seconds(info: ValidationInfo) -> int:
    """How long it takes until an upload that fails is given up."""
    if info.data.get("trigger") == "s3":
        return cast("int", info.data.get("async_max_event_age_seconds", 0))
    known = cast("dict[str, int]", info.data)
    timeout = known.get("timeout_seconds", 0)
    hidden = VISIBILITY_TIMEOUTS * timeout + known.get("batch_window_seconds", 0)
    return known.get("max_receive_count", 0) * hidden


def _is_shut_in(info: ValidationInfo) -> bool:
    """Whether a function reaches nothing but the endpoints of the stack."""
    ways = ("egress_cidr_blocks", "security_group_ids")
    return bool(info.data.get("vpc_id")) and not any(info.data.get(way) for way in ways)
