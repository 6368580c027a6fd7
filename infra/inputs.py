"""From settings, and what was created so far, to the inputs of the pipeline's components."""

import pulumi

from handler.contract import UPLOADED_INDEX
from infra import contract, plan
from infra.buckets.access_logs import AccessLogsArgs
from infra.config.options import Settings
from infra.encryption.key import EncryptionKeyArgs
from infra.encryption.keys import KeyChoice
from infra.functions.function_spec import EventSource
from infra.functions.processor import Processor, log_group_name
from infra.intake.async_trigger import AsyncS3Trigger, AsyncS3TriggerArgs
from infra.intake.intake import Intake, IntakeArgs, Trigger
from infra.intake.notification import UploadNotificationArgs, former_notification_urns
from infra.monitoring.monitoring import MonitoringArgs, Watched
from infra.network.endpoints import EndpointPrincipal
from infra.network.network import NetworkArgs, NewEndpoints
from infra.reconciler import reconciler_contract
from infra.reconciler.reconciler import Reconciler
from infra.reconciler.upload_inventory import UploadInventory
from infra.results.results import Results, ResultsArgs
from infra.stack.context import StackContext


def key_args(settings: Settings, context: StackContext) -> EncryptionKeyArgs:
    """Of the stack's own key."""
    names = context.names
    return EncryptionKeyArgs(
        alias=names.of("data"),
        account=context.account,
        upload_bucket_name=settings.existing_upload_bucket or names.of("uploads"),
        event_rule_name=names.of("uploads"),
        topic_name=names.of("images") if settings.enable_notifications else None,
        log_group_names=[log_group_name(names.of(role)) for role in plan.functions(settings)],
        alarms=settings.enable_alarms,
        protect=context.protect,
        delete_with_stack=settings.force_destroy,
        tags=context.tags,
    )


def key_choice(settings: Settings) -> KeyChoice:
    """Which key the stack encrypts with, and whether it keeps one that it no longer uses."""
    return KeyChoice(
        own_key=settings.enable_kms,
        existing_key_arn=settings.existing_kms_key_arn,
        keep_former_key=settings.keep_former_kms_key,
    )


def access_logs_args(settings: Settings, context: StackContext) -> AccessLogsArgs:
    """Of the bucket that requests are logged to."""
    return AccessLogsArgs(
        context=context,
        source_bucket_names=[context.names.of(role) for role in plan.logged_buckets(settings)],
    )


def intake_args(settings: Settings, context: StackContext) -> IntakeArgs:
    """Of the way in."""
    return IntakeArgs(
        context=context,
        function_timeout_seconds=settings.timeout_seconds,
        trigger=Trigger(settings.trigger),
        keys=plan.key_filter(settings),
        dead_letter_queue=settings.enable_dlq,
        max_receive_count=settings.max_receive_count,
        batch_window_seconds=settings.batch_window_seconds,
        retention_days=settings.queue_retention_days,
        lifecycle=plan.upload_lifecycle(settings),
        existing_bucket=plan.existing_bucket(settings.existing_upload_bucket, context.account),
        existing_queue=plan.existing_queue(settings.existing_queue_arn),
        existing_dead_letter_queue=plan.existing_queue(settings.existing_dead_letter_queue_arn),
        notifying_topic_arn=_notifying_topic_arn(settings, context),
    )


def _notifying_topic_arn(settings: Settings, context: StackContext) -> pulumi.Input[str] | None:
    """Of the topic, which comes after the dead-letter queue, if programs subscribe to it."""
    if not any(each.is_a_program for each in plan.subscriptions(settings)):
        return None
    own = context.account.arn("sns", context.names.of("images"))
    return settings.existing_topic_arn or own


def results_args(settings: Settings, context: StackContext, intake: Intake) -> ResultsArgs:
    """Of what comes out."""
    account, dead_letters = context.account, intake.dead_letter_queue
    return ResultsArgs(
        context=context,
        records=settings.enable_records,
        notifications=settings.enable_notifications,
        subscriptions=plan.subscriptions(settings),
        dead_letter_queue_arn=dead_letters and dead_letters.arn,
        lifecycle=plan.variant_lifecycle(settings),
        existing_bucket=(
            intake.bucket
            if plan.has_one_bucket(settings)
            else plan.existing_bucket(settings.existing_processed_bucket, account)
        ),
        existing_table=plan.existing_table(settings.existing_table_name, account),
        existing_topic=plan.existing_topic(settings.existing_topic_arn),
    )


def network_args(
    settings: Settings,
    context: StackContext,
    intake: Intake,
    results: Results,
    inventory: UploadInventory | None,
) -> NetworkArgs:
    """Of the network that the functions run in."""
    others: list[EndpointPrincipal] = []
    if settings.enable_reconciler:
        grants = reconciler_contract.grants(intake, results, None, inventory)
        others.append(EndpointPrincipal(role_arn=_role_arn(context, "reconciler"), grants=grants))
    endpoints = NewEndpoints(
        region=context.account.region,
        route_table_ids=settings.route_table_ids,
        role_arn=_role_arn(context, "processor"),
        grants=contract.grants(settings, intake, results),
        others=others,
        gateways=plan.gateway_endpoints(settings),
        interfaces=plan.interface_endpoints(settings),
    )
    return NetworkArgs(
        vpc_id=settings.vpc_id,
        subnet_ids=settings.subnet_ids,
        security_group_ids=settings.security_group_ids,
        egress_cidr_blocks=settings.egress_cidr_blocks,
        endpoints=endpoints if settings.enable_vpc_endpoints else None,
        tags=context.tags,
    )


def _role_arn(context: StackContext, role: str) -> pulumi.Output[str]:
    """Spelt out: the function that has the role needs the network first."""
    account, name = context.account, context.names.of(role)
    return pulumi.Output.format(
        "arn:{0}:iam::{1}:role/{2}", account.partition, account.account_id, name
    )


def event_source(settings: Settings, intake: Intake) -> EventSource | None:
    """The queue that the function is fed from, if there is one."""
    if intake.queue is None:
        return None
    return EventSource(
        queue_arn=intake.queue.arn,
        batch_size=settings.batch_size,
        batch_window_seconds=settings.batch_window_seconds,
        max_concurrency=settings.max_concurrency,
    )


def direct_args(
    settings: Settings, context: StackContext, intake: Intake, processor: Processor
) -> AsyncS3TriggerArgs:
    """Inputs of the invocation by S3 without a queue."""
    alias, dead_letters = processor.alias, intake.dead_letter_queue
    return AsyncS3TriggerArgs(
        bucket_arn=intake.bucket.arn,
        account_id=context.account.account_id,
        function_name=processor.function.name,
        alias_name=alias and alias.name,
        failure_queue_arn=dead_letters and dead_letters.arn,
        max_retries=settings.async_max_retries,
        max_event_age_seconds=settings.async_max_event_age_seconds,
    )


def notification_args(
    settings: Settings,
    pipeline_urn: pulumi.Output[str],
    intake: Intake,
    processor: Processor,
    direct: AsyncS3Trigger | None,
) -> UploadNotificationArgs | None:
    """Where the bucket's events go; None where the owner of an existing queue sees to it."""
    if direct is None and intake.delivery is None:
        return None
    through_eventbridge = settings.trigger == Trigger.EVENTBRIDGE
    to_queue = direct is None and not through_eventbridge
    return UploadNotificationArgs(
        bucket_name=intake.bucket.name,
        keys=plan.key_filter(settings),
        queue_arn=intake.queue.arn if intake.queue and to_queue else None,
        function_arn=processor.invoked_arn if direct else None,
        eventbridge=through_eventbridge,
        depends_on=[*(direct.delivery if direct else ()), *filter(None, (intake.delivery,))],
        former_urns=former_notification_urns(pipeline_urn),
    )


def watched(
    intake: Intake, results: Results, processor: Processor, reconciler: Reconciler | None
) -> Watched:
    """What alarms and the dashboard look at."""
    queue, dead_letters, table = intake.queue, intake.dead_letter_queue, results.table
    return Watched(
        function_name=processor.function.name,
        log_group_name=processor.log_group.name,
        queue_name=queue and queue.name,
        dead_letter_queue_name=dead_letters and dead_letters.name,
        table_name=table and table.name,
        index_name=table and UPLOADED_INDEX,
        reconciler_name=reconciler and reconciler.function.name,
        reconciler_log_group_name=reconciler and reconciler.log_group.name,
    )


def monitoring_args(settings: Settings, context: StackContext, watched: Watched) -> MonitoringArgs:
    """Of alarms and the dashboard."""
    return MonitoringArgs(
        context=context,
        watched=watched,
        function_timeout_seconds=settings.timeout_seconds,
        alarms=settings.enable_alarms,
        dashboard=settings.enable_dashboard,
        alarm_topic_arn=settings.alarm_topic_arn,
        alarm_email=settings.alarm_email,
        thresholds=plan.alarm_thresholds(settings),
        period_seconds=settings.alarm_period_seconds,
        evaluation_periods=settings.alarm_evaluation_periods,
    )
