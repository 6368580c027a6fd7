"""Rules for IAM roles and resource policies."""

from collections.abc import Iterator

from policy.documents import Statement, is_unknown, is_wild, statements
from policy.model import UNKNOWN, Finding, Level, Resource, Stack, listed, rule
from policy.tokens import (
    BUCKET_POLICY,
    QUEUE_POLICY,
    ROLE,
    ROLE_ATTACHMENT,
    ROLE_POLICY,
    TOPIC_POLICY,
)

LAMBDA = "lambda.amazonaws.com"
NARROWED = frozenset(("aws:SourceArn", "aws:SourceAccount"))


def _allowed(stack: Stack, *tokens: str) -> Iterator[tuple[Resource, Statement]]:
    for policy in stack.of_type(*tokens):
        for found in statements(policy):
            if found.allows:
                yield policy, found


@rule(
    Level.ALWAYS,
    *("CKV_AWS_60", "CKV_AWS_61"),
    next_step=f"let only {LAMBDA} assume the role",
)
def role_trusts_lambda_only(stack: Stack) -> Iterator[Finding]:
    """Only the Lambda service can assume the function's role."""
    for role in stack.of_type(ROLE):
        trusted = [found for found in statements(role, "assumeRolePolicy") if found.allows]
        if not trusted and not is_unknown(role, "assumeRolePolicy"):
            yield role, "its trust policy allows no principal"
        for found in trusted:
            if (found.services, found.accounts) != ((LAMBDA,), ()):
                yield role, "principals other than Lambda may assume it", found.sid


@rule(
    Level.ALWAYS,
    *("nag IAM4", "CKV_AWS_274"),
    next_step="write the permissions of the role into its inline policy",
    options=("extraPolicyArns",),
)
def role_has_no_managed_policy(stack: Stack) -> Iterator[Finding]:
    """Permissions are written in the program, not in a managed policy that AWS may extend."""
    for role in stack.of_type(ROLE):
        if listed(role.inputs.get("managedPolicyArns")) and not stack.about(
            role, ROLE_ATTACHMENT, "role"
        ):
            yield role, "it has managed policies"
    for attachment in stack.of_type(ROLE_ATTACHMENT):
        policy_arn = attachment.inputs.get("policyArn")
        yield attachment, f"it attaches {'a policy' if policy_arn is UNKNOWN else policy_arn}"


@rule(
    Level.ALWAYS,
    *("IAM.1", "IAM.21", "nag IAM5", "CKV_AWS_62", "CKV_AWS_63", "CKV_AWS_286", "CKV_AWS_287"),
    *("CKV_AWS_288", "CKV_AWS_289", "CKV_AWS_290", "CKV_AWS_355", "CKV2_AWS_40"),
    "Serverless/LambdaStarPermissions",
    next_step="name actions and resources; put actions without resource ARNs into a statement of"
    " their own, and list it in policy/suppressions.py",
)
def role_policy_has_no_wildcards(stack: Stack) -> Iterator[Finding]:
    """A role allows only the actions that the handler uses, on the resources that it uses."""
    for policy, found in _allowed(stack, ROLE_POLICY):
        if found.excepts or any("*" in action for action in found.actions):
            yield policy, "it allows actions by wildcard or by exception", found.sid
        if any(is_wild(arn) for arn in found.resources):
            yield policy, "it allows actions on resources by wildcard", found.sid


@rule(Level.ALWAYS, *("KMS.1", "KMS.2"), next_step="name the key in the statement")
def role_uses_named_keys_only(stack: Stack) -> Iterator[Finding]:
    """A role cannot use other KMS keys of the account."""
    for policy, found in _allowed(stack, ROLE_POLICY):
        if any(action.startswith(("kms:", "*")) for action in found.actions) and any(
            "*" in arn for arn in found.resources
        ):
            yield policy, "it allows the use of keys by wildcard", found.sid


@rule(
    Level.ALWAYS,
    *("S3.2", "S3.3", "S3.6", "CKV_AWS_70", "CKV2_AWS_43", "SNS.4", "CKV_AWS_169", "CKV_AWS_385"),
    next_step="name one service, with conditions on aws:SourceArn and aws:SourceAccount; grant"
    " permissions of a role in the role's own policy",
)
def resource_policy_allows_scoped_services_only(stack: Stack) -> Iterator[Finding]:
    """Resource policies allow only AWS services, each for one source of the account."""
    for policy, found in _allowed(stack, BUCKET_POLICY, QUEUE_POLICY, TOPIC_POLICY):
        if found.accounts or found.excepts:
            yield policy, "it allows a principal that is not a service", found.sid
        elif not found.conditions.keys() >= NARROWED:
            yield policy, "it allows a service for any source", found.sid


@rule(
    Level.ALWAYS,
    *("S3.6", "CKV_AWS_93"),
    next_step="add a condition to the Deny statement",
)
def resource_policy_deny_has_a_condition(stack: Stack) -> Iterator[Finding]:
    """A Deny for everyone has a condition; without one, only root could remove it."""
    for policy in stack.of_type(BUCKET_POLICY, QUEUE_POLICY, TOPIC_POLICY):
        for found in statements(policy):
            if not found.allows and found.is_open and not found.conditions:
                yield policy, "it denies everyone without a condition", found.sid


RULES = (
    role_trusts_lambda_only,
    role_has_no_managed_policy,
    role_policy_has_no_wildcards,
    role_uses_named_keys_only,
    resource_policy_allows_scoped_services_only,
    resource_policy_deny_has_a_condition,
)
