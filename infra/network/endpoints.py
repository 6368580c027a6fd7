"""VPC endpoints: connections from the user's network to services of AWS that do not leave AWS."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, cast

import pulumi
import pulumi_aws as aws

from infra.config.options import Settings
from infra.config.options.trigger import Trigger
from infra.stack import iam
from infra.stack.context import StackContext

GatewayService = Literal["s3", "dynamodb"]
InterfaceService = Literal["sqs", "sns", "kms", "logs", "xray"]

HTTPS = 443


@dataclass(frozen=True, kw_only=True)
class EndpointPrincipal:
    """A role that the endpoint policies allow, and its permissions."""

    role_arn: pulumi.Input[str]
    grants: pulumi.Input[Sequence[iam.Statement]]
    """Statements of the role's policy. Each endpoint policy takes those of its service."""


@dataclass(frozen=True, kw_only=True)
class EndpointsArgs:
    """Inputs of `Endpoints`.

    Private names need DNS support and DNS hostnames on in the network. Everything else that runs in
    these subnets uses the same endpoints and their policies: give the function subnets of its own.
    """

    vpc_id: pulumi.Input[str]
    subnet_ids: Sequence[pulumi.Input[str]]
    """Subnets of the interface endpoints: at most one in each availability zone."""
    route_table_ids: Sequence[pulumi.Input[str]]
    """Route tables of the subnets: gateway endpoints are routes. None without `gateways`."""
    region: pulumi.Input[str]
    principals: Sequence[EndpointPrincipal]
    """The only roles that the endpoint policies allow."""
    tags: Mapping[str, str]
    security_group_ids: Mapping[str, pulumi.Input[str]] = field(
        default_factory=dict[str, pulumi.Input[str]]
    )
    """Groups whose members may connect to interface endpoints, by names that the rules about them
    keep. `Network` gives the function's."""
    gateways: Sequence[GatewayService] = ("s3", "dynamodb")
    """Gateway endpoints to create, which cost nothing."""
    existing_gateways: Sequence[GatewayService] = ()
    """Services whose gateway endpoint the route tables have already."""
    interfaces: Sequence[InterfaceService] = ("sqs", "sns")
    """Interface endpoints, billed by the hour in each subnet. The handler calls these two services.
    Logs, traces and the key of the environment are Lambda's own calls, from outside the network:
    https://docs.aws.amazon.com/lambda/latest/dg/permissions-source-function-arn.html"""

    @staticmethod
    def from_settings(
        settings: Settings, context: StackContext, principals: Sequence[EndpointPrincipal]
    ) -> "EndpointsArgs":
        """Inputs of the endpoints to the services that the stack's functions call."""
        sends = {
            "sqs": settings.enable_dlq or settings.trigger is not Trigger.S3,
            "sns": settings.enable_notifications,
        }
        used: Sequence[GatewayService] = ("s3", "dynamodb") if settings.enable_records else ("s3",)
        created = settings.gateway_endpoints
        return EndpointsArgs(
            vpc_id=settings.vpc_id,
            subnet_ids=settings.subnet_ids,
            route_table_ids=settings.route_table_ids,
            region=context.account.region,
            principals=principals,
            gateways=[service for service in used if service in created],
            existing_gateways=[service for service in used if service not in created],
            interfaces=[each for each in settings.interface_endpoints if sends[each]],
            tags=context.tags,
        )


class Endpoints(pulumi.ComponentResource):
    """VPC endpoints that allow the given roles only the actions that they are granted.

    Creates a gateway endpoint for each of `gateways`; for `interfaces`, if any, an endpoint each,
        with private names, and a security group that lets the given ones in on port 443.
    Outputs: `prefix_list_ids` of all gateways by service, and `security_group_id` of the
        interfaces; None without interfaces.
    """

    prefix_list_ids: Mapping[GatewayService, pulumi.Output[str]]
    security_group_id: pulumi.Output[str] | None

    def __init__(
        self, name: str, args: EndpointsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("imagepipe:index:Endpoints", name, None, opts)
        created: dict[GatewayService, pulumi.Output[str]] = {
            service: self._gateway(f"{name}-{service}", service, args).prefix_list_id
            for service in args.gateways
        }
        existing: dict[GatewayService, pulumi.Output[str]] = {
            service: self._prefix_list_id(service, args) for service in args.existing_gateways
        }
        self.prefix_list_ids = {**created, **existing}
        self.security_group_id = (
            self._interface_security_group(name, args).id if args.interfaces else None
        )
        for service in args.interfaces:
            self._interface(f"{name}-{service}", service, args)
        self.register_outputs({"security_group_id": self.security_group_id})

    def _gateway(
        self, name: str, service: GatewayService, args: EndpointsArgs
    ) -> aws.ec2.VpcEndpoint:
        return aws.ec2.VpcEndpoint(
            name,
            vpc_id=args.vpc_id,
            service_name=pulumi.Output.concat("com.amazonaws.", args.region, ".", service),
            vpc_endpoint_type="Gateway",
            route_table_ids=args.route_table_ids,
            policy=_policy(service, args),
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _prefix_list_id(self, service: GatewayService, args: EndpointsArgs) -> pulumi.Output[str]:
        """Look up the addresses of a service, which have the name of its endpoints.

        https://docs.aws.amazon.com/vpc/latest/userguide/working-with-aws-managed-prefix-lists.html
        """
        return aws.ec2.get_managed_prefix_list_output(
            name=pulumi.Output.concat("com.amazonaws.", args.region, ".", service),
            opts=pulumi.InvokeOutputOptions(parent=self),
        ).id

    def _interface(self, name: str, service: InterfaceService, args: EndpointsArgs) -> None:
        aws.ec2.VpcEndpoint(
            name,
            vpc_id=args.vpc_id,
            service_name=pulumi.Output.concat("com.amazonaws.", args.region, ".", service),
            vpc_endpoint_type="Interface",
            subnet_ids=args.subnet_ids,
            security_group_ids=self.security_group_id and [self.security_group_id],
            # The handler calls services by their usual names.
            private_dns_enabled=True,
            policy=_policy(service, args),
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _interface_security_group(self, name: str, args: EndpointsArgs) -> aws.ec2.SecurityGroup:
        """A group that lets the given groups in on port 443."""
        security_group = aws.ec2.SecurityGroup(
            f"{name}-security-group",
            description="Endpoints of imagepipe",
            vpc_id=args.vpc_id,
            tags=args.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )
        for number, (group, group_id) in enumerate(args.security_group_ids.items()):
            aws.vpc.SecurityGroupIngressRule(
                f"{name}-from-group-{group}",
                security_group_id=security_group.id,
                description="HTTPS from the function",
                ip_protocol="tcp",
                from_port=HTTPS,
                to_port=HTTPS,
                referenced_security_group_id=group_id,
                tags=args.tags,
                opts=pulumi.ResourceOptions(
                    parent=self, aliases=[pulumi.Alias(name=f"{name}-from-group-{number}")]
                ),
            )
        return security_group


def endpoint_policy(
    service: str, grants_by_role: Sequence[tuple[str, Sequence[iam.Statement]]]
) -> iam.Document:
    """Return an endpoint's policy: each role may do what its own policy grants on the service.

    A gateway takes no principal but `*`; the condition narrows it to the role.
    https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html

    Raises:
        ValueError: when no role may do anything with the service.
    """
    statements = [
        {
            **grant,
            "Principal": "*",
            "Action": actions,
            "Condition": _for_role(role_arn, grant.get("Condition")),
        }
        for role_arn, grants in grants_by_role
        for grant in grants
        if grant["Effect"] == "Allow" and (actions := _actions_of(service, grant))
    ]
    if not statements:
        raise ValueError(f"the role is granted nothing of {service}: leave its endpoint out")
    return iam.document(*statements)


def _policy(service: str, args: EndpointsArgs) -> pulumi.Output[str]:
    return pulumi.Output.json_dumps(
        pulumi.Output.all(
            *(pulumi.Output.all(each.role_arn, each.grants) for each in args.principals)
        ).apply(lambda known: endpoint_policy(service, [(role, grants) for role, grants in known]))
    )


def _actions_of(service: str, grant: iam.Statement) -> list[str]:
    given = grant["Action"]
    actions = [given] if isinstance(given, str) else cast("Sequence[str]", given)
    return [action for action in actions if action.startswith(f"{service}:")]


def _for_role(role_arn: str, condition: object) -> iam.Document:
    own = cast("Mapping[str, Mapping[str, object]]", condition or {})
    return {**own, "ArnEquals": {**own.get("ArnEquals", {}), "aws:PrincipalArn": role_arn}}
