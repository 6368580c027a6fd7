"""Stacks that break the rules for TLS."""

from collections.abc import Sequence

from policy import tokens
from policy.rules import transport
from tests.policy.breakages import with_empty_policy, without, without_objects
from tests.policy.violating.case import FULL, Violating

CASES: Sequence[Violating] = (
    (transport.bucket_requires_tls, FULL, with_empty_policy(tokens.BUCKET_POLICY)),
    (transport.bucket_requires_tls, FULL, without_objects(tokens.BUCKET_POLICY)),
    (transport.bucket_requires_tls, FULL, without(tokens.BUCKET_POLICY)),
    (transport.queue_requires_tls, FULL, with_empty_policy(tokens.QUEUE_POLICY)),
    (transport.topic_requires_tls, FULL, with_empty_policy(tokens.TOPIC_POLICY)),
)
