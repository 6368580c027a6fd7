"""Options of the function's place in a network."""

from typing import Annotated, Literal, cast

from pydantic import Field, StringConstraints, ValidationInfo, field_validator

from infra.config.changes import Put
from infra.config.findings import Finding, Refused
from infra.config.options.base import Options

SubnetId = Annotated[str, StringConstraints(pattern=r"^subnet-[0-9a-f]+$")]
SecurityGroupId = Annotated[str, StringConstraints(pattern=r"^sg-[0-9a-f]+$")]
RouteTableId = Annotated[str, StringConstraints(pattern=r"^rtb-[0-9a-f]+$")]
CidrBlock = Annotated[str, StringConstraints(pattern=r"^\d{1,3}(\.\d{1,3}){3}/\d{1,2}$")]


class NetworkOptions(Options):
    """Where the function runs, when not in Lambda's own network."""

    subnet_ids: tuple[SubnetId, ...]
    security_group_ids: Annotated[tuple[SecurityGroupId, ...], Field(max_length=5)]
    egress_cidr_blocks: tuple[CidrBlock, ...]
    route_table_ids: tuple[RouteTableId, ...]
    interface_endpoints: tuple[Literal["sqs", "sns"], ...]
    enable_vpc_endpoints: bool
    vpc_id: Annotated[str, Field(pattern=r"^(|vpc-[0-9a-f]+)$")]

    @field_validator("subnet_ids")
    @classmethod
    def _span_two_zones(cls, subnets: tuple[str, ...]) -> tuple[str, ...]:
        """https://docs.aws.amazon.com/securityhub/latest/userguide/lambda-controls.html#lambda-5"""
        if len(subnets) == 1:
            raise ValueError("should be at least 2, in different availability zones")
        return subnets

    @field_validator("enable_vpc_endpoints")
    @classmethod
    def _have_routes(cls, enabled: bool, info: ValidationInfo) -> bool:
        if enabled and not info.data.get("route_table_ids"):
            raise ValueError("needs routeTableIds, those of the subnets")
        return enabled

    @field_validator("vpc_id")
    @classmethod
    def _is_a_place_to_be(cls, vpc_id: str, info: ValidationInfo) -> str:
        subnets = cast("tuple[str, ...]", info.data.get("subnet_ids", ()))
        if bool(vpc_id) != bool(subnets):
            raise ValueError("goes with subnetIds: set both, or neither")
        ways = ("enable_vpc_endpoints", "egress_cidr_blocks", "security_group_ids")
        if vpc_id and not any(info.data.get(way) for way in ways):
            why = (
                "the function could reach nothing: set enableVpcEndpoints, egressCidrBlocks or"
                " securityGroupIds too"
            )
            raise Refused(Finding(why=why, instead=(Put(("egressCidrBlocks", 0), "0.0.0.0/0"),)))
        return vpc_id
