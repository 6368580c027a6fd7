"""Options that use what is there already, instead of creating it."""

from typing import Annotated, cast

from pydantic import StringConstraints, ValidationInfo, field_validator

from infra.config.options.base import Options
from infra.config.options.function import LAYER_ARN

BucketName = Annotated[str, StringConstraints(pattern=r"^(|[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])$")]
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
    existing_processed_bucket: BucketName
    existing_queue_arn: QueueArn
    existing_dead_letter_queue_arn: QueueArn
    existing_table_name: TableName
    existing_topic_arn: TopicArn
    existing_kms_key_arn: KeyArn
    existing_layer_arn: ExistingLayerArn

    @field_validator("existing_processed_bucket")
    @classmethod
    def _is_another_bucket(cls, name: str, info: ValidationInfo) -> str:
        """Outputs in the bucket of the inputs would be inputs again, for ever."""
        if name and info.data.get("layout") == "one-bucket":
            raise ValueError("contradicts layout one-bucket: variants go to the uploads' bucket")
        if name and name == info.data.get("existing_upload_bucket"):
            raise ValueError("should not be existingUploadBucket: variants would be uploads again")
        return name

    @field_validator("existing_queue_arn")
    @classmethod
    def _is_fed_by_its_owner(cls, arn: str, info: ValidationInfo) -> str:
        if arn and not info.data.get("existing_upload_bucket"):
            raise ValueError("goes with existingUploadBucket: who owns the queue feeds it")
        if arn and info.data.get("trigger") in ("s3", "eventbridge"):
            raise ValueError(f"contradicts trigger {info.data['trigger']}")
        return arn

    @field_validator("existing_dead_letter_queue_arn")
    @classmethod
    def _is_wanted(cls, arn: str, info: ValidationInfo) -> str:
        if arn and info.data.get("enable_dlq") is False:
            raise ValueError("contradicts enableDlq, which is off")
        return arn

    @field_validator("existing_layer_arn")
    @classmethod
    def _is_no_extra_layer(cls, arn: str, info: ValidationInfo) -> str:
        """Lambda refuses two versions of one layer."""
        layer = arn.rpartition(":")[0]
        extra = cast("tuple[str, ...]", info.data.get("extra_layer_arns", ()))
        if arn and layer in [each.rpartition(":")[0] for each in extra]:
            raise ValueError("is one of extraLayerArns too: leave it out there")
        return arn

    @field_validator("existing_table_name")
    @classmethod
    def _is_written_to(cls, name: str, info: ValidationInfo) -> str:
        if name and info.data.get("enable_records") is False:
            raise ValueError("contradicts enableRecords, which is off")
        return name

    @field_validator("existing_topic_arn")
    @classmethod
    def _is_told(cls, arn: str, info: ValidationInfo) -> str:
        if arn and info.data.get("enable_notifications") is False:
            raise ValueError("contradicts enableNotifications, which is off")
        return arn

    @field_validator("existing_kms_key_arn")
    @classmethod
    def _is_the_only_key(cls, arn: str, info: ValidationInfo) -> str:
        if arn and info.data.get("enable_kms"):
            raise ValueError("contradicts enableKms, which creates a key")
        return arn
