"""The whole pipeline as one component."""

from collections.abc import Mapping
from dataclasses import replace

import pulumi
import pulumi_aws as aws

from infra import contract, inputs, plan
from infra.buckets.access_logs import AccessLogs
from infra.config.options import Settings
from infra.config.watermark_files import images_of
from infra.encryption.keys import create_keys
from infra.functions.function_spec import FunctionSpec
from infra.functions.packaging import build_function, build_layer
from infra.functions.processor import Processor, ProcessorArgs
from infra.intake.async_trigger import AsyncS3Trigger
from infra.intake.intake import Intake
from infra.intake.notification import UploadNotification
from infra.monitoring.monitoring import Monitoring
from infra.network.network import Network, join_network
from infra.reconciler import reconciler_contract
from infra.reconciler.reconciler import Reconciler, ReconcilerArgs
from infra.reconciler.upload_inventory import UploadInventory, UploadInventoryArgs
from infra.results.results import Results
from infra.stack import iam
from infra.stack.account import current_account
from infra.stack.context import StackContext
from infra.stack.names import StackNames, StackNamesArgs
from infra.stack.naming import resource_tags


class ImagePipeline(pulumi.ComponentResource):
    """Images uploaded to a bucket become variants, a record and a notification; one for a stack.

    Creates: an `Intake`, `Results` and a `Processor` between them, and the `UploadNotification`; if
        asked, an `EncryptionKey` and `AccessLogs`, a `Reconciler` with an `UploadInventory`,
        `Monitoring`; and a `AsyncS3Trigger` where there is no queue.
    Outputs: these three components and the `Reconciler`, and `exports`, the stack's outputs.

    Raises:
        PackagingError: when the function's layer cannot be built.
    """

    intake: Intake
    results: Results
    processor: Processor
    reconciler: Reconciler | None = None
    exports: Mapping[str, pulumi.Output[str | None]]

    def __init__(
        self, name: str, settings: Settings, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("imagepipe:index:ImagePipeline", name, None, opts)
        self._child = pulumi.ResourceOptions(parent=self)
        self._settings = settings
        self._context = context = self._create_context(name)
        self.intake = Intake(
            f"{name}-intake", inputs.intake_args(settings, context), opts=self._child
        )
        self._inventory = self._upload_inventory(f"{name}-inventory")
        results_args = inputs.results_args(settings, context, self.intake)
        self.results = Results(f"{name}-results", results_args, opts=self._child)
        function = replace(
            plan.function_spec(settings), vpc_config=self._vpc_config(f"{name}-processor-network")
        )
        self.processor = self._processor(f"{name}-processor", function)
        self._notify(name)
        if settings.enable_reconciler:
            self.reconciler = self._reconciler(f"{name}-reconciler", function)
        if settings.enable_alarms or settings.enable_dashboard:
            self._monitoring(f"{name}-monitoring")
        self.exports = {
            **contract.exports(settings, self.intake, self.results, self.processor),
            **contract.key_exports(settings, context),
            **reconciler_contract.exports(self.reconciler),
        }
        self.register_outputs(self.exports)

    def _create_context(self, name: str) -> StackContext:
        settings = self._settings
        # Neither a child nor named like one, so that it is found again under another name.
        kept = StackNames(
            "names",
            StackNamesArgs(prefix=settings.name_prefix, environment=settings.environment),
        )
        bare = StackContext(
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
        key_args = inputs.key_args(settings, bare)
        keys = create_keys(f"{name}-key", inputs.key_choice(settings), key_args, self._child)
        log_bucket: pulumi.Output[str] | None = None
        if settings.enable_access_logs:
            logs_args = inputs.access_logs_args(settings, bare)
            log_bucket = AccessLogs(f"{name}-access-logs", logs_args, opts=self._child).bucket_name
        return replace(
            bare,
            kms_key_arn=keys.current,
            former_kms_key_arn=keys.former,
            access_log_bucket=log_bucket,
            versioning=settings.enable_versioning,
        )

    def _upload_inventory(self, name: str) -> UploadInventory | None:
        """The lists that the reconciler reads, if it does not list the uploads itself."""
        if not plan.takes_inventory(self._settings):
            return None
        args = UploadInventoryArgs(
            context=self._context,
            source=self.intake.bucket,
            frequency=self._settings.inventory_frequency.capitalize(),
            prefixes=plan.key_filter(self._settings).prefixes,
        )
        return UploadInventory(name, args, opts=self._child)

    def _vpc_config(self, name: str) -> aws.lambda_.FunctionVpcConfigArgsDict | None:
        """Where the functions run, if not in Lambda's own network."""
        settings = self._settings
        if not settings.vpc_id:
            return None
        args = inputs.network_args(
            settings, self._context, self.intake, self.results, self._inventory
        )
        return Network(name, args, opts=self._child).vpc_config

    def _processor(self, name: str, function: FunctionSpec) -> Processor:
        settings = self._settings
        archive = build_function(watermarks=images_of(settings.variants))
        args = ProcessorArgs(
            physical_name=self._context.names.of("processor"),
            code=pulumi.FileArchive(str(archive)),
            layer=settings.existing_layer_arn or _built_layer(settings),
            environment=contract.environment(settings, self.intake, self.results),
            grants=pulumi.Output.all(
                contract.grants(settings, self.intake, self.results), self._network_grants()
            ).apply(lambda parts: [*parts[0], *parts[1]]),
            source=inputs.event_source(settings, self.intake),
            function=function,
            kms_key_arn=self._context.kms_key_arn,
            former_kms_key_arn=self._context.former_kms_key_arn,
            tags=self._context.tags,
        )
        return Processor(name, args, opts=self._child)

    def _notify(self, name: str) -> None:
        """Let the upload bucket send its events."""
        settings, intake, processor = self._settings, self.intake, self.processor
        direct: AsyncS3Trigger | None = None
        if intake.queue is None:
            direct_args = inputs.direct_args(settings, self._context, intake, processor)
            direct = AsyncS3Trigger(f"{name}-direct", direct_args, opts=self._child)
        args = inputs.notification_args(settings, self.urn, intake, processor, direct)
        if args is not None:
            UploadNotification(f"{name}-notification", args, opts=self._child)

    def _network_grants(self) -> pulumi.Output[list[iam.Statement]]:
        if not self._settings.vpc_id:
            return pulumi.Output.from_input([])
        account = self._context.account
        return pulumi.Output.all(
            partition=account.partition, region=account.region, account_id=account.account_id
        ).apply(lambda place: join_network(**place))

    def _reconciler(self, name: str, function: FunctionSpec) -> Reconciler:
        settings, context = self._settings, self._context
        parts = (self.intake, self.results, self.processor, self._inventory)
        args = ReconcilerArgs(
            physical_name=context.names.of("reconciler"),
            code=pulumi.FileArchive(str(build_function())),
            layer_arn=self.processor.layer_arn,
            environment=reconciler_contract.environment(settings, *parts),
            grants=pulumi.Output.all(
                reconciler_contract.grants(*parts), self._network_grants()
            ).apply(lambda grants: [*grants[0], *grants[1]]),
            account_id=context.account.account_id,
            every_hours=settings.reconcile_every_hours,
            function=function,
            kms_key_arn=context.kms_key_arn,
            former_kms_key_arn=context.former_kms_key_arn,
            tags=context.tags,
        )
        return Reconciler(name, args, opts=self._child)

    def _monitoring(self, name: str) -> None:
        watched = inputs.watched(self.intake, self.results, self.processor, self.reconciler)
        args = inputs.monitoring_args(self._settings, self._context, watched)
        Monitoring(name, args, opts=self._child)


def _built_layer(settings: Settings) -> pulumi.Archive:
    layer = build_layer(runtime=settings.runtime, architecture=settings.architecture)
    return pulumi.FileArchive(str(layer))
