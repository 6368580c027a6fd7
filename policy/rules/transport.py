"""Rules about the way to buckets, queues and topics: TLS, or none."""

from collections.abc import Iterator

from policy.documents import is_unknown, refuses_plain_http, statements
from policy.model import Finding, Level, Resource, Stack, rule
from policy.tokens import BUCKET, BUCKET_POLICY, QUEUE, QUEUE_POLICY, TOPIC, TOPIC_POLICY

NEXT_STEP = "deny what has aws:SecureTransport false, as infra.stack.iam.deny_plain_http does"


def _open_to_plain_http(
    stack: Stack, token: str, policy_token: str, key: str
) -> Iterator[tuple[Resource, list[str]]]:
    """Resources, with what of them a policy keeps plain HTTP from."""
    for resource in stack.of_type(token):
        policies = stack.about(resource, policy_token, key)
        if not any(is_unknown(policy) for policy in policies):
            yield (
                resource,
                [
                    arn
                    for policy in policies
                    for found in statements(policy)
                    if refuses_plain_http(found)
                    for arn in found.resources
                ],
            )


@rule(Level.ALWAYS, "S3.5", "nag S10", "CKV_AWS_379", next_step=NEXT_STEP)
def bucket_refuses_plain_http(stack: Stack) -> Iterator[Finding]:
    """Nobody reads or writes objects without TLS, nor lists them."""
    for bucket, kept in _open_to_plain_http(stack, BUCKET, BUCKET_POLICY, "bucket"):
        objects = [arn for arn in kept if arn.endswith("/*")]
        if not objects or len(objects) == len(kept):
            yield bucket, "its policy lets plain HTTP through to the bucket, its objects or both"


@rule(Level.ALWAYS, "nag SQS4", next_step=NEXT_STEP)
def queue_refuses_plain_http(stack: Stack) -> Iterator[Finding]:
    """Nobody sends or receives messages without TLS, dead letters included."""
    for queue, kept in _open_to_plain_http(stack, QUEUE, QUEUE_POLICY, "queueUrl"):
        if not kept:
            yield queue, "its policy lets plain HTTP through"


@rule(Level.ALWAYS, "nag SNS3", next_step=NEXT_STEP)
def topic_refuses_plain_http(stack: Stack) -> Iterator[Finding]:
    """Nobody publishes without TLS."""
    for topic, kept in _open_to_plain_http(stack, TOPIC, TOPIC_POLICY, "arn"):
        if not kept:
            yield topic, "its policy lets plain HTTP through"


RULES = (bucket_refuses_plain_http, queue_refuses_plain_http, topic_refuses_plain_http)
