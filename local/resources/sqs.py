"""Create queues and their policies."""

from local.clients import Clients
from local.inputs import Inputs
from local.resources.resource_state import Provisioners, ResourceState

ATTRIBUTES = {
    "delaySeconds": "DelaySeconds",
    "kmsDataKeyReusePeriodSeconds": "KmsDataKeyReusePeriodSeconds",
    "kmsMasterKeyId": "KmsMasterKeyId",
    "maxMessageSize": "MaximumMessageSize",
    "messageRetentionSeconds": "MessageRetentionPeriod",
    "policy": "Policy",
    "receiveWaitTimeSeconds": "ReceiveMessageWaitTimeSeconds",
    "redriveAllowPolicy": "RedriveAllowPolicy",
    "redrivePolicy": "RedrivePolicy",
    "sqsManagedSseEnabled": "SqsManagedSseEnabled",
    "visibilityTimeoutSeconds": "VisibilityTimeout",
}
"""https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html"""


def _queue(clients: Clients, inputs: Inputs, logical_name: str) -> ResourceState:
    name = inputs.name(logical_name)
    # As pulumi-aws does: "" removes an attribute, and a new queue has none to remove.
    attributes = {key: text for key, text in inputs.attributes(ATTRIBUTES).items() if text}
    url = clients.sqs.create_queue(
        QueueName=name, Attributes=attributes, tags=inputs.mapping("tags")
    )["QueueUrl"]
    arn = clients.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    return url, {"arn": arn["Attributes"]["QueueArn"], "name": name, "url": url}


def _set_attribute(clients: Clients, inputs: Inputs, _name: str) -> ResourceState:
    """Set a policy or redrive allow policy, which in AWS are attributes of the queue."""
    url = inputs.text("queueUrl")
    clients.sqs.set_queue_attributes(QueueUrl=url, Attributes=inputs.attributes(ATTRIBUTES))
    return url, {}


PROVISIONERS: Provisioners = {
    "aws:sqs/queue:Queue": _queue,
    "aws:sqs/queuePolicy:QueuePolicy": _set_attribute,
    "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy": _set_attribute,
}
