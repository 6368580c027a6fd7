"""Stacks that break the rules for roles and resource policies."""

from collections.abc import Sequence

from policy import tokens
from policy.rules import access
from tests.policy.breakages import (
    with_empty_policy,
    with_input,
    with_resource,
    with_statement,
    without_condition,
)
from tests.policy.violating.case import FULL, Violating

CASES: Sequence[Violating] = (
    (
        access.role_trusts_lambda_only,
        FULL,
        with_statement(
            tokens.ROLE, "", "assumeRolePolicy", Principal={"AWS": "*"}, Action="sts:AssumeRole"
        ),
    ),
    (access.role_trusts_lambda_only, FULL, with_empty_policy(tokens.ROLE, key="assumeRolePolicy")),
    (
        access.role_has_no_managed_policy,
        FULL,
        with_input(tokens.ROLE, managedPolicyArns=["arn:aws:iam::aws:policy/Admin"]),
    ),
    (
        access.role_has_no_managed_policy,
        FULL,
        with_resource(tokens.ROLE_ATTACHMENT, policyArn="arn:aws:iam::aws:policy/Admin"),
    ),
    *(
        (
            access.role_policy_has_no_wildcards,
            FULL,
            with_statement(tokens.ROLE_POLICY, **statement),
        )
        for statement in (
            {"Action": "s3:*", "Resource": "arn:aws:s3:::b"},
            {"Action": "s3:GetObject", "Resource": "*"},
            {"Action": "s3:GetObject", "Resource": "arn:aws:s3:::*/*"},
            {"NotAction": "s3:GetObject", "Resource": "arn:aws:s3:::b"},
        )
    ),
    (
        access.role_uses_named_keys_only,
        FULL,
        with_statement(
            tokens.ROLE_POLICY,
            Action=["kms:Decrypt"],
            Resource="arn:aws:kms:us-east-1:123456789012:key/*",
        ),
    ),
    *(
        (
            access.resource_policy_allows_scoped_services_only,
            FULL,
            with_statement(token, Action="x:Y", Resource="arn", Principal=principal),
        )
        for token in (tokens.BUCKET_POLICY, tokens.QUEUE_POLICY, tokens.TOPIC_POLICY)
        for principal in ("*", {"AWS": "999999999999"}, {"Service": "s3.amazonaws.com"})
    ),
    (
        access.resource_policy_allows_scoped_services_only,
        FULL,
        without_condition(tokens.QUEUE_POLICY, "aws:SourceAccount", "uploads"),
    ),
    (
        access.resource_policy_deny_has_a_condition,
        FULL,
        with_statement(tokens.BUCKET_POLICY, Effect="Deny", Principal="*", Action="s3:*"),
    ),
)
