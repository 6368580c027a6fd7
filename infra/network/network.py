"""A place in the user's network for the function."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pulumi
import pulumi_aws as aws

from infra.config.options import Settings
from infra.network.endpoints import HTTPS, EndpointPrincipal, Endpoints, EndpointsArgs
from infra.stack.context import StackContext


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

    @staticmethod
    def from_settings(
        settings: Settings, context: StackContext, principals: Sequence[EndpointPrincipal]
    ) -> "NetworkArgs":
        """Inputs of the network that the stack's functions run in.

        Args:
            principals: the functions' roles, if they reach AWS through endpoints of the stack.
        """
        endpoints = EndpointsArgs.from_settings(settings, context, principals)
        return NetworkArgs(
            vpc_id=settings.vpc_id,
            subnet_ids=settings.subnet_ids,
            security_group_ids=settings.security_group_ids,
            egress_cidr_blocks=settings.egress_cidr_blocks,
            endpoints=endpoints if settings.enable_vpc_endpoints else None,
            tags=context.tags,
        )

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
