"""Proves what the function can reach in a network, who can reach it, and what that takes."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

import pulumi
import pytest

from infra.network.endpoints import EndpointPrincipal, EndpointsArgs, endpoint_policy
from infra.network.join import manage_network_interfaces
from infra.network.network import Network, NetworkArgs
from infra.stack import iam
from infra.stack.naming import content_id
from tests.infra.conftest import ACCOUNT_ID, REGION, Deploy, Deployment

ROLE = f"arn:aws:iam::{ACCOUNT_ID}:role/processor"
TAGS = {"Project": "imagepipe"}

GROUP = "ec2/securityGroup:SecurityGroup"
INGRESS = "vpc/securityGroupIngressRule:SecurityGroupIngressRule"
EGRESS = "vpc/securityGroupEgressRule:SecurityGroupEgressRule"
ENDPOINT = "ec2/vpcEndpoint:VpcEndpoint"

GRANTS = [
    iam.read_uploads("arn:aws:s3:::uploads"),
    iam.write_variants("arn:aws:s3:::processed"),
    iam.write_records(f"arn:aws:dynamodb:{REGION}:{ACCOUNT_ID}:table/images"),
    iam.publish(f"arn:aws:sns:{REGION}:{ACCOUNT_ID}:images"),
    iam.reject_uploads(f"arn:aws:sqs:{REGION}:{ACCOUNT_ID}:rejected"),
    iam.send_to_dead_letter_queue(f"arn:aws:sqs:{REGION}:{ACCOUNT_ID}:dead"),
    iam.use_key(f"arn:aws:kms:{REGION}:{ACCOUNT_ID}:key/k"),
]
SUBNETS = ["subnet-1", "subnet-2"]
ENDPOINTS = EndpointsArgs(
    vpc_id="vpc-1",
    subnet_ids=SUBNETS,
    route_table_ids=["rtb-1"],
    region=REGION,
    principals=[EndpointPrincipal(role_arn=ROLE, grants=GRANTS)],
    tags=TAGS,
)
CREATED = NetworkArgs(vpc_id="vpc-1", subnet_ids=SUBNETS, tags=TAGS, endpoints=ENDPOINTS)
GIVEN = replace(CREATED, security_group_ids={"a": "sg-1", "b": "sg-2"}, endpoints=None)


def _network(deploy: Deploy, args: NetworkArgs) -> Deployment:
    def program() -> None:
        network = Network("network", args)
        for key, value in network.vpc_config.items():
            pulumi.export(key, value)

    return deploy(program)


def test_groups_of_the_user_are_taken_as_they_are(deploy: Deploy) -> None:
    deployment = _network(deploy, GIVEN)
    assert deployment.outputs == {
        "subnet_ids": ["subnet-1", "subnet-2"],
        "security_group_ids": ["sg-1", "sg-2"],
    }
    assert [resource.name for resource in deployment.resources] == ["network"]


def test_a_created_group_lets_nothing_in_and_out_only_what_is_described(deploy: Deploy) -> None:
    deployment = _network(deploy, replace(CREATED, egress_cidr_blocks=["10.0.0.0/16"]))
    group = deployment.one(GROUP, "network-security-group")
    assert deployment.outputs["security_group_ids"] == ["network-security-group"]
    assert not {"ingress", "egress"} & set(group.inputs)
    rules = deployment.of_type(EGRESS)
    for rule in rules:
        assert rule.inputs["securityGroupId"] == "network-security-group"
        assert rule.inputs["description"]
        assert (rule.inputs["ipProtocol"], rule.inputs["fromPort"], rule.inputs["toPort"]) == (
            *("tcp", 443, 443),
        )
    named = {rule.name.removeprefix("network-to-"): rule.inputs for rule in rules}
    addresses = f"addresses-{content_id('10.0.0.0/16')}"
    assert set(named) == {addresses, "endpoints", "s3", "dynamodb"}
    assert named[addresses]["cidrIpv4"] == "10.0.0.0/16"
    assert named["endpoints"]["referencedSecurityGroupId"] == "network-endpoints-security-group"
    assert named["s3"]["prefixListId"] == f"pl-com.amazonaws.{REGION}.s3"


@pytest.mark.parametrize("groups", [{}, {"a": "sg-1", "b": "sg-2"}], ids=["created", "given"])
def test_endpoints_are_entered_by_the_function_alone(
    deploy: Deploy, groups: dict[str, pulumi.Input[str]]
) -> None:
    deployment = _network(deploy, replace(CREATED, security_group_ids=groups))
    rules = deployment.of_type(INGRESS)
    entering = {rule.inputs["referencedSecurityGroupId"] for rule in rules}
    assert entering == set(groups.values() or ["network-security-group"])
    for rule in rules:
        assert rule.inputs["securityGroupId"] == "network-endpoints-security-group"
        assert (rule.inputs["fromPort"], rule.inputs["toPort"]) == (443, 443)
        assert rule.inputs["description"]


def test_gateways_are_routes_and_interfaces_have_private_names_in_the_subnets(
    deploy: Deploy,
) -> None:
    deployment = _network(deploy, CREATED)
    endpoints = {
        str(endpoint.inputs["serviceName"]).rpartition(".")[2]: endpoint.inputs
        for endpoint in deployment.of_type(ENDPOINT)
    }
    assert set(endpoints) == {"s3", "dynamodb", "sqs", "sns"}
    assert endpoints["s3"]["serviceName"] == f"com.amazonaws.{REGION}.s3"
    for service in ("s3", "dynamodb"):
        assert endpoints[service]["vpcEndpointType"] == "Gateway"
        assert endpoints[service]["routeTableIds"] == ["rtb-1"]
    for service in ("sqs", "sns"):
        assert endpoints[service]["vpcEndpointType"] == "Interface"
        assert endpoints[service]["privateDnsEnabled"] is True
        assert endpoints[service]["subnetIds"] == ["subnet-1", "subnet-2"]
        assert endpoints[service]["securityGroupIds"] == ["network-endpoints-security-group"]


def test_a_gateway_that_the_route_tables_have_is_not_created_and_can_be_reached(
    deploy: Deploy,
) -> None:
    endpoints = replace(ENDPOINTS, gateways=("dynamodb",), existing_gateways=("s3",))
    deployment = _network(deploy, replace(CREATED, endpoints=endpoints))
    created = [each.inputs["serviceName"] for each in deployment.of_type(ENDPOINT)]
    assert f"com.amazonaws.{REGION}.s3" not in created
    assert f"com.amazonaws.{REGION}.dynamodb" in created
    reached = {each.inputs.get("prefixListId") for each in deployment.of_type(EGRESS)}
    assert {f"pl-com.amazonaws.{REGION}.{service}" for service in ("s3", "dynamodb")} <= reached


def test_without_interfaces_there_is_no_group_for_them(deploy: Deploy) -> None:
    deployment = _network(deploy, replace(CREATED, endpoints=replace(ENDPOINTS, interfaces=())))
    assert len(deployment.of_type(GROUP)) == 1
    assert deployment.of_type(INGRESS) == []
    assert len(deployment.of_type(EGRESS)) == 2


def test_everything_created_is_tagged_and_the_function_waits_for_its_ways_out(
    deploy: Deploy,
) -> None:
    deployment = _network(deploy, CREATED)
    made = [resource for resource in deployment.resources if resource.type.startswith("aws:")]
    assert made
    assert all(resource.inputs["tags"] == TAGS for resource in made)
    components = {r.urn for r in deployment.resources if r.type.startswith("imagepipe:")}
    assert components <= deployment.components_finished


def _statements(document: iam.Document) -> Sequence[Mapping[str, Any]]:
    return cast("Sequence[Mapping[str, Any]]", document["Statement"])


@pytest.mark.parametrize(
    ("service", "sids"),
    [
        ("s3", ["ReadUploads", "WriteVariants"]),
        ("dynamodb", ["WriteRecords"]),
        ("sns", ["Publish"]),
        ("sqs", ["RejectUploads", "SendToDeadLetterQueue"]),
        ("kms", ["UseKey"]),
    ],
)
def test_an_endpoint_lets_the_role_do_what_it_is_granted_and_no_more(
    service: str, sids: list[str]
) -> None:
    statements = _statements(endpoint_policy(service, [(ROLE, GRANTS)]))
    assert [statement["Sid"] for statement in statements] == sids
    granted = {grant["Sid"]: grant for grant in GRANTS}
    for statement in statements:
        assert statement["Condition"] == {"ArnEquals": {"aws:PrincipalArn": ROLE}}
        for field in ("Effect", "Action", "Resource"):
            assert statement[field] == granted[statement["Sid"]][field]


def test_a_condition_of_a_grant_is_kept_with_the_condition_on_the_role() -> None:
    grant = {
        "Sid": "Some",
        "Effect": "Allow",
        "Action": ["s3:GetObject", "kms:Decrypt"],
        "Resource": "arn:aws:s3:::uploads/*",
        "Condition": {"ArnEquals": {"aws:SourceArn": "arn:a"}, "Bool": {"aws:x": "true"}},
    }
    (statement,) = _statements(endpoint_policy("s3", [(ROLE, [grant])]))
    assert statement["Action"] == ["s3:GetObject"]
    assert statement["Condition"] == {
        "ArnEquals": {"aws:SourceArn": "arn:a", "aws:PrincipalArn": ROLE},
        "Bool": {"aws:x": "true"},
    }


def test_what_a_role_is_denied_opens_no_endpoint() -> None:
    deny = {**iam.publish("arn:aws:sns:::x"), "Effect": "Deny"}
    with pytest.raises(ValueError, match="granted nothing of sns: leave its endpoint out"):
        endpoint_policy("sns", [(ROLE, [deny])])


def test_each_endpoint_carries_its_policy(deploy: Deploy) -> None:
    for endpoint in _network(deploy, CREATED).of_type(ENDPOINT):
        service = str(endpoint.inputs["serviceName"]).rpartition(".")[2]
        assert json.loads(endpoint.inputs["policy"]) == endpoint_policy(service, [(ROLE, GRANTS)])


def test_a_function_that_could_reach_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="could reach nothing"):
        replace(CREATED, endpoints=None)


def test_the_role_may_join_networks_of_its_account_and_its_code_may_not() -> None:
    see, join, deny = manage_network_interfaces(
        partition="aws", region=REGION, account_id=ACCOUNT_ID
    )
    # the only `*` is where EC2 knows no resource
    assert see["Resource"] == "*"
    assert all(action.startswith("ec2:Describe") for action in cast("Sequence[str]", see["Action"]))
    assert join["Resource"] == f"arn:aws:ec2:{REGION}:{ACCOUNT_ID}:*/*"
    assert deny["Effect"] == "Deny"
    allowed = {*cast("Sequence[str]", see["Action"]), *cast("Sequence[str]", join["Action"])}
    assert set(cast("Sequence[str]", deny["Action"])) == allowed
    assert deny["Condition"] == {
        "ArnLike": {"lambda:SourceFunctionArn": f"arn:aws:lambda:{REGION}:{ACCOUNT_ID}:function:*"}
    }
