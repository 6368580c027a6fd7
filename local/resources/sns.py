"""Create topics, their policies and subscriptions."""

from local.clients import Clients
from local.inputs import Inputs
from local.resources.resource_state import Provisioners, ResourceState

TOPIC_ATTRIBUTES = {
    "deliveryPolicy": "DeliveryPolicy",
    "displayName": "DisplayName",
    "kmsMasterKeyId": "KmsMasterKeyId",
    "policy": "Policy",
    "signatureVersion": "SignatureVersion",
    "tracingConfig": "TracingConfig",
}
"""https://docs.aws.amazon.com/sns/latest/api/API_SetTopicAttributes.html"""

SUBSCRIPTION_ATTRIBUTES = {
    "filterPolicy": "FilterPolicy",
    "filterPolicyScope": "FilterPolicyScope",
    "rawMessageDelivery": "RawMessageDelivery",
    "redrivePolicy": "RedrivePolicy",
}
"""https://docs.aws.amazon.com/sns/latest/api/API_SetSubscriptionAttributes.html"""


def _topic(clients: Clients, inputs: Inputs, logical_name: str) -> ResourceState:
    name = inputs.name(logical_name)
    arn = clients.sns.create_topic(
        Name=name, Attributes=inputs.attributes(TOPIC_ATTRIBUTES), Tags=inputs.tags()
    )["TopicArn"]
    return arn, {"arn": arn, "name": name, "owner": arn.split(":")[4]}


def _topic_policy(clients: Clients, inputs: Inputs, _name: str) -> ResourceState:
    arn = inputs.text("arn")
    clients.sns.set_topic_attributes(
        TopicArn=arn, AttributeName="Policy", AttributeValue=inputs.text("policy")
    )
    return arn, {}


def _subscription(clients: Clients, inputs: Inputs, _name: str) -> ResourceState:
    arn = clients.sns.subscribe(
        TopicArn=inputs.text("topic"),
        Protocol=inputs.text("protocol"),
        Endpoint=inputs.text("endpoint"),
        Attributes=inputs.attributes(SUBSCRIPTION_ATTRIBUTES),
        ReturnSubscriptionArn=True,
    )["SubscriptionArn"]
    return arn, {"arn": arn}


PROVISIONERS: Provisioners = {
    "aws:sns/topic:Topic": _topic,
    "aws:sns/topicPolicy:TopicPolicy": _topic_policy,
    "aws:sns/topicSubscription:TopicSubscription": _subscription,
}
