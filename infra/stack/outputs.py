"""What a stack tells its user: the names of its outputs, and what each is."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class OutputGroup:
    """Outputs that are there together.

    Attributes:
        names: As `pulumi stack output` has them.
        description: What they are, and when they are not there.
    """

    names: tuple[str, ...]
    description: str


OUTPUTS = (
    OutputGroup(
        names=("uploadBucketName", "uploadBucketArn"), description="the bucket for uploads"
    ),
    OutputGroup(
        names=("processedBucketName", "processedBucketArn"), description="the bucket for variants"
    ),
    OutputGroup(
        names=("uploadPrefix", "processedPrefix"),
        description="prefixes in the one bucket for both, with `layout` one-bucket",
    ),
    OutputGroup(
        names=("queueName", "queueUrl", "queueArn"),
        description="uploads that wait for the function, unless `trigger` is s3",
    ),
    OutputGroup(
        names=("deadLetterQueueName", "deadLetterQueueUrl", "deadLetterQueueArn"),
        description="what was rejected or kept failing, unless `enableDlq` is off",
    ),
    OutputGroup(
        names=("tableName", "tableArn"),
        description="a record of each version of each image, unless `enableRecords` is off",
    ),
    OutputGroup(
        names=("topicName", "topicArn"),
        description="one JSON message for each image, unless `enableNotifications` is off",
    ),
    OutputGroup(
        names=(
            *("functionName", "functionArn", "roleName", "roleArn"),
            *("logGroupName", "logGroupArn"),
        ),
        description="the function, its role and its log",
    ),
    OutputGroup(names=("kmsKeyArn",), description="the stack's own key, with `enableKms`"),
    OutputGroup(
        names=("formerKmsKeyArn",),
        description="the stack's own key, kept because of what was encrypted before `enableKms` was"
        " switched off",
    ),
    OutputGroup(
        names=("reconcilerName", "reconcilerArn", "reconcilerLogGroupName"),
        description="the function that finds lost uploads, with `enableReconciler`",
    ),
)
