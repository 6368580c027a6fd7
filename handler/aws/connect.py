"""Adapters of the processor's ports to AWS, assembled from the settings."""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, cast

from handler.aws.clients import Service, make_client
from handler.aws.delays import delay_seconds
from handler.aws.messages import (
    LogNotifier,
    LogRejections,
    NoNotifier,
    NoSelfQueue,
    SnsNotifier,
    SqsRejections,
    SqsSelfQueue,
)
from handler.aws.no_record_store import NoRecordStore
from handler.aws.objects import S3ObjectStore
from handler.aws.record_store import DynamoDbRecordStore
from handler.config.settings import Settings
from handler.contract import MIB_PER_PROCESSOR, RUNTIME_MEMORY_MIB
from handler.delivery.isolation import IsolatedTransform
from handler.delivery.services import Services
from handler.delivery.watermark_images import load_watermark_images
from handler.images.codecs.parsers import load_parsers
from handler.images.ports import Describe, Transform
from handler.images.render.scheduler import ResourceBudget
from handler.images.source.header import read_header
from handler.images.transform import transform
from handler.ports import Clock, Notifier, RecordStore, Rejections, SelfQueue

if TYPE_CHECKING:  # the stubs are not deployed
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_s3 import S3Client
    from types_boto3_sns import SNSClient
    from types_boto3_sqs import SQSClient


def connect(settings: Settings) -> Services:
    """Build the services on AWS clients with the runtime's region and role."""
    load_parsers(settings.policy.input_formats)
    growth_bytes = (settings.memory_mib - RUNTIME_MEMORY_MIB) * 1024 * 1024
    isolated = IsolatedTransform(
        transform=partial(
            transform,
            policy=settings.policy,
            budget=encoding_budget(settings.memory_mib, growth_bytes),
            watermark_images=load_watermark_images(settings.variants),
        ),
        step_timeout_seconds=settings.max_step_seconds,
        growth_bytes=growth_bytes,
        cpu_seconds=settings.max_cpu_seconds,
        processor_share=min(1, settings.memory_mib / MIB_PER_PROCESSOR),
    )
    return assemble(
        settings,
        make_client,
        transform=isolated,
        describe=isolated.describing(read_header),
        clock=lambda: datetime.now(UTC),
    )


def encoding_budget(memory_mib: int, growth_bytes: int) -> ResourceBudget:
    """Return the threads and memory for encoding: one thread per vCPU, and half of the memory.

    The other half is for the decoded upload and for errors of the memory estimates.
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
) -> Services:
    """Build the services on the clients that `client` returns for each service name."""
    sqs = cast("SQSClient", client("sqs"))
    return Services(
        settings=settings,
        objects=S3ObjectStore(
            cast("S3Client", client("s3")), follow_deletes=settings.propagate_deletes
        ),
        record_store=_record_store(settings, client),
        notifier=_notifier(settings, client),
        rejected_uploads=_rejections(sqs, settings.rejected_queue_url),
        dead_letters=_rejections(sqs, settings.dead_letter_queue_url),
        self_queue=_self_queue(settings, sqs),
        transform=transform,
        describe=describe,
        clock=clock,
    )


def _record_store(settings: Settings, client: Callable[[Service], object]) -> RecordStore:
    if settings.table_name is None:
        return NoRecordStore()
    return DynamoDbRecordStore(cast("DynamoDBClient", client("dynamodb")), settings.table_name)


def _notifier(settings: Settings, client: Callable[[Service], object]) -> Notifier:
    if settings.topic_arn is None:
        return NoNotifier() if settings.table_name else LogNotifier()
    return SnsNotifier(cast("SNSClient", client("sns")), settings.topic_arn)


def _rejections(sqs: "SQSClient", queue_url: str | None) -> Rejections:
    return LogRejections() if queue_url is None else SqsRejections(sqs, queue_url)


def _self_queue(settings: Settings, sqs: "SQSClient") -> SelfQueue:
    if settings.queue_url is None:
        return NoSelfQueue()
    return SqsSelfQueue(sqs, settings.queue_url, delay_seconds(settings.timeout_seconds))
