"""Create security groups, their rules and VPC endpoints. VPCs belong to the user."""

from typing import Any

from local.clients import Clients
from local.inputs import Inputs
from local.resources.resource_state import Provisioners, ResourceState

DEFAULT_EGRESS: Any = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
"""Egress rule that AWS adds to each new group, and that pulumi-aws removes:
https://www.pulumi.com/registry/packages/aws/api-docs/ec2/securitygroup/"""


def _security_group(clients: Clients, inputs: Inputs, logical_name: str) -> ResourceState:
    inputs.without_effect("revokeRulesOnDelete")
    name = inputs.name(logical_name)
    group = clients.ec2.create_security_group(
        GroupName=name, TagSpecifications=_tags(inputs, "security-group"), **inputs.rest()
    )
    group_id = group["GroupId"]
    clients.ec2.revoke_security_group_egress(GroupId=group_id, IpPermissions=DEFAULT_EGRESS)
    return group_id, {"arn": _arn(clients, f"security-group/{group_id}"), "name": name}


def _egress_rule(clients: Clients, inputs: Inputs, _name: str) -> ResourceState:
    return _rule(clients, inputs, clients.ec2.authorize_security_group_egress)


def _ingress_rule(clients: Clients, inputs: Inputs, _name: str) -> ResourceState:
    return _rule(clients, inputs, clients.ec2.authorize_security_group_ingress)


def _rule(clients: Clients, inputs: Inputs, authorize: Any) -> ResourceState:
    group_id = inputs.text("securityGroupId")
    description = inputs.text_or_none("description")
    about = {"Description": description} if description else {}
    peers = {
        "IpRanges": ("CidrIp", inputs.text_or_none("cidrIpv4")),
        "Ipv6Ranges": ("CidrIpv6", inputs.text_or_none("cidrIpv6")),
        "PrefixListIds": ("PrefixListId", inputs.text_or_none("prefixListId")),
        "UserIdGroupPairs": ("GroupId", inputs.text_or_none("referencedSecurityGroupId")),
    }
    given = {field: [{key: peer, **about}] for field, (key, peer) in peers.items() if peer}
    tags = _tags(inputs, "security-group-rule")
    answer = authorize(
        GroupId=group_id, TagSpecifications=tags, IpPermissions=[{**inputs.rest(), **given}]
    )
    rule_id = answer["SecurityGroupRules"][0]["SecurityGroupRuleId"]
    return rule_id, {
        "arn": _arn(clients, f"security-group-rule/{rule_id}"),
        "securityGroupRuleId": rule_id,
    }


def _vpc_endpoint(clients: Clients, inputs: Inputs, _name: str) -> ResourceState:
    service = inputs.text("serviceName")
    endpoint = clients.ec2.create_vpc_endpoint(
        ServiceName=service,
        TagSpecifications=_tags(inputs, "vpc-endpoint"),
        **inputs.rest(policy="PolicyDocument"),
    )["VpcEndpoint"]
    endpoint_id = endpoint["VpcEndpointId"]
    lists = clients.ec2.describe_prefix_lists(
        Filters=[{"Name": "prefix-list-name", "Values": [service]}]
    )["PrefixLists"]
    return endpoint_id, {
        "arn": _arn(clients, f"vpc-endpoint/{endpoint_id}"),
        "prefixListId": lists[0]["PrefixListId"] if lists else None,
    }


def _tags(inputs: Inputs, kind: str) -> Any:
    tags = inputs.tags()
    return [{"ResourceType": kind, "Tags": tags}] if tags else []


def _arn(clients: Clients, resource: str) -> str:
    account_id = clients.sts.get_caller_identity()["Account"]
    return f"arn:aws:ec2:{clients.region}:{account_id}:{resource}"


PROVISIONERS: Provisioners = {
    "aws:ec2/securityGroup:SecurityGroup": _security_group,
    "aws:ec2/vpcEndpoint:VpcEndpoint": _vpc_endpoint,
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": _egress_rule,
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": _ingress_rule,
}
