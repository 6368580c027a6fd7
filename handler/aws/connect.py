"""The pipeline's means, on AWS."""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, cast

from handler.aws.clients import Service, make_client
from handler.aws.messages import (
    LogDeadLetters,
    LogNotifier,
    NoNotifier,
    NoSelfQueue,
    SnsNotifier,
    SqsDeadLetters,
    SqsSelfQueue,
)
from handler.aws.no_record_store import NoRecordStore
from handler.aws.objects import S3ObjectStore
from handler.aws.record_store import DynamoDbRecordStore
from handler.config.settings import Settings
from handler.contract import MIB_PER_PROCESSOR, RUNTIME_MEMORY_MIB
from handler.delivery.isolation import IsolatedTransform
from handler.delivery.services import Pipeline
from handler.delivery.watermark_images import load_watermark_images
from handler.images.render.scheduler import ResourceBudget
from handler.images.source.header import read_header
from handler.images.source.parsers import load_parsers
from handler.images.transform import transform
from handler.ports import Clock, Describe, Notifier, RecordStore, SelfQueue, Transform

if TYPE_CHECKING:  # the stubs are not deployed
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_s3 import S3Client
    from types_boto3_sns import SNSClient
    from types_boto3_sqs import SQSClient

_ON_THE_WAY_SECONDS = 60
"""Longer than any request of a function that was ended takes to arrive."""

_MAX_DELAY_SECONDS = 900
"""https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html"""


def connect(settings: Settings) -> Pipeline:
    """Build the pipeline on AWS clients of the runtime's region and role."""
    load_parsers(settings.policy.input_formats)
    growth_bytes = (settings.memory_mib - RUNTIME_MEMORY_MIB) * 1024 * 1024
    isolated = IsolatedTransform(
        transform=partial(
            transform,
            policy=settings.policy,
            means=encoding_budget(settings.memory_mib, growth_bytes),
            marks=load_watermark_images(settings.variants),
        ),
        step_timeout_seconds=settings.max_step_seconds,
        growth_bytes=growth_bytes,
        cpu_seconds=settings.max_cpu_seconds,
    )
    return assemble(
        settings,
        make_client,
        transform=isolated,
        describe=isolated.describing(read_header),
        clock=lambda: datetime.now(UTC),
    )


def encoding_budget(memory_mib: int, growth_bytes: int) -> ResourceBudget:
    """Return how many variants a function makes at once: as many as it has processors.

    Half of the memory is left for the decoded upload and for what estimates are wrong by.
    """
    processors = min(round(memory_mib / MIB_PER_PROCESSOR), os.cpu_count() or 1)
    return ResourceBudget(threads=max(1, processors), memory_bytes=growth_bytes // 2)


def assemble(
    settings: Settings,
    client: Callable[[Service], object],
    *,
    transform: Transform,
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
        record_store=_catalog(settings, client),
        notifier=_notifier(settings, client),
        dead_letters=LogDeadLetters() if queue_url is None else SqsDeadLetters(sqs, queue_url),
        self_queue=_reminders(settings, sqs),
        transform=transform,
        describe=describe,
        clock=clock,
    )


def _catalog(settings: Settings, client: Callable[[Service], object]) -> RecordStore:
    if settings.table_name is None:
        return NoRecordStore()
    return DynamoDbRecordStore(cast("DynamoDBClient", client("dynamodb")), settings.table_name)


def _notifier(settings: Settings, client: Callable[[Service], object]) -> Notifier:
    if settings.topic_arn is None:
        return NoNotifier() if settings.table_name else LogNotifier()
    return SnsNotifier(cast("SNSClient", client("sns")), settings.topic_arn)


def _reminders(settings: Settings, sqs: "SQSClient") -> SelfQueue:
    if settings.queue_url is None:
        return NoSelfQueue()
    return SqsSelfQueue(sqs, settings.queue_url, delay_seconds(settings))


def delay_seconds(settings: Settings) -> int:
    """Return after how long every attempt has ended, and its last requests have arrived."""
    return min(settings.timeout_seconds + _ON_THE_WAY_SECONDS, _MAX_DELAY_SECONDS)
