"""Stacks that break the rules for security groups and endpoints."""

from collections.abc import Sequence

from policy import tokens
from policy.rules import network
from tests.policy.breakages import (
    with_input,
    with_resource,
    with_statement,
    without,
    without_condition,
)
from tests.policy.violating.case import FULL, Violating

CASES: Sequence[Violating] = (
    (
        network.ingress_has_no_cidr_blocks,
        FULL,
        with_input(tokens.INGRESS, cidrIpv4="0.0.0.0/0"),
    ),
    (network.security_group_rules_allow_https_only, FULL, with_input(tokens.INGRESS, toPort=65535)),
    (
        network.security_group_rules_allow_https_only,
        FULL,
        with_input(tokens.EGRESS, ipProtocol="-1"),
    ),
    (network.egress_is_restricted, FULL, with_input(tokens.EGRESS, cidrIpv6="::/0")),
    (network.security_groups_have_descriptions, FULL, with_input(tokens.EGRESS, description=None)),
    (network.security_group_is_used, FULL, with_resource(tokens.SECURITY_GROUP)),
    (
        network.endpoint_policy_is_restricted,
        FULL,
        without_condition(tokens.ENDPOINT, "aws:PrincipalArn"),
    ),
    (network.endpoint_policy_is_restricted, FULL, with_input(tokens.ENDPOINT, policy=None)),
    (
        network.endpoint_policy_is_restricted,
        FULL,
        with_statement(
            tokens.ENDPOINT,
            Resource="*",
            Condition={"ArnEquals": {"aws:PrincipalArn": "arn:aws:iam::123456789012:role/x"}},
        ),
    ),
    (network.s3_and_dynamodb_have_gateway_endpoints, FULL, without(tokens.ENDPOINT, "-dynamodb")),
)
