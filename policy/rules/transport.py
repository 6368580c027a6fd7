"""Rules that buckets, queues and topics deny requests without TLS."""

from collections.abc import Iterator

from policy.documents import denies_plain_http, is_unknown, statements
from policy.model import Finding, Level, Resource, Stack, rule
from policy.tokens import BUCKET, BUCKET_POLICY, QUEUE, QUEUE_POLICY, TOPIC, TOPIC_POLICY

NEXT_STEP = "deny requests with aws:SecureTransport false, as infra.stack.iam.deny_plain_http does"


def _arns_that_deny_plain_http(
    stack: Stack, token: str, policy_token: str, key: str
) -> Iterator[tuple[Resource, list[str]]]:
    """Return each resource with the ARNs for which its policies deny plain HTTP."""
    for resource in stack.of_type(token):
        policies = stack.about(resource, policy_token, key)
        if not any(is_unknown(policy) for policy in policies):
            yield (
                resource,
                [
                    arn
                    for policy in policies
                    for found in statements(policy)
                    if denies_plain_http(found)
                    for arn in found.resources
                ],
            )


@rule(Level.ALWAYS, "S3.5", "nag S10", "CKV_AWS_379", next_step=NEXT_STEP)
def bucket_requires_tls(stack: Stack) -> Iterator[Finding]:
    """A bucket denies requests without TLS, for itself and for its objects."""
    for bucket, arns in _arns_that_deny_plain_http(stack, BUCKET, BUCKET_POLICY, "bucket"):
        objects = [arn for arn in arns if arn.endswith("/*")]
        if not objects or len(objects) == len(arns):
            yield bucket, "its policy allows plain HTTP to the bucket, its objects or both"


@rule(Level.ALWAYS, "nag SQS4", next_step=NEXT_STEP)
def queue_requires_tls(stack: Stack) -> Iterator[Finding]:
    """A queue denies requests without TLS; dead-letter queues too."""
    for queue, arns in _arns_that_deny_plain_http(stack, QUEUE, QUEUE_POLICY, "queueUrl"):
        if not arns:
            yield queue, "its policy allows plain HTTP"


@rule(Level.ALWAYS, "nag SNS3", next_step=NEXT_STEP)
def topic_requires_tls(stack: Stack) -> Iterator[Finding]:
    """A topic denies requests without TLS."""
    for topic, arns in _arns_that_deny_plain_http(stack, TOPIC, TOPIC_POLICY, "arn"):
        if not arns:
            yield topic, "its policy allows plain HTTP"


RULES = (bucket_requires_tls, queue_requires_tls, topic_requires_tls)
