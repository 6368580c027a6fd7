"""Options that name existing resources to use, instead of creating them."""

from collections.abc import Iterator, Sequence
from typing import Annotated

from pydantic import StringConstraints

from infra.config.changes import Put
from infra.config.findings import Finding
from infra.config.option_rules import OptionRules
from infra.config.options.base import Options
from infra.config.options.function import LAYER_ARN
from infra.config.options.layout import ONE_BUCKET
from infra.config.options.trigger import Trigger
from infra.config.places import other_place

BucketName = Annotated[
    str, StringConstraints(pattern=r"^(|(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])$")
]
"""https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html"""

QueueArn = Annotated[
    str, StringConstraints(pattern=r"^(|arn:[a-z-]+:sqs:[a-z0-9-]+:\d{12}:[\w-]{1,80})$")
]
TopicArn = Annotated[
    str, StringConstraints(pattern=r"^(|arn:[a-z-]+:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256})$")
]
KeyArn = Annotated[
    str, StringConstraints(pattern=r"^(|arn:[a-z-]+:kms:[a-z0-9-]+:\d{12}:key/[\w-]+)$")
]
ExistingLayerArn = Annotated[str, StringConstraints(pattern=rf"^$|{LAYER_ARN}")]
TableName = Annotated[str, StringConstraints(pattern=r"^(|[\w.-]{3,255})$")]


class ExistingOptions(Options):
    """Resources whose settings and policies stay their owner's; empty where one is created."""

    existing_upload_bucket: BucketName
    replace_notifications: bool
    existing_processed_bucket: BucketName
    existing_queue_arn: QueueArn
    existing_dead_letter_queue_arn: QueueArn
    existing_table_name: TableName
    existing_topic_arn: TopicArn
    existing_kms_key_arn: KeyArn
    existing_layer_arn: ExistingLayerArn


def notifications_are_replaced_knowingly(
    existing_upload_bucket: str, existing_queue_arn: str, replace_notifications: bool
) -> Iterator[Finding]:
    """S3 keeps one notification configuration for a bucket, and whoever writes it replaces it.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketNotificationConfiguration.html
    """
    if existing_upload_bucket and not (existing_queue_arn or replace_notifications):
        why = (
            "the program would replace all notifications of the bucket. See what is there with"
            f" `aws s3api get-bucket-notification-configuration --bucket {existing_upload_bucket}`;"
            " to keep it, add a queue of your own there and set existingQueueArn; to replace it,"
            " set replaceNotifications"
        )
        yield Finding(why=why, instead=(Put(("replaceNotifications",), True),))


def variants_have_another_bucket(
    existing_processed_bucket: str, existing_upload_bucket: str
) -> Iterator[Finding]:
    """Outputs in the bucket of the inputs would be inputs again, for ever."""
    if existing_processed_bucket and existing_processed_bucket == existing_upload_bucket:
        yield Finding(why="should not be existingUploadBucket: variants would be uploads again")


def one_bucket_needs_no_second(existing_processed_bucket: str, layout: str) -> Iterator[Finding]:
    if existing_processed_bucket and layout == ONE_BUCKET:
        yield Finding(why="contradicts layout one-bucket: variants go to the uploads' bucket")


def queue_is_fed_by_its_owner(
    existing_queue_arn: str, existing_upload_bucket: str
) -> Iterator[Finding]:
    if existing_queue_arn and not existing_upload_bucket:
        yield Finding(why="goes with existingUploadBucket: who owns the queue feeds it")


def queue_is_what_triggers(existing_queue_arn: str, trigger: Trigger) -> Iterator[Finding]:
    if existing_queue_arn and trigger is not Trigger.SQS:
        yield Finding(why=f"contradicts trigger {trigger}")


def dead_letters_are_kept(
    existing_dead_letter_queue_arn: str, enable_dlq: bool
) -> Iterator[Finding]:
    if existing_dead_letter_queue_arn and not enable_dlq:
        yield Finding(why="contradicts enableDlq, which is off")


def layer_is_added_once(
    existing_layer_arn: str, extra_layer_arns: Sequence[str]
) -> Iterator[Finding]:
    """Lambda refuses two versions of one layer."""
    layer = existing_layer_arn.rpartition(":")[0]
    if existing_layer_arn and layer in [each.rpartition(":")[0] for each in extra_layer_arns]:
        yield Finding(why="is one of extraLayerArns too: leave it out there")


def table_needs_records(existing_table_name: str, enable_records: bool) -> Iterator[Finding]:
    if existing_table_name and not enable_records:
        yield Finding(why="contradicts enableRecords, which is off")


def topic_needs_notifications(
    existing_topic_arn: str, enable_notifications: bool
) -> Iterator[Finding]:
    if existing_topic_arn and not enable_notifications:
        yield Finding(why="contradicts enableNotifications, which is off")


def key_is_the_only_one(existing_kms_key_arn: str, enable_kms: bool) -> Iterator[Finding]:
    if existing_kms_key_arn and enable_kms:
        yield Finding(why="contradicts enableKms, which creates a key")


def queue_is_in_the_region(existing_queue_arn: str, region: str) -> Iterator[Finding]:
    yield from other_place(existing_queue_arn, region)


def dead_letters_are_in_the_region(
    existing_dead_letter_queue_arn: str, region: str
) -> Iterator[Finding]:
    yield from other_place(existing_dead_letter_queue_arn, region)


def topic_is_in_the_region(existing_topic_arn: str, region: str) -> Iterator[Finding]:
    yield from other_place(existing_topic_arn, region)


def key_is_in_the_region(existing_kms_key_arn: str, region: str) -> Iterator[Finding]:
    yield from other_place(existing_kms_key_arn, region)


def layer_is_in_the_region(existing_layer_arn: str, region: str) -> Iterator[Finding]:
    yield from other_place(existing_layer_arn, region)


RULES: OptionRules = {
    "existing_upload_bucket": (notifications_are_replaced_knowingly,),
    "existing_processed_bucket": (one_bucket_needs_no_second, variants_have_another_bucket),
    "existing_queue_arn": (
        queue_is_fed_by_its_owner,
        queue_is_what_triggers,
        queue_is_in_the_region,
    ),
    "existing_dead_letter_queue_arn": (dead_letters_are_kept, dead_letters_are_in_the_region),
    "existing_layer_arn": (layer_is_added_once, layer_is_in_the_region),
    "existing_table_name": (table_needs_records,),
    "existing_topic_arn": (topic_needs_notifications, topic_is_in_the_region),
    "existing_kms_key_arn": (key_is_the_only_one, key_is_in_the_region),
}
