"""The whole pipeline as one component."""

import json

import pulumi
import pulumi_random as random

from infra import policies
from infra.access_logs import AccessLogs, AccessLogsArgs
from infra.account import current_account
from infra.direct import DirectTrigger, DirectTriggerArgs
from infra.filters import KeyFilter
from infra.intake import Intake, IntakeArgs, Trigger
from infra.key import EncryptionKey, EncryptionKeyArgs
from infra.lifecycle import Lifecycle
from infra.naming import PhysicalNames, resource_tags
from infra.options import Settings
from infra.package import build_function, build_layer
from infra.processor import (
    EventSource,
    FunctionSpec,
    Processor,
    ProcessorArgs,
    log_group_name,
)
from infra.results import Results, ResultsArgs

SUFFIX_BYTES = 4


class ImagePipeline(pulumi.ComponentResource):
    """Images uploaded to a bucket become variants, a record and a notification.

    Creates: an `Intake`, `Results`, a `Processor` between them, and an `EncryptionKey` if asked.
    Outputs: the three components, and `exports`, the stack's outputs.

    Raises:
        PackagingError: when the function's layer cannot be built.
    """

    intake: Intake
    results: Results
    processor: Processor
    exports: dict[str, pulumi.Output[str]]

    def __init__(
        self, name: str, settings: Settings, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("imagepipe:index:ImagePipeline", name, None, opts)
        self._child = pulumi.ResourceOptions(parent=self)
        self._settings = settings
        self._tags = resource_tags(
            pulumi.get_project(),
            settings.environment,
            settings.tags,
            owner=settings.owner,
            data_classification=settings.data_classification,
        )
        self._names = PhysicalNames(
            prefix=settings.name_prefix,
            environment=settings.environment,
            suffix=random.RandomId(
                f"{name}-suffix", byte_length=SUFFIX_BYTES, opts=self._child
            ).hex,
        )
        self._account = current_account(self)
        kms_key_arn = self._key(f"{name}-key") if settings.enable_kms else None
        self._log_bucket = self._access_logs(f"{name}-access-logs")
        self.intake = self._intake(f"{name}-intake", kms_key_arn)
        self.results = self._results(f"{name}-results", kms_key_arn)
        self.processor = self._processor(f"{name}-processor", kms_key_arn)
        if self.intake.queue is None:
            self._direct(f"{name}-direct")
        self.exports = self._exports()
        self.register_outputs(self.exports)

    def _key(self, name: str) -> pulumi.Output[str]:
        args = EncryptionKeyArgs(
            alias=self._names.of("data"),
            account=self._account,
            upload_bucket_name=self._names.of("uploads"),
            event_rule_name=self._names.of("uploads"),
            log_group_name=log_group_name(self._names.of("processor")),
            protect=self._settings.enable_protection,
            tags=self._tags,
        )
        return EncryptionKey(name, args, opts=self._child).arn

    def _access_logs(self, name: str) -> pulumi.Output[str] | None:
        if not self._settings.enable_access_logs:
            return None
        args = AccessLogsArgs(
            bucket_name=self._names.of("access-logs"),
            source_bucket_names=[self._names.of("uploads"), self._names.of("processed")],
            account=self._account,
            force_destroy=self._settings.force_destroy,
            protect=self._settings.enable_protection,
            tags=self._tags,
        )
        return AccessLogs(name, args, opts=self._child).bucket_name

    def _lifecycle(self, expiration_days: int = 0) -> Lifecycle:
        settings = self._settings
        return Lifecycle(
            noncurrent_expiration_days=settings.noncurrent_expiration_days,
            abort_multipart_days=settings.abort_multipart_days,
            infrequent_access_after_days=settings.infrequent_access_after_days,
            glacier_after_days=settings.glacier_after_days,
            intelligent_tiering=settings.enable_intelligent_tiering,
            expiration_days=expiration_days,
        )

    def _intake(self, name: str, kms_key_arn: pulumi.Output[str] | None) -> Intake:
        args = IntakeArgs(
            names=self._names,
            account=self._account,
            function_timeout_seconds=self._settings.timeout_seconds,
            trigger=Trigger(self._settings.trigger),
            keys=self._keys(),
            dead_letter_queue=self._settings.enable_dlq,
            max_receive_count=self._settings.max_receive_count,
            batch_window_seconds=self._settings.batch_window_seconds,
            retention_days=self._settings.queue_retention_days,
            kms_key_arn=kms_key_arn,
            lifecycle=self._lifecycle(),
            access_log_bucket=self._log_bucket,
            force_destroy=self._settings.force_destroy,
            protect=self._settings.enable_protection,
            tags=self._tags,
        )
        return Intake(name, args, opts=self._child)

    def _results(self, name: str, kms_key_arn: pulumi.Output[str] | None) -> Results:
        args = ResultsArgs(
            names=self._names,
            notification_email=self._settings.notification_email,
            kms_key_arn=kms_key_arn,
            lifecycle=self._lifecycle(self._settings.output_expiration_days),
            access_log_bucket=self._log_bucket,
            force_destroy=self._settings.force_destroy,
            protect=self._settings.enable_protection,
            tags=self._tags,
        )
        return Results(name, args, opts=self._child)

    def _processor(self, name: str, kms_key_arn: pulumi.Output[str] | None) -> Processor:
        settings = self._settings
        layer = build_layer(runtime=settings.runtime, architecture=settings.architecture)
        args = ProcessorArgs(
            physical_name=self._names.of("processor"),
            code=pulumi.FileArchive(str(build_function())),
            layer=pulumi.FileArchive(str(layer)),
            environment=self._environment(),
            grants=self._grants(),
            source=self._source(),
            function=self._function_spec(),
            kms_key_arn=kms_key_arn,
            tags=self._tags,
        )
        return Processor(name, args, opts=self._child)

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
            bucket_name=self.intake.bucket_name,
            bucket_arn=self.intake.bucket_arn,
            account_id=self._account.account_id,
            function_name=function.name,
            function_arn=self.processor.invoked_arn,
            alias_name=alias and alias.name,
            failure_queue_arn=None if dead_letters is None else dead_letters.arn,
            keys=self._keys(),
            max_retries=settings.async_max_retries,
            max_event_age_seconds=settings.async_max_event_age_seconds,
        )
        DirectTrigger(name, args, opts=self._child)

    def _keys(self) -> KeyFilter:
        return KeyFilter(prefixes=self._settings.key_prefixes, suffixes=self._settings.key_suffixes)

    def _function_spec(self) -> FunctionSpec:
        settings = self._settings
        return FunctionSpec(
            runtime=settings.runtime,
            architecture=settings.architecture,
            memory_mib=settings.memory_mib,
            timeout_seconds=settings.timeout_seconds,
            ephemeral_storage_mib=settings.ephemeral_storage_mib,
            reserved_concurrency=settings.reserved_concurrency,
            provisioned_concurrency=settings.provisioned_concurrency,
            provisioned_concurrency_max=settings.provisioned_concurrency_max,
            snap_start=settings.enable_snap_start,
            tracing=settings.enable_xray,
            log_retention_days=settings.log_retention_days,
            extra_layer_arns=settings.extra_layer_arns,
            extra_policy_arns=settings.extra_policy_arns,
        )

    def _environment(self) -> dict[str, pulumi.Input[str]]:
        """What handler/settings.py reads."""
        settings, dead_letters = self._settings, self.intake.dead_letter_queue
        return {
            "UPLOAD_BUCKET": self.intake.bucket_name,
            "PROCESSED_BUCKET": self.results.bucket_name,
            "TABLE_NAME": self.results.table.name,
            "TOPIC_ARN": self.results.topic.arn,
            "DEAD_LETTER_QUEUE_URL": "" if dead_letters is None else dead_letters.url,
            "VARIANTS": json.dumps([variant.to_spec() for variant in settings.variants]),
            "BACKGROUND_COLOUR": settings.background_colour,
            "MAX_SOURCE_BYTES": str(settings.max_source_bytes),
            "MAX_SOURCE_PIXELS": str(settings.max_source_pixels),
            "LOG_LEVEL": settings.log_level,
            **settings.extra_environment,
        }

    def _grants(self) -> pulumi.Output[list[policies.Statement]]:
        """What handler/aws.py calls, resource by resource."""
        dead_letters = self.intake.dead_letter_queue
        arns = pulumi.Output.all(
            uploads=self.intake.bucket_arn,
            processed=self.results.bucket_arn,
            table=self.results.table.arn,
            topic=self.results.topic.arn,
            dead_letters=None if dead_letters is None else dead_letters.arn,
        )
        return arns.apply(
            lambda arn: [
                policies.read_uploads(arn["uploads"]),
                policies.see_missing_uploads(arn["uploads"]),
                policies.write_variants(arn["processed"]),
                policies.write_records(arn["table"]),
                policies.publish(arn["topic"]),
                *([policies.forward_rejected(arn["dead_letters"])] if arn["dead_letters"] else []),
            ]
        )

    def _exports(self) -> dict[str, pulumi.Output[str]]:
        """The stack's outputs; those of a queue only where there is one."""
        intake, results, processor = self.intake, self.results, self.processor
        exports = {
            "uploadBucketName": intake.bucket_name,
            "uploadBucketArn": intake.bucket_arn,
            "processedBucketName": results.bucket_name,
            "processedBucketArn": results.bucket_arn,
            "tableName": results.table.name,
            "tableArn": results.table.arn,
            "topicName": results.topic.name,
            "topicArn": results.topic.arn,
            "functionName": processor.function.name,
            "functionArn": processor.function.arn,
            "roleName": processor.role.name,
            "roleArn": processor.role.arn,
            "logGroupName": processor.log_group.name,
            "logGroupArn": processor.log_group.arn,
        }
        queues = {"queue": intake.queue, "deadLetterQueue": intake.dead_letter_queue}
        for word, queue in queues.items():
            if queue is not None:
                exports |= {
                    f"{word}Name": queue.name,
                    f"{word}Url": queue.url,
                    f"{word}Arn": queue.arn,
                }
        return exports
