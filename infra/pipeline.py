"""The whole pipeline as one component."""

from collections.abc import Mapping
from dataclasses import replace

import pulumi

from infra.buckets.access_logs import AccessLogsArgs, create_access_logs
from infra.config.options import Settings
from infra.encryption.key import EncryptionKeyArgs
from infra.encryption.keys import KeyChoice, create_keys
from infra.functions.function_spec import FunctionSpec
from infra.functions.grants import processor_principal
from infra.functions.processor import Processor, ProcessorArgs
from infra.intake.async_trigger import AsyncS3Trigger, AsyncS3TriggerArgs
from infra.intake.intake import Intake, IntakeArgs
from infra.intake.notification import UploadNotification, UploadNotificationArgs
from infra.monitoring.monitoring import Monitoring, MonitoringArgs
from infra.monitoring.watched import Watched
from infra.network.network import Network, NetworkArgs
from infra.outputs import stack_outputs
from infra.reconciler.grants import reconciler_principal
from infra.reconciler.reconciler import Reconciler, ReconcilerArgs, keep_reconciler_logs
from infra.reconciler.upload_inventory import UploadInventory, UploadInventoryArgs
from infra.results.results import Results, ResultsArgs
from infra.stack.account import current_account
from infra.stack.context import StackContext
from infra.stack.history import DeploymentHistory, DeploymentHistoryArgs
from infra.stack.names import StackNames, StackNamesArgs
from infra.stack.secret_inputs import hidden_outputs, hiding


class ImagePipeline(pulumi.ComponentResource):
    """A pipeline from uploaded images to variants, records and notifications; one for a stack.

    Creates the parts that `__init__` lists, in this order; some only if an option asks for them.
    Outputs: `intake`, `results`, `processor` and `reconciler`; and `exports`, the stack's outputs.

    Raises:
        PackagingError: when the function's layer cannot be built.
    """

    intake: Intake
    results: Results
    processor: Processor
    reconciler: Reconciler | None
    exports: Mapping[str, pulumi.Output[str | None]]

    def __init__(
        self, name: str, settings: Settings, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        opts = pulumi.ResourceOptions.merge(opts, hiding(settings.secrets))
        super().__init__("imagepipe:index:ImagePipeline", name, None, opts)
        self._name, self._settings = name, settings
        self._child = pulumi.ResourceOptions(parent=self)
        self._context = self._encrypted_and_logged(self._named())
        self.intake = self._intake()
        self._inventory = self._upload_inventory() if settings.takes_inventory else None
        self.results = self._results()
        network = self._network() if settings.vpc_id else None
        self.processor = self._processor(network)
        direct = self._direct_trigger() if self.intake.queue is None else None
        self._notification(direct)
        self.reconciler = self._reconciler()
        if settings.enable_alarms or settings.enable_dashboard:
            self._monitoring()
        exports = stack_outputs(
            settings, self._context, self.intake, self.results, self.processor, self.reconciler
        )
        self.exports = hidden_outputs(exports, settings.secrets)
        self.register_outputs(self.exports)

    def _named(self) -> StackContext:
        # Neither a child nor named after the pipeline, so that a renamed pipeline finds it.
        kept = StackNames("names", StackNamesArgs.from_settings(self._settings))
        history = DeploymentHistory(
            f"{self._name}-history",
            DeploymentHistoryArgs.from_settings(self._settings),
            opts=self._child,
        )
        bare = StackContext.from_settings(self._settings, kept.names, current_account(self))
        return replace(bare, history=history)

    def _encrypted_and_logged(self, bare: StackContext) -> StackContext:
        settings, name = self._settings, self._name
        key = EncryptionKeyArgs.from_settings(settings, bare)
        keys = create_keys(f"{name}-key", KeyChoice.from_settings(settings), key, bare, self._child)
        log_bucket = create_access_logs(
            f"{name}-access-logs",
            AccessLogsArgs.from_settings(settings, bare),
            self._child,
            enabled=settings.enable_access_logs,
        )
        return replace(
            bare,
            kms_key_arn=keys.current,
            former_kms_key_arn=keys.former,
            access_log_bucket=log_bucket,
            versioning=settings.enable_versioning,
        )

    def _intake(self) -> Intake:
        args = IntakeArgs.from_settings(self._settings, self._context)
        return Intake(f"{self._name}-intake", args, opts=self._child)

    def _upload_inventory(self) -> UploadInventory:
        args = UploadInventoryArgs.from_settings(self._settings, self._context, self.intake.bucket)
        return UploadInventory(f"{self._name}-inventory", args, opts=self._child)

    def _results(self) -> Results:
        args = ResultsArgs.from_settings(self._settings, self._context, self.intake)
        return Results(f"{self._name}-results", args, opts=self._child)

    def _network(self) -> Network:
        settings, context, intake, results = (
            self._settings,
            self._context,
            self.intake,
            self.results,
        )
        principals = [processor_principal(settings, context, intake, results)]
        if settings.enable_reconciler:
            principals.append(reconciler_principal(context, intake, results, self._inventory))
        args = NetworkArgs.from_settings(settings, context, principals)
        return Network(f"{self._name}-processor-network", args, opts=self._child)

    def _processor(self, network: Network | None) -> Processor:
        function = FunctionSpec.from_settings(self._settings, network and network.vpc_config)
        args = ProcessorArgs.from_settings(
            self._settings, self._context, self.intake, self.results, function
        )
        return Processor(f"{self._name}-processor", args, opts=self._child)

    def _direct_trigger(self) -> AsyncS3Trigger:
        args = AsyncS3TriggerArgs.from_settings(
            self._settings, self._context, self.intake, self.processor.reference
        )
        return AsyncS3Trigger(f"{self._name}-direct", args, opts=self._child)

    def _notification(self, direct: AsyncS3Trigger | None) -> None:
        args = UploadNotificationArgs.from_settings(
            self._settings, self.urn, self.intake, self.processor.reference, direct
        )
        if args is not None:
            UploadNotification(f"{self._name}-notification", args, opts=self._child)

    def _reconciler(self) -> Reconciler | None:
        settings, context, name = self._settings, self._context, f"{self._name}-reconciler"
        if not settings.enable_reconciler:
            keep_reconciler_logs(name, settings, context, self._child)
            return None
        parts = (self.intake, self.results, self.processor, self._inventory)
        args = ReconcilerArgs.from_settings(settings, context, *parts)
        return Reconciler(name, args, opts=self._child)

    def _monitoring(self) -> None:
        watched = Watched.of(self.intake, self.results, self.processor, self.reconciler)
        args = MonitoringArgs.from_settings(self._settings, self._context, watched)
        Monitoring(f"{self._name}-monitoring", args, opts=self._child)
