"""Stacks that break the rules for queues, topics and dead-letter queues."""

import json
from collections.abc import Sequence

from policy import tokens
from policy.rules import messaging
from tests.policy.breakages import with_input, with_resource, with_statement
from tests.policy.violating.case import FULL, Violating

OPEN_QUEUE = {
    "Principal": {"Service": "events.amazonaws.com"},
    "Action": "sqs:*",
    "Resource": "arn:aws:sqs:us-east-1:123456789012:q",
}

CASES: Sequence[Violating] = (
    (messaging.queue_is_encrypted, FULL, with_input(tokens.QUEUE, kmsMasterKeyId="")),
    (messaging.queue_is_encrypted, FULL, with_input(tokens.QUEUE, kmsMasterKeyId="alias/aws/sqs")),
    (
        messaging.queue_uses_a_customer_managed_key,
        FULL,
        with_input(tokens.QUEUE, kmsMasterKeyId=None, sqsManagedSseEnabled=True),
    ),
    (
        messaging.queue_policy_allows_event_sources_only,
        FULL,
        with_statement(tokens.QUEUE_POLICY, **OPEN_QUEUE),
    ),
    (
        messaging.queue_policy_allows_event_sources_only,
        FULL,
        with_statement(tokens.QUEUE_POLICY, Principal="*", Action="sqs:SendMessage"),
    ),
    (
        messaging.queue_has_a_dead_letter_queue,
        FULL,
        with_input(tokens.QUEUE, "uploads-queue", redrivePolicy=None),
    ),
    (
        messaging.queue_has_a_dead_letter_queue,
        FULL,
        with_input(
            tokens.QUEUE,
            "uploads-queue",
            redrivePolicy=json.dumps({"deadLetterTargetArn": "x", "maxReceiveCount": 4}),
        ),
    ),
    (
        messaging.queue_has_a_dead_letter_queue,
        FULL,
        with_input(tokens.QUEUE, "rejected", redriveAllowPolicy=None),
    ),
    (
        messaging.dead_letter_queue_limits_its_sources,
        FULL,
        with_input(tokens.QUEUE, "dead-letters", redriveAllowPolicy=None),
    ),
    (
        messaging.dead_letter_queue_retains_longer,
        FULL,
        with_input(tokens.QUEUE, "dead-letters", messageRetentionSeconds=3600),
    ),
    (
        messaging.topic_uses_a_customer_managed_key,
        FULL,
        with_input(tokens.TOPIC, kmsMasterKeyId="alias/aws/sns"),
    ),
    (
        messaging.subscription_has_a_dead_letter_queue,
        FULL,
        with_resource(tokens.SUBSCRIPTION, protocol="https", endpoint="https://example.com"),
    ),
)
