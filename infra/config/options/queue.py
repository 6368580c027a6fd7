"""Options of the queue."""

from typing import Annotated, cast

from pydantic import Field, ValidationInfo, field_validator

from infra.config.changes import Put
from infra.config.findings import Finding, Refused
from infra.config.options.base import Options


class QueueOptions(Options):
    """How uploads wait for the function."""

    max_concurrency: Annotated[int, Field(ge=2, le=1000)]
    reserved_concurrency: Annotated[int, Field(ge=0, le=1000)]
    batch_window_seconds: Annotated[int, Field(ge=0, le=300)]
    batch_size: Annotated[int, Field(ge=1, le=10_000)]
    max_receive_count: Annotated[int, Field(ge=1, le=1000)]
    queue_retention_days: Annotated[int, Field(ge=1, le=13)]
    enable_dlq: bool

    @field_validator("reserved_concurrency")
    @classmethod
    def _covers_the_queue(cls, reserved: int, info: ValidationInfo) -> int:
        """Fewer would throttle the queue's own invocations, which burns deliveries."""
        most = cast("int", info.data.get("max_concurrency", 0))
        if 0 < reserved < most:
            why = f"should be at least maxConcurrency, which is {most}"
            raise Refused(Finding(why=why, examples=(most,)))
        return reserved

    @field_validator("batch_size")
    @classmethod
    def _has_a_window(cls, size: int, info: ValidationInfo) -> int:
        """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-parameters.html"""
        if size > 10 and info.data.get("batch_window_seconds") == 0:
            why = "more than 10 need a batchWindowSeconds of at least 1"
            raise Refused(Finding(why=why, instead=(Put(("batchWindowSeconds",), 1),)))
        return size
