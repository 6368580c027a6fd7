"""The outputs of a stack: their names, descriptions and values."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

from infra.config.options import Settings
from infra.encryption.key import EncryptionKeyArgs, key_uses
from infra.functions.processor import Processor
from infra.intake.intake import Intake
from infra.reconciler.reconciler import Reconciler
from infra.results.results import Results
from infra.stack.context import StackContext


@dataclass(frozen=True, kw_only=True)
class OutputGroup:
    """Outputs that a stack has together or not at all."""

    names: tuple[str, ...]
    """As `pulumi stack output` prints them."""
    description: str
    """Description, with the option that removes or adds them."""


OUTPUTS = (
    OutputGroup(
        names=("uploadBucketName", "uploadBucketArn"), description="the bucket for uploads"
    ),
    OutputGroup(
        names=("processedBucketName", "processedBucketArn"), description="the bucket for variants"
    ),
    OutputGroup(
        names=("uploadPrefix", "processedPrefix"),
        description="prefixes of uploads and variants, with `layout` one-bucket",
    ),
    OutputGroup(
        names=("queueName", "queueUrl", "queueArn"),
        description="the queue of upload events, unless `trigger` is s3",
    ),
    OutputGroup(
        names=("deadLetterQueueName", "deadLetterQueueUrl", "deadLetterQueueArn"),
        description="the queue of what failed repeatedly, unless `enableDlq` is off",
    ),
    OutputGroup(
        names=("rejectedQueueName", "rejectedQueueUrl", "rejectedQueueArn"),
        description="the queue of rejected uploads, unless `enableDlq` is off",
    ),
    OutputGroup(
        names=("tableName", "tableArn"),
        description="the table of records, unless `enableRecords` is off",
    ),
    OutputGroup(
        names=("topicName", "topicArn"),
        description="the topic of messages about images, unless `enableNotifications` is off",
    ),
    OutputGroup(
        names=(
            *("functionName", "functionArn", "roleName", "roleArn"),
            *("logGroupName", "logGroupArn"),
        ),
        description="the function, its role and its log group",
    ),
    OutputGroup(names=("kmsKeyArn",), description="the stack's own key, with `enableKms`"),
    OutputGroup(
        names=("formerKmsKeyArn",),
        description="the stack's own key, kept for data encrypted before `enableKms` was"
        " switched off",
    ),
    OutputGroup(
        names=("requiredKeyPolicyStatements",),
        description="what the policy of `existingKmsKeyArn` must hold, as JSON",
    ),
    OutputGroup(
        names=("reconcilerName", "reconcilerArn", "reconcilerLogGroupName"),
        description="the function that finds lost uploads, with `enableReconciler`",
    ),
)


Outputs = Mapping[str, pulumi.Output[str]]


def stack_outputs(
    settings: Settings,
    context: StackContext,
    intake: Intake,
    results: Results,
    processor: Processor,
    reconciler: Reconciler | None,
) -> Mapping[str, pulumi.Output[str | None]]:
    """The values of all outputs that the stack has."""
    return {
        **_bucket_outputs(settings, intake, results),
        **_function_outputs(processor),
        **_queue_outputs(intake),
        **_result_outputs(results),
        **_key_outputs(settings, context),
        **_reconciler_outputs(reconciler),
    }


def _bucket_outputs(settings: Settings, intake: Intake, results: Results) -> Outputs:
    buckets = {
        "uploadBucketName": intake.bucket.name,
        "uploadBucketArn": intake.bucket.arn,
        "processedBucketName": results.bucket.name,
        "processedBucketArn": results.bucket.arn,
    }
    if not settings.has_one_bucket:
        return buckets
    return {
        **buckets,
        "uploadPrefix": pulumi.Output.from_input(settings.upload_prefix),
        "processedPrefix": pulumi.Output.from_input(settings.processed_prefix),
    }


def _function_outputs(processor: Processor) -> Outputs:
    return {
        "functionName": processor.function.name,
        "functionArn": processor.function.arn,
        "roleName": processor.role.name,
        "roleArn": processor.role.arn,
        "logGroupName": processor.log_group.name,
        "logGroupArn": processor.log_group.arn,
    }


def _queue_outputs(intake: Intake) -> Outputs:
    queues = {
        "queue": intake.queue,
        "deadLetterQueue": intake.dead_letter_queue,
        "rejectedQueue": intake.rejected_queue,
    }
    outputs: dict[str, pulumi.Output[str]] = {}
    for word, queue in queues.items():
        if queue is not None:
            outputs[f"{word}Name"] = queue.name
            outputs[f"{word}Url"] = queue.url
            outputs[f"{word}Arn"] = queue.arn
    return outputs


def _result_outputs(results: Results) -> Outputs:
    outputs: dict[str, pulumi.Output[str]] = {}
    if results.table is not None:
        outputs |= {"tableName": results.table.name, "tableArn": results.table.arn}
    if results.topic is not None:
        outputs |= {"topicName": results.topic.name, "topicArn": results.topic.arn}
    return outputs


def _key_outputs(
    settings: Settings, context: StackContext
) -> Mapping[str, pulumi.Output[str | None]]:
    """The stack's own key, by whether it is used or only kept, and what it needs of another."""
    if settings.enable_kms:
        return {"kmsKeyArn": pulumi.Output.from_input(context.kms_key_arn)}
    former = {"formerKmsKeyArn": pulumi.Output.from_input(context.former_kms_key_arn)}
    if not settings.existing_kms_key_arn:
        return former
    uses = key_uses(EncryptionKeyArgs.from_settings(settings, context))
    return {**former, "requiredKeyPolicyStatements": pulumi.Output.json_dumps(uses)}


def _reconciler_outputs(reconciler: Reconciler | None) -> Outputs:
    if reconciler is None:
        return {}
    return {
        "reconcilerName": reconciler.function.name,
        "reconcilerArn": reconciler.function.arn,
        "reconcilerLogGroupName": reconciler.log_group.name,
    }
