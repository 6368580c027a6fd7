"""The whole pipeline as one component."""

from collections.abc import Mapping
from dataclasses import replace

import pulumi
import pulumi_aws as aws

from infra import contract, inputs, plan, policies, reconciler_contract
from infra.access_logs import AccessLogs
from infra.account import current_account
from infra.direct import DirectTrigger
from infra.encryption import create_keys
from infra.foundation import Foundation
from infra.function import FunctionSpec
from infra.intake import Intake
from infra.inventory import UploadInventory, UploadInventoryArgs
from infra.monitoring import Monitoring
from infra.naming import resource_tags
from infra.network import Network, join_network
from infra.notification import UploadNotification
from infra.options import Settings
from infra.package import build_function, build_layer
from infra.processor import Processor, ProcessorArgs
from infra.reconciler import Reconciler, ReconcilerArgs
from infra.results import Results
from infra.stack_names import StackNames, StackNamesArgs
from infra.watermarks import images_of


class ImagePipeline(pulumi.ComponentResource):
    """Images uploaded to a bucket become variants, a record and a notification; one for a stack.

    Creates: an `Intake`, `Results` and a `Processor` between them, and the `UploadNotification`; if
        asked, an `EncryptionKey` and `AccessLogs`, a `Reconciler` with an `UploadInventory`,
        `Monitoring`; and a `DirectTrigger` where there is no queue.
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
        self._foundation = foundation = self._lay_foundation(name)
        self.intake = Intake(
            f"{name}-intake", inputs.intake_args(settings, foundation), opts=self._child
        )
        self._inventory = self._upload_inventory(f"{name}-inventory")
        results_args = inputs.results_args(settings, foundation, self.intake)
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
            **contract.key_exports(settings, foundation),
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
            foundation=self._foundation,
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
            settings, self._foundation, self.intake, self.results, self._inventory
        )
        return Network(name, args, opts=self._child).vpc_config

    def _processor(self, name: str, function: FunctionSpec) -> Processor:
        settings = self._settings
        archive = build_function(watermarks=images_of(settings.variants))
        args = ProcessorArgs(
            physical_name=self._foundation.names.of("processor"),
            code=pulumi.FileArchive(str(archive)),
            layer=settings.existing_layer_arn or _built_layer(settings),
            environment=contract.environment(settings, self.intake, self.results),
            grants=pulumi.Output.all(
                contract.grants(settings, self.intake, self.results), self._network_grants()
            ).apply(lambda parts: [*parts[0], *parts[1]]),
            source=inputs.event_source(settings, self.intake),
            function=function,
            kms_key_arn=self._foundation.kms_key_arn,
            former_kms_key_arn=self._foundation.former_kms_key_arn,
            tags=self._foundation.tags,
        )
        return Processor(name, args, opts=self._child)

    def _notify(self, name: str) -> None:
        """Let the upload bucket send its events."""
        settings, intake, processor = self._settings, self.intake, self.processor
        direct: DirectTrigger | None = None
        if intake.queue is None:
            direct_args = inputs.direct_args(settings, self._foundation, intake, processor)
            direct = DirectTrigger(f"{name}-direct", direct_args, opts=self._child)
        args = inputs.notification_args(settings, self.urn, intake, processor, direct)
        if args is not None:
            UploadNotification(f"{name}-notification", args, opts=self._child)

    def _network_grants(self) -> pulumi.Output[list[policies.Statement]]:
        if not self._settings.vpc_id:
            return pulumi.Output.from_input([])
        account = self._foundation.account
        return pulumi.Output.all(
            partition=account.partition, region=account.region, account_id=account.account_id
        ).apply(lambda place: join_network(**place))

    def _reconciler(self, name: str, function: FunctionSpec) -> Reconciler:
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
            function=function,
            kms_key_arn=foundation.kms_key_arn,
            former_kms_key_arn=foundation.former_kms_key_arn,
            tags=foundation.tags,
        )
        return Reconciler(name, args, opts=self._child)

    def _monitoring(self, name: str) -> None:
        watched = inputs.watched(self.intake, self.results, self.processor, self.reconciler)
        args = inputs.monitoring_args(self._settings, self._foundation, watched)
        Monitoring(name, args, opts=self._child)


def _built_layer(settings: Settings) -> pulumi.Archive:
    layer = build_layer(runtime=settings.runtime, architecture=settings.architecture)
    return pulumi.FileArchive(str(layer))
