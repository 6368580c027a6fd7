"""Use two components of imagepipe in a program of your own: an archive that one role can write to.

Run it in this folder: `pulumi up`.
"""

import sys
from pathlib import Path

import pulumi
import pulumi_aws as aws

# imagepipe need not be installed: a program of your own names the folder of its clone here.
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from infra import DeadLetters, DeadLettersArgs, PrivateBucket, PrivateBucketArgs
from infra.buckets.lifecycle import Lifecycle
from infra.stack.iam import document, lambda_trust, write_variants

TAGS = {"Project": "photo-archive"}

archive = PrivateBucket(
    "archive",
    PrivateBucketArgs(
        bucket_name=pulumi.Output.concat("photo-archive-", aws.get_caller_identity().account_id),
        lifecycle=Lifecycle(infrequent_access_after_days=30, glacier_after_days=180),
        tags=TAGS,
    ),
)
failures = DeadLetters(
    "failures",
    DeadLettersArgs(queue_name="photo-archive-failures", source_queue_arns=[], tags=TAGS),
)
writer = aws.iam.Role(
    "writer", assume_role_policy=pulumi.Output.json_dumps(lambda_trust()), tags=TAGS
)
aws.iam.RolePolicy(
    "writer-policy",
    role=writer.id,
    policy=pulumi.Output.json_dumps(
        archive.arn.apply(lambda bucket_arn: document(write_variants(bucket_arn)))
    ),
)

pulumi.export("archiveBucketName", archive.name)
pulumi.export("failureQueueUrl", failures.queue.url)
