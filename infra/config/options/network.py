"""Options of the function's place in a network."""

from collections.abc import Iterator, Sequence
from ipaddress import ip_network
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from infra.config.changes import Put
from infra.config.findings import Finding, Refused
from infra.config.option_rules import OptionRules
from infra.config.options.base import Options, distinct

SubnetId = Annotated[str, StringConstraints(pattern=r"^subnet-[0-9a-f]+$")]
SecurityGroupId = Annotated[str, StringConstraints(pattern=r"^sg-[0-9a-f]+$")]
RouteTableId = Annotated[str, StringConstraints(pattern=r"^rtb-[0-9a-f]+$")]


def _network_address(block: str) -> str:
    try:
        ip_network(block)
    except ValueError as error:
        raise Refused(Finding(why=str(error), examples=_networks_of(block))) from None
    return block


def _networks_of(block: str) -> tuple[str, ...]:
    """The network that an address with host bits is in."""
    try:
        return (str(ip_network(block, strict=False)),)
    except ValueError:
        return ()


CidrBlock = Annotated[
    str,
    StringConstraints(pattern=r"^\d{1,3}(\.\d{1,3}){3}/\d{1,2}$"),
    AfterValidator(_network_address),
]


def _two_zones(subnets: tuple[str, ...]) -> tuple[str, ...]:
    """https://docs.aws.amazon.com/securityhub/latest/userguide/lambda-controls.html#lambda-5"""
    if len(subnets) == 1:
        raise ValueError("should be at least 2, in different availability zones")
    return subnets


class NetworkOptions(Options):
    """Where the function runs, when not in Lambda's own network."""

    subnet_ids: Annotated[
        tuple[SubnetId, ...], AfterValidator(_two_zones), AfterValidator(distinct)
    ]
    security_group_ids: Annotated[
        tuple[SecurityGroupId, ...], Field(max_length=5), AfterValidator(distinct)
    ]
    egress_cidr_blocks: Annotated[tuple[CidrBlock, ...], AfterValidator(distinct)]
    route_table_ids: Annotated[tuple[RouteTableId, ...], AfterValidator(distinct)]
    gateway_endpoints: Annotated[tuple[Literal["s3", "dynamodb"], ...], AfterValidator(distinct)]
    """A route table has one gateway endpoint of a service: AWS refuses a second one with
    RouteAlreadyExists. In shared subnets only the owner of the network can create them.
    https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html"""
    interface_endpoints: Annotated[tuple[Literal["sqs", "sns"], ...], AfterValidator(distinct)]
    enable_vpc_endpoints: bool
    vpc_id: Annotated[str, Field(pattern=r"^(|vpc-[0-9a-f]+)$")]


def endpoints_have_routes(
    enable_vpc_endpoints: bool, route_table_ids: Sequence[str], gateway_endpoints: Sequence[str]
) -> Iterator[Finding]:
    if enable_vpc_endpoints and gateway_endpoints and not route_table_ids:
        why = "needs routeTableIds, those of the subnets, or no gatewayEndpoints"
        yield Finding(why=why)


def network_goes_with_subnets(vpc_id: str, subnet_ids: Sequence[str]) -> Iterator[Finding]:
    if bool(vpc_id) != bool(subnet_ids):
        yield Finding(why="goes with subnetIds: set both, or neither")


def network_has_a_way_out(
    vpc_id: str,
    enable_vpc_endpoints: bool,
    egress_cidr_blocks: Sequence[str],
    security_group_ids: Sequence[str],
) -> Iterator[Finding]:
    if vpc_id and not (enable_vpc_endpoints or egress_cidr_blocks or security_group_ids):
        why = (
            "the function could reach nothing: set enableVpcEndpoints, egressCidrBlocks or"
            " securityGroupIds too"
        )
        yield Finding(why=why, instead=(Put(("egressCidrBlocks", 0), "0.0.0.0/0"),))


RULES: OptionRules = {
    "enable_vpc_endpoints": (endpoints_have_routes,),
    "vpc_id": (network_goes_with_subnets, network_has_a_way_out),
}
