"""The whole pipeline as one component."""

from dataclasses import replace

import pulumi
import pulumi_aws as aws

from infra import contract, plan, policies, reconciler_contract
from infra.access_logs import AccessLogs, AccessLogsArgs
from infra.account import current_account
from infra.direct import DirectTrigger, DirectTriggerArgs
from infra.endpoints import Traveller
from infra.foundation import Foundation
from infra.function import EventSource
from infra.intake import Intake, IntakeArgs, Trigger
from infra.inventory import UploadInventory, UploadInventoryArgs
from infra.key import EncryptionKey, EncryptionKeyArgs
from infra.monitoring import Monitoring, MonitoringArgs, Watched
from infra.naming import resource_tags
from infra.network import Network, NetworkArgs, NewEndpoints, join_network
from infra.options import Settings
from infra.package import build_function, build_layer
from infra.processor import Processor, ProcessorArgs, log_group_name
from infra.reconciler import Reconciler, ReconcilerArgs
from infra.results import UPLOADED_INDEX, Results, ResultsArgs
from infra.stack_names import StackNames, StackNamesArgs
from infra.watermarks import images_of


class ImagePipeline(pulumi.ComponentResource):
    """Images uploaded to a bucket become variants, a record and a notification; one for a stack.

    Creates: an `Intake`, `Results` and a `Processor` between them; if asked, an `EncryptionKey` and
        `AccessLogs`, a `Reconciler` with an
        `UploadInventory`, `Monitoring`; and a `DirectTrigger` where there is no queue.
    Outputs: these three components and the `Reconciler`, and `exports`, the stack's outputs.

    Raises:
        PackagingError: when the function's layer cannot be built.
    """

    intake: Intake
    results: Results
    processor: Processor
    reconciler: Reconciler | None = None
    exports: dict[str, pulumi.Output[str]]

    def __init__(
        self, name: str, settings: Settings, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("imagepipe:index:ImagePipeline", name, None, opts)
        self._child = pulumi.ResourceOptions(parent=self)
        self._settings = settings
        self._foundation = self._lay_foundation(name)
        self.intake = self._intake(f"{name}-intake")
        self._inventory = self._upload_inventory(f"{name}-inventory")
        self.results = self._results(f"{name}-results")
        self.processor = self._processor(f"{name}-processor")
        if self.intake.queue is None:
            self._direct(f"{name}-direct")
        if settings.enable_reconciler:
            self.reconciler = self._reconciler(f"{name}-reconciler")
        if settings.enable_alarms or settings.enable_dashboard:
            self._monitoring(f"{name}-monitoring")
        self.exports = {
            **contract.exports(settings, self.intake, self.results, self.processor),
            **reconciler_contract.exports(self.reconciler),
        }
        self.register_outputs(self.exports)

    def _lay_foundation(self, name: str) -> Foundation:
        settings = self._settings
        # Neither a child nor named like one, so that it is found again under another name.
        kept = StackNames(
            "names",
            StackNamesArgs(prefix=settings.name_prefix, environment=settings.environment),
        )
        bare = Foundation(
            names=kept.names,
            account=current_account(self),
            tags=resource_tags(
                pulumi.get_project(),
                settings.environment,
                settings.tags,
                owner=settings.owner,
                data_classification=settings.data_classification,
            ),
            force_destroy=settings.force_destroy,
            protect=settings.enable_protection,
        )
        return replace(
            bare,
            kms_key_arn=(
                self._key(f"{name}-key", bare)
                if settings.enable_kms
                else settings.existing_kms_key_arn or None
            ),
            access_log_bucket=(
                self._access_logs(f"{name}-access-logs", bare)
                if settings.enable_access_logs
                else None
            ),
            versioning=settings.enable_versioning,
        )

    def _key(self, name: str, foundation: Foundation) -> pulumi.Output[str]:
        names = foundation.names
        args = EncryptionKeyArgs(
            alias=names.of("data"),
            account=foundation.account,
            upload_bucket_name=self._settings.existing_upload_bucket or names.of("uploads"),
            event_rule_name=names.of("uploads"),
            topic_name=names.of("images") if self._settings.enable_notifications else None,
            log_group_names=[
                log_group_name(names.of(role)) for role in plan.functions(self._settings)
            ],
            alarms=self._settings.enable_alarms,
            protect=foundation.protect,
            tags=foundation.tags,
        )
        return EncryptionKey(name, args, opts=self._child).arn

    def _access_logs(self, name: str, foundation: Foundation) -> pulumi.Output[str]:
        names = foundation.names
        args = AccessLogsArgs(
            foundation=foundation,
            source_bucket_names=[names.of(role) for role in plan.logged_buckets(self._settings)],
        )
        return AccessLogs(name, args, opts=self._child).bucket_name

    def _intake(self, name: str) -> Intake:
        settings, account = self._settings, self._foundation.account
        args = IntakeArgs(
            foundation=self._foundation,
            function_timeout_seconds=settings.timeout_seconds,
            trigger=Trigger(settings.trigger),
            keys=plan.key_filter(settings),
            dead_letter_queue=settings.enable_dlq,
            max_receive_count=settings.max_receive_count,
            batch_window_seconds=settings.batch_window_seconds,
            retention_days=settings.queue_retention_days,
            lifecycle=plan.upload_lifecycle(settings),
            existing_bucket=plan.existing_bucket(settings.existing_upload_bucket, account),
            existing_queue=plan.existing_queue(settings.existing_queue_arn),
            existing_dead_letter_queue=plan.existing_queue(settings.existing_dead_letter_queue_arn),
            notifying_topic_arn=self._notifying_topic_arn(),
        )
        return Intake(name, args, opts=self._child)

    def _notifying_topic_arn(self) -> pulumi.Input[str] | None:
        """Of the topic, which comes after the dead-letter queue, if programs subscribe to it."""
        settings, foundation = self._settings, self._foundation
        if not any(each.is_a_program for each in plan.subscriptions(settings)):
            return None
        own = foundation.account.arn("sns", foundation.names.of("images"))
        return settings.existing_topic_arn or own

    def _results(self, name: str) -> Results:
        settings, account = self._settings, self._foundation.account
        dead_letters = self.intake.dead_letter_queue
        args = ResultsArgs(
            foundation=self._foundation,
            records=settings.enable_records,
            notifications=settings.enable_notifications,
            subscriptions=plan.subscriptions(settings),
            dead_letter_queue_arn=dead_letters and dead_letters.arn,
            lifecycle=plan.variant_lifecycle(settings),
            existing_bucket=(
                self.intake.bucket
                if plan.has_one_bucket(settings)
                else plan.existing_bucket(settings.existing_processed_bucket, account)
            ),
            existing_table=plan.existing_table(settings.existing_table_name, account),
            existing_topic=plan.existing_topic(settings.existing_topic_arn),
        )
        return Results(name, args, opts=self._child)

    def _processor(self, name: str) -> Processor:
        settings = self._settings
        self._function = replace(plan.function_spec(settings), vpc_config=self._vpc_config(name))
        archive = build_function(watermarks=images_of(settings.variants))
        args = ProcessorArgs(
            physical_name=self._foundation.names.of("processor"),
            code=pulumi.FileArchive(str(archive)),
            layer=settings.existing_layer_arn or _built_layer(settings),
            environment=contract.environment(settings, self.intake, self.results),
            grants=pulumi.Output.all(
                contract.grants(settings, self.intake, self.results), self._network_grants()
            ).apply(lambda parts: [*parts[0], *parts[1]]),
            source=self._source(),
            function=self._function,
            kms_key_arn=self._foundation.kms_key_arn,
            tags=self._foundation.tags,
        )
        return Processor(name, args, opts=self._child)

    def _vpc_config(self, name: str) -> aws.lambda_.FunctionVpcConfigArgsDict | None:
        """Where the function runs, if not in Lambda's own network."""
        settings, account = self._settings, self._foundation.account
        if not settings.vpc_id:
            return None
        endpoints = NewEndpoints(
            region=account.region,
            route_table_ids=settings.route_table_ids,
            role_arn=self._role_arn("processor"),
            grants=contract.grants(settings, self.intake, self.results),
            others=self._travellers(),
            gateways=plan.gateway_endpoints(settings),
            interfaces=plan.interface_endpoints(settings),
        )
        args = NetworkArgs(
            vpc_id=settings.vpc_id,
            subnet_ids=settings.subnet_ids,
            security_group_ids=settings.security_group_ids,
            egress_cidr_blocks=settings.egress_cidr_blocks,
            endpoints=endpoints if settings.enable_vpc_endpoints else None,
            tags=self._foundation.tags,
        )
        return Network(f"{name}-network", args, opts=self._child).vpc_config

    def _upload_inventory(self, name: str) -> UploadInventory | None:
        """The lists that the reconciler reads, if it does not list the uploads itself."""
        if not plan.takes_inventory(self._settings):
            return None
        args = UploadInventoryArgs(
            foundation=self._foundation,
            source=self.intake.bucket,
            frequency=self._settings.inventory_frequency.capitalize(),
            prefixes=plan.key_filter(self._settings).prefixes,
        )
        return UploadInventory(name, args, opts=self._child)

    def _travellers(self) -> list[Traveller]:
        """Who uses the endpoints beside the function that makes variants."""
        if not self._settings.enable_reconciler:
            return []
        grants = reconciler_contract.grants(self.intake, self.results, None, self._inventory)
        return [Traveller(role_arn=self._role_arn("reconciler"), grants=grants)]

    def _role_arn(self, role: str) -> pulumi.Output[str]:
        """Spelt out: the function that has the role needs the network first."""
        account, name = self._foundation.account, self._foundation.names.of(role)
        return pulumi.Output.format(
            "arn:{0}:iam::{1}:role/{2}", account.partition, account.account_id, name
        )

    def _network_grants(self) -> pulumi.Output[list[policies.Statement]]:
        if not self._settings.vpc_id:
            return pulumi.Output.from_input([])
        account = self._foundation.account
        return pulumi.Output.all(
            partition=account.partition, region=account.region, account_id=account.account_id
        ).apply(lambda place: join_network(**place))

    def _source(self) -> EventSource | None:
        settings, queue = self._settings, self.intake.queue
        if queue is None:
            return None
        return EventSource(
            queue_arn=queue.arn,
            batch_size=settings.batch_size,
            batch_window_seconds=settings.batch_window_seconds,
            max_concurrency=settings.max_concurrency,
        )

    def _direct(self, name: str) -> None:
        """Let S3 invoke the function, now that both exist."""
        settings, function, alias = self._settings, self.processor.function, self.processor.alias
        dead_letters = self.intake.dead_letter_queue
        args = DirectTriggerArgs(
            bucket_name=self.intake.bucket.name,
            bucket_arn=self.intake.bucket.arn,
            account_id=self._foundation.account.account_id,
            function_name=function.name,
            function_arn=self.processor.invoked_arn,
            alias_name=alias and alias.name,
            failure_queue_arn=dead_letters and dead_letters.arn,
            keys=plan.key_filter(settings),
            max_retries=settings.async_max_retries,
            max_event_age_seconds=settings.async_max_event_age_seconds,
        )
        DirectTrigger(name, args, opts=self._child)

    def _reconciler(self, name: str) -> Reconciler:
        settings, foundation = self._settings, self._foundation
        parts = (self.intake, self.results, self.processor, self._inventory)
        args = ReconcilerArgs(
            physical_name=foundation.names.of("reconciler"),
            code=pulumi.FileArchive(str(build_function())),
            layer_arn=self.processor.layer_arn,
            environment=reconciler_contract.environment(settings, *parts),
            grants=pulumi.Output.all(
                reconciler_contract.grants(*parts), self._network_grants()
            ).apply(lambda grants: [*grants[0], *grants[1]]),
            account_id=foundation.account.account_id,
            every_hours=settings.reconcile_every_hours,
            function=self._function,
            kms_key_arn=foundation.kms_key_arn,
            tags=foundation.tags,
        )
        return Reconciler(name, args, opts=self._child)

    def _monitoring(self, name: str) -> None:
        settings, queue, table = self._settings, self.intake.queue, self.results.table
        reconciler = self.reconciler
        dead_letters = self.intake.dead_letter_queue
        args = MonitoringArgs(
            foundation=self._foundation,
            watched=Watched(
                function_name=self.processor.function.name,
                log_group_name=self.processor.log_group.name,
                queue_name=queue and queue.name,
                dead_letter_queue_name=dead_letters and dead_letters.name,
                table_name=table and table.name,
                index_name=table and UPLOADED_INDEX,
                reconciler_name=reconciler and reconciler.function.name,
                reconciler_log_group_name=reconciler and reconciler.log_group.name,
            ),
            function_timeout_seconds=settings.timeout_seconds,
            alarms=settings.enable_alarms,
            dashboard=settings.enable_dashboard,
            alarm_topic_arn=settings.alarm_topic_arn,
            alarm_email=settings.alarm_email,
            thresholds=plan.alarm_thresholds(settings),
            period_seconds=settings.alarm_period_seconds,
            evaluation_periods=settings.alarm_evaluation_periods,
        )
        Monitoring(name, args, opts=self._child)


def _built_layer(settings: Settings) -> pulumi.Archive:
    layer = build_layer(runtime=settings.runtime, architecture=settings.architecture)
    return pulumi.FileArchive(str(layer))
