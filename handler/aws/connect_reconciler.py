"""The reconciler's means, on AWS."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, cast

from handler.aws.clients import Service, make_client
from handler.aws.connect import delay_seconds
from handler.aws.inventory import InventoryListing
from handler.aws.listing import S3Listing
from handler.aws.reconciler_state import DynamoDbReconcilerState
from handler.aws.requeue import LambdaRequeue, SqsRequeue
from handler.ports import Clock
from handler.reconciler.findings import Expectation
from handler.reconciler.ports import Listing, Requeue
from handler.reconciler.settings import MAX_REQUEUES_OF_ONE, ReconcilerSettings, RunOverrides
from handler.reconciler.sweep import Reconciler

if TYPE_CHECKING:  # the stubs are not deployed
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_lambda import LambdaClient
    from types_boto3_s3 import S3Client
    from types_boto3_sqs import SQSClient


def connect(settings: ReconcilerSettings, overrides: RunOverrides) -> Reconciler:
    """Build the reconciler on AWS clients of the runtime's region and role."""
    return assemble(settings, overrides, make_client, clock=lambda: datetime.now(UTC))


def assemble(
    settings: ReconcilerSettings,
    overrides: RunOverrides,
    client: Callable[[Service], object],
    *,
    clock: Clock,
    pause: Callable[[float], None] = time.sleep,
) -> Reconciler:
    """Build the reconciler on the clients that `client` makes, by the name of the service."""
    dynamodb = cast("DynamoDBClient", client("dynamodb"))
    state = DynamoDbReconcilerState(dynamodb, settings.table_name, pause)
    return Reconciler(
        bucket=settings.handler.upload_bucket,
        scope=settings.scope,
        expectation=_standard(settings, overrides),
        bounds=overrides.bounds,
        listing=_listing(settings, client),
        records=state,
        state=state,
        requeue=_requeue(settings, client),
        clock=clock,
    )


def _standard(settings: ReconcilerSettings, overrides: RunOverrides) -> Expectation:
    handler = settings.handler
    return Expectation(
        recipe=handler.recipe,
        limits=handler.limits,
        follows_deletes=handler.propagate_deletes,
        grace=timedelta(seconds=settings.grace_seconds),
        unfinished=overrides.unfinished,
        outdated=overrides.outdated,
        most_requeues=MAX_REQUEUES_OF_ONE,
        attempt_seconds=None if handler.queue_url else delay_seconds(handler),
    )


def _listing(settings: ReconcilerSettings, client: Callable[[Service], object]) -> Listing:
    s3 = cast("S3Client", client("s3"))
    if settings.inventory_bucket is not None:
        return InventoryListing(s3, settings.inventory_bucket, settings.inventory_prefix)
    return S3Listing(s3, settings.handler.upload_bucket, settings.scope.prefixes)


def _requeue(settings: ReconcilerSettings, client: Callable[[Service], object]) -> Requeue:
    handler = settings.handler
    if handler.queue_url is not None:
        sqs = cast("SQSClient", client("sqs"))
        return SqsRequeue(sqs, handler.queue_url, delay_seconds(handler))
    return LambdaRequeue(cast("LambdaClient", client("lambda")), settings.function_arn or "")
