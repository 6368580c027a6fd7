"""Rules for queues, topics and dead-letter queues."""

import json
from collections.abc import Iterator
from typing import Any

from policy.documents import statements
from policy.model import UNKNOWN, Finding, Level, Resource, Stack, dig, is_at_least, rule
from policy.tokens import QUEUE, QUEUE_POLICY, SUBSCRIPTION, TOPIC

EVENT_SOURCES = frozenset(("s3.amazonaws.com", "events.amazonaws.com", "sns.amazonaws.com"))
LEAST_RECEIVES = 5
"""https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html"""
DEFAULT_RETENTION_SECONDS = 4 * 24 * 3600
PROTOCOLS_TO_PEOPLE = frozenset(("email", "email-json", "sms"))
"""Protocols for which no dead-letter queue is required."""


def _parsed(queue: Resource, key: str) -> Any:
    text = queue.inputs.get(key)
    return json.loads(text) if isinstance(text, str) and text else text


def _dead_letter_queues(stack: Stack) -> list[Resource]:
    """Return the queues that are a redrive target or have a redrive allow policy."""
    targets = {
        found.urn
        for queue in stack.of_type(QUEUE)
        for found in stack.nearest(queue, "redrivePolicy", QUEUE)
    }
    return [
        queue
        for queue in stack.of_type(QUEUE)
        if queue.urn in targets or queue.inputs.get("redriveAllowPolicy")
    ]


@rule(
    Level.ALWAYS,
    *("SQS.1", "nag SQS2", "CKV_AWS_27"),
    next_step="set sqsManagedSseEnabled, or kmsMasterKeyId to a key of your own",
)
def queue_is_encrypted(stack: Stack) -> Iterator[Finding]:
    """Messages are encrypted at rest, with a key that S3 may use.

    The AWS managed key for SQS does not allow S3, so S3's events would be lost:
    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
    """
    for queue in stack.of_type(QUEUE):
        key = queue.inputs.get("kmsMasterKeyId")
        if key == "alias/aws/sqs":
            yield queue, "S3 may not use the key alias/aws/sqs"
        elif not key and not queue.inputs.get("sqsManagedSseEnabled"):
            yield queue, "it is not encrypted"


@rule(Level.PROD, "CKV2_AWS_73", next_step="set kmsMasterKeyId to a key of your own: set enableKms")
def queue_uses_a_customer_managed_key(stack: Stack) -> Iterator[Finding]:
    """Reading messages requires access to a key of yours."""
    for queue in stack.of_type(QUEUE):
        if not queue.inputs.get("kmsMasterKeyId"):
            yield queue, "it is not encrypted with a customer-managed key"


@rule(
    Level.ALWAYS,
    *("SQS.3", "CKV_AWS_168", "CKV_AWS_387", "CKV_AWS_72"),
    next_step="allow only sqs:SendMessage, and only to S3, EventBridge or SNS, as"
    " infra.stack.senders does",
)
def queue_policy_allows_event_sources_only(stack: Stack) -> Iterator[Finding]:
    """A queue's policy allows only S3, EventBridge and SNS, and only to send messages."""
    for policy in stack.of_type(QUEUE_POLICY):
        for found in statements(policy):
            others = {*found.services, *found.accounts} - EVENT_SOURCES
            if found.allows and (others or set(found.actions) != {"sqs:SendMessage"}):
                yield policy, "it allows more than sending events", found.sid


@rule(
    Level.ALWAYS,
    *("nag SQS3", "Serverless/SQSRedrivePolicy"),
    next_step=f"set a redrivePolicy with a maxReceiveCount of at least {LEAST_RECEIVES}",
    options=("enableDlq", "maxReceiveCount"),
)
def queue_has_a_dead_letter_queue(stack: Stack) -> Iterator[Finding]:
    """A message that keeps failing is moved to a dead-letter queue after five receives or more."""
    dead_letters = _dead_letter_queues(stack)
    for queue in stack.of_type(QUEUE):
        redrive = _parsed(queue, "redrivePolicy")
        if not redrive and queue not in dead_letters:
            yield queue, "it has no dead-letter queue"
        elif redrive and not is_at_least(dig(redrive, "maxReceiveCount"), LEAST_RECEIVES):
            yield queue, f"its maxReceiveCount is below {LEAST_RECEIVES}"


@rule(
    Level.ALWAYS,
    *("nag SQS3", "Serverless/SQSRedrivePolicy"),
    next_step="set a redriveAllowPolicy with byQueue and the queues, or with denyAll if there is"
    " none",
)
def dead_letter_queue_limits_its_sources(stack: Stack) -> Iterator[Finding]:
    """No other queue can use the dead-letter queue of the pipeline."""
    for queue in _dead_letter_queues(stack):
        allowed = _parsed(queue, "redriveAllowPolicy")
        if allowed is not UNKNOWN and dig(allowed, "redrivePermission") not in (
            *("byQueue", "denyAll", UNKNOWN),
        ):
            yield queue, "any queue may use it"


@rule(
    Level.ALWAYS,
    "nag SQS3",
    next_step="set messageRetentionSeconds of the dead-letter queue above that of its source queue",
)
def dead_letter_queue_retains_longer(stack: Stack) -> Iterator[Finding]:
    """A dead-letter queue keeps messages longer than its source queue.

    A message keeps its age when it is moved to a dead-letter queue:
    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
    """
    for queue in stack.of_type(QUEUE):
        own = queue.inputs.get("messageRetentionSeconds", DEFAULT_RETENTION_SECONDS)
        for target in stack.nearest(queue, "redrivePolicy", QUEUE):
            kept = target.inputs.get("messageRetentionSeconds", DEFAULT_RETENTION_SECONDS)
            if own is not UNKNOWN and not is_at_least(kept, own + 1):
                yield target, f"its retention is not longer than that of {queue.name}"


@rule(
    Level.PROD,
    *("SNS.1", "CKV_AWS_26"),
    next_step="set kmsMasterKeyId to a key of your own: set enableKms",
)
def topic_uses_a_customer_managed_key(stack: Stack) -> Iterator[Finding]:
    """Messages are encrypted at rest with a key of yours."""
    for topic in stack.of_type(TOPIC):
        key = topic.inputs.get("kmsMasterKeyId")
        if not key or key == "alias/aws/sns":
            yield topic, "it is not encrypted with a customer-managed key"


@rule(
    Level.PROD,
    "Serverless/SNSRedrivePolicy",
    next_step="set a redrivePolicy with a dead-letter queue for the subscription",
)
def subscription_has_a_dead_letter_queue(stack: Stack) -> Iterator[Finding]:
    """Messages that a subscribed program cannot receive are not lost."""
    for found in stack.of_type(SUBSCRIPTION):
        if found.inputs.get("protocol") not in PROTOCOLS_TO_PEOPLE and not found.inputs.get(
            "redrivePolicy"
        ):
            yield found, "it has no dead-letter queue"


RULES = (
    queue_is_encrypted,
    queue_uses_a_customer_managed_key,
    queue_policy_allows_event_sources_only,
    queue_has_a_dead_letter_queue,
    dead_letter_queue_limits_its_sources,
    dead_letter_queue_retains_longer,
    topic_uses_a_customer_managed_key,
    subscription_has_a_dead_letter_queue,
)
