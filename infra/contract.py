"""What the handler is told and allowed, and what the stack tells its user: names and ARNs."""

import pulumi

from handler.contract import Variable
from infra import plan
from infra.config.options import Settings
from infra.functions.processor import Processor
from infra.intake.intake import Intake
from infra.results.results import Results
from infra.stack import iam
from infra.stack.context import StackContext


def environment(
    settings: Settings, intake: Intake, results: Results
) -> dict[str, pulumi.Input[str]]:
    """What handler/config/settings.py reads, and what the user adds."""
    queue, dead_letters = intake.queue, intake.dead_letter_queue
    table, topic = results.table, results.topic
    return {
        **settings.extra_environment,
        Variable.UPLOAD_BUCKET.value: intake.bucket.name,
        Variable.PROCESSED_BUCKET.value: results.bucket.name,
        Variable.TABLE_NAME.value: "" if table is None else table.name,
        Variable.TOPIC_ARN.value: "" if topic is None else topic.arn,
        Variable.QUEUE_URL.value: "" if queue is None else queue.url,
        Variable.DEAD_LETTER_QUEUE_URL.value: "" if dead_letters is None else dead_letters.url,
        **plan.image_environment(settings),
    }


def grants(
    settings: Settings, intake: Intake, results: Results
) -> pulumi.Output[list[iam.Statement]]:
    """What handler/aws calls, resource by resource."""
    queue, dead_letters = intake.queue, intake.dead_letter_queue
    uploads, outputs = plan.upload_prefix(settings), plan.processed_prefix(settings)
    copies_tags = any(variant.copy_tags for variant in settings.variants)
    return pulumi.Output.all(
        uploads=intake.bucket.arn,
        processed=results.bucket.arn,
        table=results.table and results.table.arn,
        topic=results.topic and results.topic.arn,
        queue=queue and queue.arn,
        dead_letters=dead_letters and dead_letters.arn,
    ).apply(
        lambda arn: [
            iam.read_uploads(arn["uploads"], uploads),
            iam.see_missing_uploads(arn["uploads"]),
            iam.write_variants(arn["processed"], outputs),
            *([iam.read_upload_tags(arn["uploads"], uploads)] if copies_tags else []),
            *([iam.write_variant_tags(arn["processed"], outputs)] if copies_tags else []),
            *([iam.write_records(arn["table"])] if arn["table"] else []),
            *([iam.publish(arn["topic"])] if arn["topic"] else []),
            *([iam.remind(arn["queue"])] if arn["queue"] else []),
            *([iam.forward_rejected(arn["dead_letters"])] if arn["dead_letters"] else []),
        ]
    )


def key_exports(settings: Settings, context: StackContext) -> dict[str, pulumi.Output[str | None]]:
    """The ARN of the stack's own key, by whether it is used or only kept."""
    if settings.enable_kms:
        return {"kmsKeyArn": pulumi.Output.from_input(context.kms_key_arn)}
    return {"formerKmsKeyArn": pulumi.Output.from_input(context.former_kms_key_arn)}


def exports(
    settings: Settings, intake: Intake, results: Results, processor: Processor
) -> dict[str, pulumi.Output[str]]:
    """The stack's outputs; those of what is not there are left out."""
    named = {
        "uploadBucketName": intake.bucket.name,
        "uploadBucketArn": intake.bucket.arn,
        "processedBucketName": results.bucket.name,
        "processedBucketArn": results.bucket.arn,
        "functionName": processor.function.name,
        "functionArn": processor.function.arn,
        "roleName": processor.role.name,
        "roleArn": processor.role.arn,
        "logGroupName": processor.log_group.name,
        "logGroupArn": processor.log_group.arn,
    }
    if plan.has_one_bucket(settings):
        named |= {
            "uploadPrefix": pulumi.Output.from_input(settings.upload_prefix),
            "processedPrefix": pulumi.Output.from_input(settings.processed_prefix),
        }
    if results.table is not None:
        named |= {"tableName": results.table.name, "tableArn": results.table.arn}
    if results.topic is not None:
        named |= {"topicName": results.topic.name, "topicArn": results.topic.arn}
    queues = {"queue": intake.queue, "deadLetterQueue": intake.dead_letter_queue}
    for word, queue in queues.items():
        if queue is not None:
            named |= {
                f"{word}Name": queue.name,
                f"{word}Url": queue.url,
                f"{word}Arn": queue.arn,
            }
    return named
