"""The clients of SNS, SQS and Lambda."""

import json
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from simulation.aws.errors import refusal
from simulation.aws.services import MakeCall, Services, split

MAX_DELAY_SECONDS = 900
"""https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html"""

Attributes = Mapping[str, Mapping[str, str]]


class Sns:
    """The client of SNS."""

    def __init__(self, services: Services, call: MakeCall) -> None:
        self._published = services.published
        self._call = call

    def publish(self, *, TopicArn: str, Message: str, MessageAttributes: Attributes) -> Any:
        del TopicArn
        message = json.loads(Message)

        def effect() -> object:
            _values(MessageAttributes, "Publish")
            self._published.append(message)
            return {"MessageId": str(len(self._published))}

        return self._call("sns.publish", message["key"], effect)


class Sqs:
    """The client of SQS."""

    def __init__(self, services: Services, call: MakeCall) -> None:
        self._services = services
        self._call = call

    def send_message(
        self,
        *,
        QueueUrl: str,
        MessageBody: str,
        DelaySeconds: int = 0,
        MessageAttributes: Attributes | None = None,
    ) -> Any:
        def effect() -> object:
            _check_delay(DelaySeconds, "SendMessage")
            attributes = _values(MessageAttributes or {}, "SendMessage")
            return {"MessageId": self._send(QueueUrl, MessageBody, attributes, DelaySeconds)}

        return self._call("sqs.send_message", MessageBody, effect)

    def get_queue_attributes(self, *, QueueUrl: str, AttributeNames: Sequence[str]) -> Any:
        assert AttributeNames == ["ApproximateNumberOfMessages"]

        def effect() -> object:
            return {
                "Attributes": {AttributeNames[0]: str(len(self._services.queues[QueueUrl].visible))}
            }

        return self._call("sqs.get_queue_attributes", QueueUrl, effect)

    def send_message_batch(self, *, QueueUrl: str, Entries: Sequence[Mapping[str, Any]]) -> Any:
        assert 0 < len(Entries) <= 10

        def effect() -> object:
            for each in Entries:
                _check_delay(each["DelaySeconds"], "SendMessageBatch")
            done, left = split(self._services.engine, Entries)
            sent = [
                {
                    "Id": each["Id"],
                    "MessageId": self._send(
                        QueueUrl, each["MessageBody"], {}, each["DelaySeconds"]
                    ),
                }
                for each in done
            ]
            failed = [{"Id": each["Id"]} for each in left]
            return {"Successful": sent, **({"Failed": failed} if failed else {})}

        return self._call("sqs.send_message_batch", QueueUrl, effect)

    def _send(self, url: str, body: str, attributes: Mapping[str, str], delay_seconds: int) -> str:
        return self._services.queues[url].send(body, attributes, delay_seconds)


class Lambda:
    """The client of Lambda."""

    def __init__(self, services: Services, call: MakeCall) -> None:
        self._services = services
        self._call = call

    def invoke(self, *, FunctionName: str, InvocationType: str, Payload: bytes) -> Any:
        assert InvocationType == "Event"
        later = partial(self._services.invoke_directly, json.loads(Payload))

        def effect() -> object:
            self._services.engine.after(0, later)
            return {"StatusCode": 202}

        return self._call("lambda.invoke", FunctionName, effect)


def _check_delay(seconds: int, operation: str) -> None:
    if not 0 <= seconds <= MAX_DELAY_SECONDS:
        raise refusal("InvalidParameterValue", operation)


def _values(attributes: Attributes, operation: str) -> dict[str, str]:
    """Return the values of message attributes, none of which may be empty."""
    values = {name: attribute["StringValue"] for name, attribute in attributes.items()}
    if not all(values.values()):
        raise refusal("InvalidParameterValue", operation)
    return values
