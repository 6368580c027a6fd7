"""Rules for security groups and VPC endpoints of a function in a VPC."""

from collections.abc import Iterator

from policy.documents import is_unknown, is_wild, statements
from policy.model import UNKNOWN, Finding, Level, Stack, rule
from policy.tokens import EGRESS, ENDPOINT, INGRESS, ROLE_POLICY, SECURITY_GROUP

HTTPS = 443
CIDR_BLOCKS = ("cidrIpv4", "cidrIpv6")
EVERYWHERE = frozenset(("0.0.0.0/0", "::/0"))
GATEWAYS = frozenset(("s3", "dynamodb"))


@rule(
    Level.OPTION,
    *("EC2.18", "EC2.19", "nag EC23", "CKV_AWS_24", "CKV_AWS_25", "CKV_AWS_260", "CKV_AWS_277"),
    next_step="allow a security group instead, with a SecurityGroupIngressRule",
)
def ingress_has_no_cidr_blocks(stack: Stack) -> Iterator[Finding]:
    """Ingress rules allow security groups only, not address ranges."""
    for found in stack.of_type(INGRESS):
        if any(found.inputs.get(key) for key in CIDR_BLOCKS):
            yield found, "it allows an address range"


@rule(
    Level.OPTION,
    *("CKV_AWS_382", "CKV_AWS_277"),
    next_step=f"set ipProtocol to tcp, and fromPort and toPort to {HTTPS}",
)
def security_group_rules_allow_https_only(stack: Stack) -> Iterator[Finding]:
    """Ingress and egress rules allow HTTPS only."""
    for found in stack.of_type(INGRESS, EGRESS):
        ports = {found.inputs.get("fromPort"), found.inputs.get("toPort")}
        if found.inputs.get("ipProtocol") != "tcp" or not ports <= {HTTPS, UNKNOWN}:
            yield found, f"it allows more than TCP port {HTTPS}"


@rule(
    Level.OPTION,
    *("EC2.18", "CKV_AWS_382"),
    next_step="create the endpoints, or set egressCidrBlocks to the addresses of existing ones",
    options=("egressCidrBlocks",),
)
def egress_is_restricted(stack: Stack) -> Iterator[Finding]:
    """A compromised function cannot send images to other addresses."""
    for found in stack.of_type(EGRESS):
        if any(found.inputs.get(key) in EVERYWHERE for key in CIDR_BLOCKS):
            yield found, "it allows all addresses"


@rule(
    Level.OPTION,
    *("CKV_AWS_23", "nag EC27"),
    next_step="set a description",
)
def security_groups_have_descriptions(stack: Stack) -> Iterator[Finding]:
    """Security groups and their rules have descriptions."""
    for found in stack.of_type(SECURITY_GROUP, INGRESS, EGRESS):
        if found.inputs.get("description") in (None, "", "Managed by Pulumi"):
            yield found, "it has no description"


@rule(
    Level.OPTION,
    "CKV2_AWS_5",
    next_step="use the group, or remove it",
)
def security_group_is_used(stack: Stack) -> Iterator[Finding]:
    """Every security group is attached to something."""
    for group in stack.of_type(SECURITY_GROUP):
        if not any(
            group in stack.nearest(user, key, SECURITY_GROUP)
            for user in stack.resources
            for key in ("vpcConfig", "securityGroupIds")
        ):
            yield group, "it is attached to nothing"


@rule(
    Level.OPTION,
    "WKLD.12",
    next_step="add a condition on aws:PrincipalArn with the role's ARN to each statement, and name"
    " its resources",
)
def endpoint_policy_is_restricted(stack: Stack) -> Iterator[Finding]:
    """An endpoint allows only the functions' roles, and only named resources."""
    for endpoint in stack.of_type(ENDPOINT):
        if not endpoint.inputs.get("policy"):
            yield endpoint, "it has the default policy, which allows everyone"
        for found in statements(endpoint):
            if found.allows and "aws:PrincipalArn" not in found.conditions:
                yield endpoint, "it allows everyone", found.sid
            if found.allows and any(is_wild(arn) for arn in found.resources):
                yield endpoint, "it allows resources by wildcard", found.sid


@rule(
    Level.OPTION,
    *("EC2.10", "WKLD.12"),
    next_step="add gateway endpoints of s3 and dynamodb, or let the function connect to the prefix"
    " lists of existing ones",
)
def s3_and_dynamodb_have_gateway_endpoints(stack: Stack) -> Iterator[Finding]:
    """A VPC with endpoints has gateway endpoints for S3 and DynamoDB, if a role uses them.

    Those that the stack does not create are known by the egress rules to their prefix lists.
    """
    endpoints = stack.of_type(ENDPOINT)
    services = {str(found.inputs.get("serviceName")).rpartition(".")[2] for found in endpoints}
    unknown = any(found.inputs.get("serviceName") is UNKNOWN for found in endpoints)
    missing = _used(stack) - services
    existing = [
        found
        for found in stack.of_type(EGRESS)
        if found.inputs.get("prefixListId") and not found.references.get("prefixListId")
    ]
    if endpoints and not unknown and len(existing) < len(missing):
        yield endpoints[0], f"its VPC has no gateway endpoint for {' and '.join(sorted(missing))}"


def _used(stack: Stack) -> frozenset[str]:
    """Return the gateway services that some role may call; all of them while that is unknown."""
    policies = stack.of_type(ROLE_POLICY)
    if any(is_unknown(policy) for policy in policies):
        return GATEWAYS
    granted = [found for policy in policies for found in statements(policy) if found.allows]
    return GATEWAYS & {action.partition(":")[0] for found in granted for action in found.actions}


RULES = (
    ingress_has_no_cidr_blocks,
    security_group_rules_allow_https_only,
    egress_is_restricted,
    security_groups_have_descriptions,
    security_group_is_used,
    endpoint_policy_is_restricted,
    s3_and_dynamodb_have_gateway_endpoints,
)
