"""The pipeline's means, on AWS."""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, cast

from handler.aws.catalog import DynamoDbCatalog
from handler.aws.clients import Service, make_client
from handler.aws.messages import (
    LogDeadLetters,
    LogNotifier,
    NoNotifier,
    NoReminders,
    SnsNotifier,
    SqsDeadLetters,
    SqsReminders,
)
from handler.aws.no_catalog import NoCatalog
from handler.aws.objects import S3ObjectStore
from handler.images.develop import develop
from handler.images.header import read_header
from handler.images.parsers import load_parsers
from handler.images.side_by_side import Means
from handler.isolation import Isolated
from handler.pipeline import Pipeline
from handler.ports import Catalog, Clock, Describe, Develop, Notifier, Reminders
from handler.settings import Settings
from handler.watermarks import load_marks

if TYPE_CHECKING:  # the stubs are not deployed
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_s3 import S3Client
    from types_boto3_sns import SNSClient
    from types_boto3_sqs import SQSClient

_RUNTIME_MEMORY_MIB = 150
"""What Python, boto3 and Pillow take before the first pixel, measured."""

_MIB_PER_PROCESSOR = 1_769
"""https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html"""

_ON_THE_WAY_SECONDS = 60
"""Longer than any request of a function that was ended takes to arrive."""

_MAX_DELAY_SECONDS = 900
"""https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html"""


def connect(settings: Settings) -> Pipeline:
    """Build the pipeline on AWS clients of the runtime's region and role."""
    load_parsers(settings.terms.input_formats)
    growth_bytes = (settings.memory_mib - _RUNTIME_MEMORY_MIB) * 1024 * 1024
    isolated = Isolated(
        develop=partial(
            develop,
            terms=settings.terms,
            means=encoding_means(settings.memory_mib, growth_bytes),
            marks=load_marks(settings.variants),
        ),
        patience_seconds=settings.max_step_seconds,
        growth_bytes=growth_bytes,
        cpu_seconds=settings.max_cpu_seconds,
    )
    return assemble(
        settings,
        make_client,
        develop=isolated,
        describe=isolated.describing(read_header),
        clock=lambda: datetime.now(UTC),
    )


def encoding_means(memory_mib: int, growth_bytes: int) -> Means:
    """Return how many variants a function makes at once: as many as it has processors.

    Half of the memory is left for the decoded upload and for what estimates are wrong by.
    """
    processors = min(round(memory_mib / _MIB_PER_PROCESSOR), os.cpu_count() or 1)
    return Means(threads=max(1, processors), memory_bytes=growth_bytes // 2)


def assemble(
    settings: Settings,
    client: Callable[[Service], object],
    *,
    develop: Develop,
    clock: Clock,
    describe: Describe = read_header,
) -> Pipeline:
    """Build the pipeline on the clients that `client` makes, by the name of the service."""
    sqs = cast("SQSClient", client("sqs"))
    queue_url = settings.dead_letter_queue_url
    return Pipeline(
        settings=settings,
        objects=S3ObjectStore(
            cast("S3Client", client("s3")), follow_deletes=settings.propagate_deletes
        ),
        catalog=_catalog(settings, client),
        notifier=_notifier(settings, client),
        dead_letters=LogDeadLetters() if queue_url is None else SqsDeadLetters(sqs, queue_url),
        reminders=_reminders(settings, sqs),
        develop=develop,
        describe=describe,
        clock=clock,
    )


def _catalog(settings: Settings, client: Callable[[Service], object]) -> Catalog:
    if settings.table_name is None:
        return NoCatalog()
    return DynamoDbCatalog(cast("DynamoDBClient", client("dynamodb")), settings.table_name)


def _notifier(settings: Settings, client: Callable[[Service], object]) -> Notifier:
    if settings.topic_arn is None:
        return NoNotifier() if settings.table_name else LogNotifier()
    return SnsNotifier(cast("SNSClient", client("sns")), settings.topic_arn)


def _reminders(settings: Settings, sqs: "SQSClient") -> Reminders:
    if settings.queue_url is None:
        return NoReminders()
    return SqsReminders(sqs, settings.queue_url, delay_seconds(settings))


def delay_seconds(settings: Settings) -> int:
    """Return after how long every attempt has ended, and its last requests have arrived."""
    return min(settings.timeout_seconds + _ON_THE_WAY_SECONDS, _MAX_DELAY_SECONDS)
