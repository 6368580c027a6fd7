"""Rules about the network of a function, where it has one: the ways in and out."""

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
    next_step="let in a security group, with a SecurityGroupIngressRule",
)
def nobody_connects_from_outside(stack: Stack) -> Iterator[Finding]:
    """Only members of a security group can connect, and only to endpoints."""
    for found in stack.of_type(INGRESS):
        if any(found.inputs.get(key) for key in CIDR_BLOCKS):
            yield found, "it lets in addresses"


@rule(
    Level.OPTION,
    *("CKV_AWS_382", "CKV_AWS_277"),
    next_step=f"set ipProtocol to tcp, and fromPort and toPort to {HTTPS}",
)
def all_traffic_is_https(stack: Stack) -> Iterator[Finding]:
    """The ways in and out are open for HTTPS and nothing else."""
    for found in stack.of_type(INGRESS, EGRESS):
        ports = {found.inputs.get("fromPort"), found.inputs.get("toPort")}
        if found.inputs.get("ipProtocol") != "tcp" or not ports <= {HTTPS, UNKNOWN}:
            yield found, f"it is open for more than port {HTTPS}"


@rule(
    Level.OPTION,
    *("EC2.18", "CKV_AWS_382"),
    next_step="create the endpoints, or name the addresses of those that are there, in"
    " egressCidrBlocks",
)
def function_connects_to_aws_alone(stack: Stack) -> Iterator[Finding]:
    """A function that was taken over cannot send images away."""
    for found in stack.of_type(EGRESS):
        if any(found.inputs.get(key) in EVERYWHERE for key in CIDR_BLOCKS):
            yield found, "it leads everywhere"


@rule(
    Level.OPTION,
    *("CKV_AWS_23", "nag EC27"),
    next_step="set a description that says what it is for",
)
def ways_are_described(stack: Stack) -> Iterator[Finding]:
    """Whoever looks at a group or a rule later reads what it is for."""
    for found in stack.of_type(SECURITY_GROUP, INGRESS, EGRESS):
        if found.inputs.get("description") in (None, "", "Managed by Pulumi"):
            yield found, "it has no description"


@rule(
    Level.OPTION,
    "CKV2_AWS_5",
    next_step="use the group, or remove it",
)
def security_group_is_used(stack: Stack) -> Iterator[Finding]:
    """No group lies about that somebody may take for something else."""
    for group in stack.of_type(SECURITY_GROUP):
        if not any(
            group in stack.nearest(user, key, SECURITY_GROUP)
            for user in stack.resources
            for key in ("vpcConfig", "securityGroupIds")
        ):
            yield group, "nothing is in it"


@rule(
    Level.OPTION,
    "WKLD.12",
    next_step="narrow each statement by aws:PrincipalArn to the function's role, and name its"
    " resources",
)
def endpoint_lets_one_role_through(stack: Stack) -> Iterator[Finding]:
    """Nobody else uses an endpoint, nor reaches somebody else's buckets and tables over it."""
    for endpoint in stack.of_type(ENDPOINT):
        if not endpoint.inputs.get("policy"):
            yield endpoint, "it lets everybody through"
        for found in statements(endpoint):
            if found.allows and "aws:PrincipalArn" not in found.conditions:
                yield endpoint, "it lets everybody through", found.sid
            if found.allows and any(is_wild(arn) for arn in found.resources):
                yield endpoint, "it leads to resources that it does not name", found.sid


@rule(
    Level.OPTION,
    *("EC2.10", "WKLD.12"),
    next_step="add gateway endpoints of s3 and dynamodb",
)
def objects_and_records_stay_inside(stack: Stack) -> Iterator[Finding]:
    """Where there are endpoints, S3 and DynamoDB have theirs, if a role may use them."""
    endpoints = stack.of_type(ENDPOINT)
    services = {str(found.inputs.get("serviceName")).rpartition(".")[2] for found in endpoints}
    unknown = any(found.inputs.get("serviceName") is UNKNOWN for found in endpoints)
    if endpoints and not unknown and (missing := _used(stack) - services):
        yield endpoints[0], f"beside it, none leads to {' and '.join(sorted(missing))}"


def _used(stack: Stack) -> frozenset[str]:
    """Those of `GATEWAYS` that some role may call, as far as that is known."""
    policies = stack.of_type(ROLE_POLICY)
    if any(is_unknown(policy) for policy in policies):
        return GATEWAYS
    granted = [found for policy in policies for found in statements(policy) if found.allows]
    return GATEWAYS & {action.partition(":")[0] for found in granted for action in found.actions}


RULES = (
    nobody_connects_from_outside,
    all_traffic_is_https,
    function_connects_to_aws_alone,
    ways_are_described,
    security_group_is_used,
    endpoint_lets_one_role_through,
    objects_and_records_stay_inside,
)
