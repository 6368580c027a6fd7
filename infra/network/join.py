"""The permission to put a function into a network."""

import pulumi

from infra.config.options import Settings
from infra.stack import iam
from infra.stack.account import Account

DESCRIBE_ACTIONS = ("ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets")
INTERFACE_ACTIONS = (
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:UnassignPrivateIpAddresses",
)
"""What Lambda does with the role of a function in a network.
https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSLambdaVPCAccessExecutionRole.html"""


def network_grants(settings: Settings, account: Account) -> pulumi.Output[list[iam.Statement]]:
    """What the roles of the stack's functions need to run in a network; empty without one."""
    if not settings.vpc_id:
        return pulumi.Output.from_input([])
    return pulumi.Output.all(
        partition=account.partition, region=account.region, account_id=account.account_id
    ).apply(lambda place: join_network(**place))


def join_network(*, partition: str, region: str, account_id: str) -> list[iam.Statement]:
    """Lets Lambda, by the function's role, put it into a network; and takes that from its code.

    Describing cannot be narrowed, EC2 knows no resource for it. An interface has no name before
    it exists, so that the rest is narrowed to region and account, as far as AWS says that it works:
    https://github.com/awsdocs/aws-lambda-developer-guide/blob/main/doc_source/configuration-vpc.md
    The last statement undoes all of it for the code, whose calls carry the function's ARN, and
    Lambda's own do not:
    https://docs.aws.amazon.com/lambda/latest/dg/permissions-source-function-arn.html
    """
    functions = f"arn:{partition}:lambda:{region}:{account_id}:function:*"
    return [
        {
            "Sid": "SeeNetworkInterfaces",
            "Effect": "Allow",
            "Action": list(DESCRIBE_ACTIONS),
            "Resource": "*",
        },
        {
            "Sid": "JoinNetwork",
            "Effect": "Allow",
            "Action": list(INTERFACE_ACTIONS),
            "Resource": f"arn:{partition}:ec2:{region}:{account_id}:*/*",
        },
        {
            "Sid": "KeepCodeOffNetworkInterfaces",
            "Effect": "Deny",
            "Action": [*DESCRIBE_ACTIONS, *INTERFACE_ACTIONS],
            "Resource": "*",
            "Condition": {"ArnLike": {"lambda:SourceFunctionArn": functions}},
        },
    ]
