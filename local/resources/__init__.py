"""Resource types that the local stack can create: one function per type, one module per service.

To add a type, write a `Provisioner` that reads all inputs, and add it to its module's PROVISIONERS.
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
from local.resources.resource_state import Provisioners

PROVISIONERS: Provisioners = {
    **cloudwatch.PROVISIONERS,
    **dynamodb.PROVISIONERS,
    **ec2.PROVISIONERS,
    **events.PROVISIONERS,
    **iam.PROVISIONERS,
    **kms.PROVISIONERS,
    **lambda_.PROVISIONERS,
    **logs.PROVISIONERS,
    **random.PROVISIONERS,
    **s3.PROVISIONERS,
    **sns.PROVISIONERS,
    **sqs.PROVISIONERS,
}
