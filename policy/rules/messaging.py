"""Rules about queues and topics: whom they hear, and what becomes of what nobody could handle."""

import json
from collections.abc import Iterator
from typing import Any

from policy.documents import statements
from policy.model import UNKNOWN, Finding, Level, Resource, Stack, dig, is_at_least, rule
from policy.tokens import QUEUE, QUEUE_POLICY, SUBSCRIPTION, TOPIC

SENDERS = frozenset(("s3.amazonaws.com", "events.amazonaws.com", "sns.amazonaws.com"))
LEAST_RECEIVES = 5
"""https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html"""
DEFAULT_RETENTION_SECONDS = 4 * 24 * 3600
PEOPLE = frozenset(("email", "email-json", "sms"))
"""Protocols that keep no dead letters."""


def _parsed(queue: Resource, key: str) -> Any:
    text = queue.inputs.get(key)
    return json.loads(text) if isinstance(text, str) and text else text


def _dead_letter_queues(stack: Stack) -> list[Resource]:
    """Where other queues put what they give up, and what is declared to be such a place."""
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
    """Messages are encrypted at rest, under a key that S3 may use.

    The key of AWS for SQS does not let S3 in, so that its events would be lost:
    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
    """
    for queue in stack.of_type(QUEUE):
        key = queue.inputs.get("kmsMasterKeyId")
        if key == "alias/aws/sqs":
            yield queue, "S3 may not use the key alias/aws/sqs"
        elif not key and not queue.inputs.get("sqsManagedSseEnabled"):
            yield queue, "it is not encrypted"


@rule(Level.PROD, "CKV2_AWS_73", next_step="set kmsMasterKeyId to a key of your own: set enableKms")
def queue_is_encrypted_under_own_key(stack: Stack) -> Iterator[Finding]:
    """Who may read messages is decided by the policy of a key, too."""
    for queue in stack.of_type(QUEUE):
        if not queue.inputs.get("kmsMasterKeyId"):
            yield queue, "it is encrypted under a key of AWS"


@rule(
    Level.ALWAYS,
    *("SQS.3", "CKV_AWS_168", "CKV_AWS_387", "CKV_AWS_72"),
    next_step="allow sqs:SendMessage to S3 or EventBridge alone, as infra.stack.iam.accept_events",
)
def queue_hears_events_only(stack: Stack) -> Iterator[Finding]:
    """A queue's policy lets S3 and EventBridge send, and nobody do anything else."""
    for policy in stack.of_type(QUEUE_POLICY):
        for found in statements(policy):
            strangers = {*found.services, *found.accounts} - SENDERS
            if found.allows and (strangers or set(found.actions) != {"sqs:SendMessage"}):
                yield policy, "it allows more than sending events", found.sid


@rule(
    Level.ALWAYS,
    *("nag SQS3", "Serverless/SQSRedrivePolicy"),
    next_step=f"set a redrivePolicy with a maxReceiveCount of at least {LEAST_RECEIVES}",
)
def queue_keeps_what_fails(stack: Stack) -> Iterator[Finding]:
    """What fails again and again ends in a dead-letter queue, and not before the fifth time."""
    dead_letters = _dead_letter_queues(stack)
    for queue in stack.of_type(QUEUE):
        redrive = _parsed(queue, "redrivePolicy")
        if not redrive and queue not in dead_letters:
            yield queue, "it has no dead-letter queue"
        elif redrive and not is_at_least(dig(redrive, "maxReceiveCount"), LEAST_RECEIVES):
            yield queue, "it gives up too early"


@rule(
    Level.ALWAYS,
    *("nag SQS3", "Serverless/SQSRedrivePolicy"),
    next_step="set a redriveAllowPolicy with byQueue and the queues, or with denyAll if there is"
    " none",
)
def dead_letters_come_from_their_queue(stack: Stack) -> Iterator[Finding]:
    """No other queue can put its failures beside those of the pipeline."""
    for queue in _dead_letter_queues(stack):
        allowed = _parsed(queue, "redriveAllowPolicy")
        if allowed is not UNKNOWN and dig(allowed, "redrivePermission") not in (
            *("byQueue", "denyAll", UNKNOWN),
        ):
            yield queue, "any queue may use it"


@rule(
    Level.ALWAYS,
    "nag SQS3",
    next_step="let the dead-letter queue keep messages longer than the queue before it",
)
def dead_letters_outlive_their_queue(stack: Stack) -> Iterator[Finding]:
    """A dead letter keeps the age that it had, so that it needs more time than the queue gives.

    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
    """
    for queue in stack.of_type(QUEUE):
        own = queue.inputs.get("messageRetentionSeconds", DEFAULT_RETENTION_SECONDS)
        for target in stack.nearest(queue, "redrivePolicy", QUEUE):
            kept = target.inputs.get("messageRetentionSeconds", DEFAULT_RETENTION_SECONDS)
            if own is not UNKNOWN and not is_at_least(kept, own + 1):
                yield target, f"its messages are gone as soon as those of {queue.name}"


@rule(
    Level.PROD,
    *("SNS.1", "CKV_AWS_26"),
    next_step="set kmsMasterKeyId to a key of your own: set enableKms",
)
def topic_is_encrypted_under_own_key(stack: Stack) -> Iterator[Finding]:
    """Messages are encrypted at rest, under a key whose policy is the stack's."""
    for topic in stack.of_type(TOPIC):
        key = topic.inputs.get("kmsMasterKeyId")
        if not key or key == "alias/aws/sns":
            yield topic, "it is not encrypted under a key of the stack"


@rule(
    Level.PROD,
    "Serverless/SNSRedrivePolicy",
    next_step="set a redrivePolicy with a dead-letter queue for the subscription",
)
def subscription_keeps_what_fails(stack: Stack) -> Iterator[Finding]:
    """What a subscriber that is a program could not take is not lost."""
    for found in stack.of_type(SUBSCRIPTION):
        if found.inputs.get("protocol") not in PEOPLE and not found.inputs.get("redrivePolicy"):
            yield found, "it has no dead-letter queue"


RULES = (
    queue_is_encrypted,
    queue_is_encrypted_under_own_key,
    queue_hears_events_only,
    queue_keeps_what_fails,
    dead_letters_come_from_their_queue,
    dead_letters_outlive_their_queue,
    topic_is_encrypted_under_own_key,
    subscription_keeps_what_fails,
)
