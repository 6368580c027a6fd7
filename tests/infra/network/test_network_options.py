"""Proves which network the function of a stack joins, and what is created in it."""

from collections.abc import Mapping

from tests.infra.conftest import DeployStack
from tests.infra.tokens import FUNCTION

NETWORK: Mapping[str, object] = {"vpcId": "vpc-0a", "subnetIds": ["subnet-0a", "subnet-0b"]}


def test_without_a_network_the_function_and_its_role_refer_to_none(
    deploy_stack: DeployStack,
) -> None:
    deployment = deploy_stack("dev")
    assert "vpcConfig" not in deployment.one(FUNCTION).inputs
    assert "ec2:" not in deployment.one("iam/rolePolicy:RolePolicy").inputs["policy"]


def test_in_a_network_the_function_gets_out_by_the_endpoints_alone(
    deploy_stack: DeployStack,
) -> None:
    deployment = deploy_stack(
        "dev",
        **NETWORK,
        routeTableIds=["rtb-0a"],
        enableVpcEndpoints=True,
    )
    config = deployment.one(FUNCTION).inputs["vpcConfig"]
    assert config["subnetIds"] == ["subnet-0a", "subnet-0b"]
    assert len(config["securityGroupIds"]) == 1
    endpoints = deployment.of_type("ec2/vpcEndpoint:VpcEndpoint")
    assert {endpoint.inputs["serviceName"].rpartition(".")[2] for endpoint in endpoints} == {
        *("s3", "dynamodb", "sqs", "sns"),
    }
    ways = deployment.of_type("vpc/securityGroupEgressRule:SecurityGroupEgressRule")
    assert ways
    assert all((way.inputs["fromPort"], way.inputs["toPort"]) == (443, 443) for way in ways)
    assert not any("cidrIpv4" in way.inputs for way in ways)


def test_in_shared_subnets_no_gateway_is_created(deploy_stack: DeployStack) -> None:
    deployment = deploy_stack(
        "dev",
        **NETWORK,
        enableVpcEndpoints=True,
        gatewayEndpoints=[],
    )
    endpoints = deployment.of_type("ec2/vpcEndpoint:VpcEndpoint")
    assert {each.inputs["vpcEndpointType"] for each in endpoints} == {"Interface"}
    ways = deployment.of_type("vpc/securityGroupEgressRule:SecurityGroupEgressRule")
    assert len([way for way in ways if way.inputs.get("prefixListId")]) == 2


def test_without_records_the_gateway_of_dynamodb_is_neither_created_nor_looked_up(
    deploy_stack: DeployStack,
) -> None:
    deployment = deploy_stack(
        "dev",
        **NETWORK,
        enableVpcEndpoints=True,
        gatewayEndpoints=[],
        enableRecords=False,
    )
    ways = deployment.of_type("vpc/securityGroupEgressRule:SecurityGroupEgressRule")
    lists = [way.inputs["prefixListId"] for way in ways if way.inputs.get("prefixListId")]
    assert lists == ["pl-com.amazonaws.us-east-1.s3"]


def test_with_security_groups_given_nothing_is_created_in_a_network(
    deploy_stack: DeployStack,
) -> None:
    deployment = deploy_stack(
        "dev",
        **NETWORK,
        securityGroupIds=["sg-0a"],
    )
    assert deployment.one(FUNCTION).inputs["vpcConfig"]["securityGroupIds"] == ["sg-0a"]
    assert deployment.of_type("ec2/securityGroup:SecurityGroup") == []
    assert "ManageNetworkInterfaces" in deployment.one("iam/rolePolicy:RolePolicy").inputs["policy"]
