"""What the twin can make: one function for each type of resource, one module for each service.

To teach it a type, write a `Maker` that reads all of its inputs, and add it to its module's MAKERS.
"""

from local.resources import (
    cloudwatch,
    dynamodb,
    ec2,
    events,
    iam,
    kms,
    lambda_,
    logs,
    random,
    s3,
    sns,
    sqs,
)
from local.resources.made import Makers

MAKERS: Makers = {
    **cloudwatch.MAKERS,
    **dynamodb.MAKERS,
    **ec2.MAKERS,
    **events.MAKERS,
    **iam.MAKERS,
    **kms.MAKERS,
    **lambda_.MAKERS,
    **logs.MAKERS,
    **random.MAKERS,
    **s3.MAKERS,
    **sns.MAKERS,
    **sqs.MAKERS,
}
