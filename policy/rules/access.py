"""Rules about roles and policies: who may do what, and to which resources."""

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
    next_step=f"let {LAMBDA} assume the role, and nobody else",
)
def role_is_for_lambda_alone(stack: Stack) -> Iterator[Finding]:
    """Nobody but the Lambda service can take on the function's rights."""
    for role in stack.of_type(ROLE):
        trusted = [found for found in statements(role, "assumeRolePolicy") if found.allows]
        if not trusted and not is_unknown(role, "assumeRolePolicy"):
            yield role, "it says not who may assume it"
        for found in trusted:
            if (found.services, found.accounts) != ((LAMBDA,), ()):
                yield role, "others than Lambda may assume it", found.sid


@rule(
    Level.ALWAYS,
    *("nag IAM4", "CKV_AWS_274"),
    next_step="write what the role needs into its own inline policy",
)
def role_has_no_managed_policy(stack: Stack) -> Iterator[Finding]:
    """What a role may do is written in the program, and not in a policy that AWS may widen."""
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
    next_step="spell actions and resources out; isolate actions that know no resource in a"
    " statement of their own, and name it in policy/suppressions.py",
)
def role_policy_spells_out_what_it_allows(stack: Stack) -> Iterator[Finding]:
    """A role may do what the handler does, to the resources that it does it to."""
    for policy, found in _allowed(stack, ROLE_POLICY):
        if found.excepts or any("*" in action for action in found.actions):
            yield policy, "it allows actions that it does not name", found.sid
        if any(is_wild(arn) for arn in found.resources):
            yield policy, "it allows actions on resources that it does not name", found.sid


@rule(Level.ALWAYS, *("KMS.1", "KMS.2"), next_step="name the key in the statement")
def role_decrypts_with_named_keys_only(stack: Stack) -> Iterator[Finding]:
    """A role cannot read what is encrypted under other keys of the account."""
    for policy, found in _allowed(stack, ROLE_POLICY):
        if any(action.startswith(("kms:", "*")) for action in found.actions) and any(
            "*" in arn for arn in found.resources
        ):
            yield policy, "it allows the use of any key", found.sid


@rule(
    Level.ALWAYS,
    *("S3.2", "S3.3", "S3.6", "CKV_AWS_70", "CKV2_AWS_43", "SNS.4", "CKV_AWS_169", "CKV_AWS_385"),
    next_step="name one service, with conditions on aws:SourceArn and aws:SourceAccount; what a"
    " role of the account may do is said in its own policy",
)
def resource_policy_lets_in_services_for_one_source(stack: Stack) -> Iterator[Finding]:
    """Buckets, queues and topics are open to services of AWS for one source of the account only."""
    for policy, found in _allowed(stack, BUCKET_POLICY, QUEUE_POLICY, TOPIC_POLICY):
        if found.accounts or found.excepts:
            yield policy, "it lets in somebody who is not a service", found.sid
        elif not found.conditions.keys() >= NARROWED:
            yield policy, "it lets a service in on behalf of anybody", found.sid


@rule(
    Level.ALWAYS,
    *("S3.6", "CKV_AWS_93"),
    next_step="give the denial a condition",
)
def resource_policy_locks_nobody_out(stack: Stack) -> Iterator[Finding]:
    """What is denied to everybody is denied under a condition: else only root could undo it."""
    for policy in stack.of_type(BUCKET_POLICY, QUEUE_POLICY, TOPIC_POLICY):
        for found in statements(policy):
            if not found.allows and found.is_open and not found.conditions:
                yield policy, "it denies everybody everything that it names", found.sid


RULES = (
    role_is_for_lambda_alone,
    role_has_no_managed_policy,
    role_policy_spells_out_what_it_allows,
    role_decrypts_with_named_keys_only,
    resource_policy_lets_in_services_for_one_source,
    resource_policy_locks_nobody_out,
)
