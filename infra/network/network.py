"""A place in the user's network for the function."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pulumi
import pulumi_aws as aws

from infra.network.endpoints import (
    HTTPS,
    Endpoints,
    EndpointsArgs,
)
from infra.stack import iam

DESCRIBE_ACTIONS = ("ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets")
INTERFACE_ACTIONS = (
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:UnassignPrivateIpAddresses",
)
"""What Lambda does with the role of a function in a network.
https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSLambdaVPCAccessExecutionRole.html"""


@dataclass(frozen=True, kw_only=True)
class NetworkArgs:
    """Inputs of `Network`.

    Raises:
        ValueError: when the function could reach nothing.
    """

    vpc_id: pulumi.Input[str]
    subnet_ids: Sequence[pulumi.Input[str]]
    """Of the network, in two availability zones or more."""
    tags: Mapping[str, str]
    security_group_ids: Sequence[pulumi.Input[str]] = ()
    """The function's; empty: one is created."""
    egress_cidr_blocks: Sequence[str] = ()
    """Where else the created group may connect to: the network's own addresses when it has
    endpoints already, or 0.0.0.0/0 behind a NAT gateway."""
    endpoints: EndpointsArgs | None = None
    """The endpoints to create in the subnets; None: none."""

    def __post_init__(self) -> None:
        if not (self.security_group_ids or self.egress_cidr_blocks or self.endpoints):
            raise ValueError(
                "the function could reach nothing in its network: give endpoints,"
                " egress_cidr_blocks, or security_group_ids of your own"
            )


class Network(pulumi.ComponentResource):
    """What a function needs to be in a network.

    Creates: unless groups are given, a security group that nothing can connect to, and that
        connects on port 443 to the endpoints and the given addresses only; and `Endpoints` if
        asked.
    Outputs: `vpc_config` for the function.
    """

    vpc_config: aws.lambda_.FunctionVpcConfigArgsDict

    def __init__(
        self, name: str, args: NetworkArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("imagepipe:index:Network", name, None, opts)
        own = None if args.security_group_ids else self._security_group(name, args)
        groups = args.security_group_ids if own is None else [own.id]
        endpoints = args.endpoints and Endpoints(
            f"{name}-endpoints",
            replace(args.endpoints, security_group_ids=groups),
            opts=pulumi.ResourceOptions(parent=self),
        )
        ways = [] if own is None else self._egress_rules(name, args, own, endpoints)
        self.vpc_config = {
            "subnet_ids": args.subnet_ids,
            # Whoever takes the groups from here can reach what they let through.
            "security_group_ids": pulumi.Output.all(*groups, *(way.id for way in ways)).apply(
                lambda ids: [str(known) for known in ids[: len(groups)]]
            ),
        }
        self.register_outputs({"security_group_ids": self.vpc_config["security_group_ids"]})

    def _security_group(self, name: str, args: NetworkArgs) -> aws.ec2.SecurityGroup:
        """A group without rules: the provider removes the one that AWS gives it, out to all."""
        return aws.ec2.SecurityGroup(
            f"{name}-security-group",
            description="Function of imagepipe",
            vpc_id=args.vpc_id,
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _egress_rules(
        self,
        name: str,
        args: NetworkArgs,
        own: aws.ec2.SecurityGroup,
        endpoints: Endpoints | None,
    ) -> list[aws.vpc.SecurityGroupEgressRule]:
        def way(
            role: str,
            to: str,
            *,
            prefix_list_id: pulumi.Input[str] | None = None,
            group_id: pulumi.Input[str] | None = None,
            cidr_block: str | None = None,
        ) -> aws.vpc.SecurityGroupEgressRule:
            return aws.vpc.SecurityGroupEgressRule(
                f"{name}-to-{role}",
                security_group_id=own.id,
                description=f"HTTPS to {to}",
                ip_protocol="tcp",
                from_port=HTTPS,
                to_port=HTTPS,
                prefix_list_id=prefix_list_id,
                referenced_security_group_id=group_id,
                cidr_ipv4=cidr_block,
                tags=args.tags,
                opts=pulumi.ResourceOptions(parent=self),
            )

        ways = [
            way(f"addresses-{number}", block, cidr_block=block)
            for number, block in enumerate(args.egress_cidr_blocks)
        ]
        if endpoints is None:
            return ways
        for service, prefix_list_id in endpoints.prefix_list_ids.items():
            ways.append(way(service, service, prefix_list_id=prefix_list_id))
        if endpoints.security_group_id is not None:
            ways.append(
                way("endpoints", "interface endpoints", group_id=endpoints.security_group_id)
            )
        return ways


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
