"""Options of the queue."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from infra.config.changes import Put
from infra.config.findings import Finding
from infra.config.option_rules import OptionRules
from infra.config.options.base import Options


class QueueOptions(Options):
    """How uploads wait for the function."""

    max_concurrency: Annotated[int, Field(ge=2, le=1000)]
    batch_window_seconds: Annotated[int, Field(ge=0, le=300)]
    batch_size: Annotated[int, Field(ge=1, le=10_000)]
    max_receive_count: Annotated[int, Field(ge=2, le=1000)]
    """With 1, a message that its invocation returned for lack of time would be dead-lettered
    before any attempt at its image."""
    queue_retention_days: Annotated[int, Field(ge=1, le=13)]
    enable_dlq: bool


def large_batch_has_a_window(batch_size: int, batch_window_seconds: int) -> Iterator[Finding]:
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-parameters.html"""
    if batch_size > 10 and batch_window_seconds == 0:
        why = "more than 10 need a batchWindowSeconds of at least 1"
        yield Finding(why=why, instead=(Put(("batchWindowSeconds",), 1),))


RULES: OptionRules = {"batch_size": (large_batch_has_a_window,)}
