"""Proves that the resource of a list's item depends on the item alone, and not on its position.

The engine deletes last. With names by position, the removal of the first of two items updates the
first resource into the second item, and then deletes the second resource: AWS, which knows one
attachment, subscription or rule of that content, ends with none.
"""

from collections.abc import Mapping
from typing import Any

import pytest

from infra.stack.naming import content_id
from tests.infra.conftest import DeployStack, Registered

POLICIES = ["arn:aws:iam::aws:policy/A", "arn:aws:iam::aws:policy/B"]
HOOKS = [{"protocol": "https", "endpoint": f"https://example.com/{path}"} for path in "ab"]
NETWORK = {
    "vpcId": "vpc-0a",
    "subnetIds": ["subnet-0a", "subnet-0b"],
    "routeTableIds": ["rtb-0a"],
}
GROUPS = {**NETWORK, "enableVpcEndpoints": True}

CASES: Mapping[str, tuple[str, Mapping[str, object], str, list[Any], str]] = {
    "policies": (
        "iam/rolePolicyAttachment:RolePolicyAttachment",
        {},
        "extraPolicyArns",
        [*POLICIES],
        "policyArn",
    ),
    "subscriptions": (
        "sns/topicSubscription:TopicSubscription",
        {},
        "subscriptions",
        [*HOOKS],
        "endpoint",
    ),
    "addresses": (
        "vpc/securityGroupEgressRule:SecurityGroupEgressRule",
        NETWORK,
        "egressCidrBlocks",
        ["10.0.0.0/16", "10.1.0.0/16"],
        "cidrIpv4",
    ),
    "groups": (
        "vpc/securityGroupIngressRule:SecurityGroupIngressRule",
        GROUPS,
        "securityGroupIds",
        ["sg-0a", "sg-0b"],
        "referencedSecurityGroupId",
    ),
}


def names(resources: list[Registered], content: str) -> dict[str, str]:
    return {str(each.inputs[content]): each.name for each in resources if content in each.inputs}


@pytest.mark.parametrize("case", CASES)
def test_an_item_keeps_its_resource_when_others_are_removed_or_come_before(
    deploy_stack: DeployStack, case: str
) -> None:
    token, options, key, items, content = CASES[case]
    both = names(deploy_stack("dev", **options, **{key: items}).of_type(token), content)
    assert len(both) == len(set(both.values())) == len(items)
    for kept in ([items[1]], [*reversed(items)]):
        found = names(deploy_stack("dev", **options, **{key: kept}).of_type(token), content)
        assert found.items() <= both.items()
        assert len(found) == len(kept)


def test_the_address_for_notifications_leaves_other_subscriptions_as_they_are(
    deploy_stack: DeployStack,
) -> None:
    token, _, _, items, content = CASES["subscriptions"]
    alone = names(deploy_stack("dev", subscriptions=items).of_type(token), content)
    joined = deploy_stack("dev", subscriptions=items, notificationEmail="a@example.com")
    assert alone.items() < names(joined.of_type(token), content).items()


def test_a_stack_with_numbered_resources_keeps_them(deploy_stack: DeployStack) -> None:
    for token, options, key, items, content in CASES.values():
        resources = deploy_stack("dev", **options, **{key: items}).of_type(token)
        former = {
            str(each.inputs[content]): each.aliases[0].rpartition("-")[2]
            for each in resources
            if each.aliases
        }
        expected = [each if isinstance(each, str) else str(each["endpoint"]) for each in items]
        assert former == {each: str(number) for number, each in enumerate(expected)}


def test_the_id_of_a_content_keeps_its_parts_apart() -> None:
    assert content_id("ab", "c") != content_id("a", "bc")
    assert content_id("ab", "c") == content_id("ab", "c")
