"""Permissions to attach a function to a VPC."""

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
"""Actions that Lambda performs with the role of a function in a VPC.
https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSLambdaVPCAccessExecutionRole.html"""


def network_grants(settings: Settings, account: Account) -> pulumi.Output[list[iam.Statement]]:
    """Return the statements that functions in a VPC need; none without a VPC."""
    if not settings.vpc_id:
        return pulumi.Output.from_input([])
    return pulumi.Output.all(
        partition=account.partition, region=account.region, account_id=account.account_id
    ).apply(lambda place: manage_network_interfaces(**place))


def manage_network_interfaces(
    *, partition: str, region: str, account_id: str
) -> list[iam.Statement]:
    """Let Lambda create network interfaces with the function's role, and deny that to the code.

    Describe actions support no resource ARNs. An interface has no id before it exists, so the
    other actions are limited to region and account, as far as AWS documents that this works:
    https://github.com/awsdocs/aws-lambda-developer-guide/blob/main/doc_source/configuration-vpc.md
    The last statement denies all of them to the code, whose calls have the function's ARN, which
    Lambda's own calls do not have:
    https://docs.aws.amazon.com/lambda/latest/dg/permissions-source-function-arn.html
    """
    functions = f"arn:{partition}:lambda:{region}:{account_id}:function:*"
    return [
        {
            "Sid": "DescribeNetworkInterfaces",
            "Effect": "Allow",
            "Action": list(DESCRIBE_ACTIONS),
            "Resource": "*",
        },
        {
            "Sid": "ManageNetworkInterfaces",
            "Effect": "Allow",
            "Action": list(INTERFACE_ACTIONS),
            "Resource": f"arn:{partition}:ec2:{region}:{account_id}:*/*",
        },
        {
            "Sid": "DenyNetworkInterfacesToCode",
            "Effect": "Deny",
            "Action": [*DESCRIBE_ACTIONS, *INTERFACE_ACTIONS],
            "Resource": "*",
            "Condition": {"ArnLike": {"lambda:SourceFunctionArn": functions}},
        },
    ]
