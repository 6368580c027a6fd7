"""Security group and endpoints of functions in the user's network."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import pulumi
import pulumi_aws as aws

from infra.config.options import Settings
from infra.network.endpoints import HTTPS, EndpointPrincipal, Endpoints, EndpointsArgs
from infra.stack.context import StackContext
from infra.stack.naming import content_id
from infra.stack.secret_inputs import known_text


@dataclass(frozen=True, kw_only=True)
class NetworkArgs:
    """Inputs of `Network`.

    Raises:
        ValueError: when nothing is reachable from the function.
    """

    vpc_id: pulumi.Input[str]
    subnet_ids: Sequence[pulumi.Input[str]]
    """Subnets of the network, in two availability zones or more."""
    tags: Mapping[str, str]
    security_group_ids: Mapping[str, pulumi.Input[str]] = field(
        default_factory=dict[str, pulumi.Input[str]]
    )
    """Groups of the function, by names that the rules about them keep; empty: one is created."""
    egress_cidr_blocks: Sequence[str] = ()
    """Further addresses that the created group may connect to: the network's own addresses when it
    has endpoints already, or 0.0.0.0/0 behind a NAT gateway."""
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
            security_group_ids={
                content_id(each): known_text(each, settings.secrets)
                for each in settings.security_group_ids
            },
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
    """The security group and endpoints of a function in a network.

    Creates, unless groups are given, a security group that nothing can connect to, and that
        connects on port 443 to the endpoints and the given addresses only; optionally `Endpoints`.
    Outputs: `vpc_config` for the function.
    """

    vpc_config: aws.lambda_.FunctionVpcConfigArgsDict

    def __init__(
        self, name: str, args: NetworkArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("imagepipe:index:Network", name, None, opts)
        own = None if args.security_group_ids else self._security_group(name, args)
        groups = args.security_group_ids if own is None else {"function": own.id}
        endpoints = args.endpoints and Endpoints(
            f"{name}-endpoints",
            replace(args.endpoints, security_group_ids=groups),
            opts=pulumi.ResourceOptions(parent=self),
        )
        rules = [] if own is None else self._egress_rules(name, args, own, endpoints)
        self.vpc_config = {
            "subnet_ids": args.subnet_ids,
            # A function that uses these groups is created after their egress rules.
            "security_group_ids": pulumi.Output.all(
                *groups.values(), *(rule.id for rule in rules)
            ).apply(lambda ids: [str(known) for known in ids[: len(groups)]]),
        }
        self.register_outputs({"security_group_ids": self.vpc_config["security_group_ids"]})

    def _security_group(self, name: str, args: NetworkArgs) -> aws.ec2.SecurityGroup:
        """Create a group without rules: the provider removes AWS's default rule, egress to all."""
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
        def rule(
            role: str,
            to: str,
            *,
            prefix_list_id: pulumi.Input[str] | None = None,
            group_id: pulumi.Input[str] | None = None,
            cidr_block: str | None = None,
            former_role: str | None = None,
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
                opts=pulumi.ResourceOptions(
                    parent=self,
                    aliases=[pulumi.Alias(name=f"{name}-to-{former_role}")]
                    if former_role
                    else None,
                ),
            )

        rules = [
            rule(
                f"addresses-{content_id(block)}",
                block,
                cidr_block=block,
                former_role=f"addresses-{number}",
            )
            for number, block in enumerate(args.egress_cidr_blocks)
        ]
        if endpoints is None:
            return rules
        for service, prefix_list_id in endpoints.prefix_list_ids.items():
            rules.append(rule(service, service, prefix_list_id=prefix_list_id))
        if endpoints.security_group_id is not None:
            rules.append(
                rule("endpoints", "interface endpoints", group_id=endpoints.security_group_id)
            )
        return rules
