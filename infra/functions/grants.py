"""The permissions of the handler."""

import pulumi

from infra.config.options import Settings
from infra.intake.intake import Intake
from infra.network.endpoints import EndpointPrincipal
from infra.results.results import Results
from infra.stack import iam
from infra.stack.context import StackContext


def handler_grants(
    settings: Settings, intake: Intake, results: Results
) -> pulumi.Output[list[iam.Statement]]:
    """Return the statements for all calls of handler/aws, each on its resource only."""
    queue, rejected, dead_letters = intake.queue, intake.rejected_queue, intake.dead_letter_queue
    uploads, outputs = settings.effective_upload_prefix, settings.effective_processed_prefix
    copies_tags = any(variant.copy_tags for variant in settings.variants)
    return pulumi.Output.all(
        uploads=intake.bucket.arn,
        processed=results.bucket.arn,
        table=results.table and results.table.arn,
        topic=results.topic and results.topic.arn,
        queue=queue and queue.arn,
        rejected=rejected and rejected.arn,
        dead_letters=dead_letters and dead_letters.arn,
    ).apply(
        lambda arn: [
            iam.read_uploads(arn["uploads"], uploads),
            iam.list_uploads(arn["uploads"]),
            iam.write_variants(arn["processed"], outputs),
            *([iam.read_upload_tags(arn["uploads"], uploads)] if copies_tags else []),
            *([iam.write_variant_tags(arn["processed"], outputs)] if copies_tags else []),
            *([iam.write_records(arn["table"])] if arn["table"] else []),
            *([iam.publish(arn["topic"])] if arn["topic"] else []),
            *([iam.requeue_self(arn["queue"])] if arn["queue"] else []),
            *([iam.reject_uploads(arn["rejected"])] if arn["rejected"] else []),
            *([iam.send_to_dead_letter_queue(arn["dead_letters"])] if arn["dead_letters"] else []),
        ]
    )


def processor_principal(
    settings: Settings, context: StackContext, intake: Intake, results: Results
) -> EndpointPrincipal:
    """The handler's role, for endpoints, which are created before it."""
    return EndpointPrincipal(
        role_arn=context.role_arn("processor"), grants=handler_grants(settings, intake, results)
    )
