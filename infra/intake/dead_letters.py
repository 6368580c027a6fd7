"""Queues that keep messages for people: what failed repeatedly, and what was rejected."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.config import limits
from infra.stack import iam


@dataclass(frozen=True, kw_only=True)
class DeadLettersArgs:
    """Inputs of `DeadLetters`."""

    queue_name: pulumi.Input[str]
    source_queue_arns: Sequence[pulumi.Input[str]]
    """ARNs of the source queues, built from names, as those queues are created later. Without any,
    no queue may move its messages here, and functions and services may still send them."""
    tags: Mapping[str, str]
    statements: pulumi.Input[Sequence[iam.Statement]] = ()
    """Statements of the queue's policy, in addition to the one that denies plain HTTP."""
    kms_key_arn: pulumi.Input[str] | None = None
    protect: bool = False


class DeadLetters(pulumi.ComponentResource):
    """A queue that keeps messages for 14 days: dead letters, or the events of rejected uploads.

    Creates the queue and its policy.
    Outputs: `queue`.
    """

    queue: aws.sqs.Queue

    def __init__(
        self, name: str, args: DeadLettersArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("imagepipe:index:DeadLetters", name, None, opts)
        self.queue = aws.sqs.Queue(
            f"{name}-queue",
            name=args.queue_name,
            message_retention_seconds=limits.DEAD_LETTER_RETENTION_SECONDS,
            redrive_allow_policy=_redrive_allow_policy(args.source_queue_arns),
            kms_master_key_id=args.kms_key_arn,
            sqs_managed_sse_enabled=True if args.kms_key_arn is None else None,
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )
        aws.sqs.QueuePolicy(
            f"{name}-queue-policy",
            queue_url=self.queue.url,
            policy=pulumi.Output.json_dumps(
                pulumi.Output.all(self.queue.arn, args.statements).apply(
                    lambda inputs: iam.document(iam.deny_plain_http("sqs", inputs[0]), *inputs[1])
                )
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.register_outputs({"queue_arn": self.queue.arn})


def _redrive_allow_policy(source_queue_arns: Sequence[pulumi.Input[str]]) -> pulumi.Output[str]:
    allowed = {"redrivePermission": "byQueue", "sourceQueueArns": source_queue_arns}
    # Without spaces, as SQS returns it: otherwise each preview would show a change.
    return pulumi.Output.json_dumps(
        allowed if source_queue_arns else {"redrivePermission": "denyAll"}, separators=(",", ":")
    )
