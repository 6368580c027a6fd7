"""The embedded AWS emulator as an implementation for the conformance tests."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, cast

from local.clients import Clients
from tests.conformance.both import LONG_SECONDS, WAIT_SECONDS, Received


class Embedded:
    """`Aws` in the emulator. All resources belong to one test case."""

    def __init__(self, clients: Clients, name: str) -> None:
        self._clients = clients
        self._name = name
        self._queues = 0
        self.client = clients.__getattribute__
        self.versioned, self.unversioned = f"{name}-versioned", f"{name}-unversioned"
        self.table = name
        self._make_buckets()
        self._make_table()
        self.topic = clients.sns.create_topic(Name=name)["TopicArn"]
        self._subscriber = self._make_subscriber("sns")
        clients.sns.subscribe(
            TopicArn=self.topic, Protocol="sqs", Endpoint=self._arn(self._subscriber)
        )

    def _make_buckets(self) -> None:
        s3 = self._clients.s3
        self._events = self._make_subscriber("s3")
        for bucket in (self.versioned, self.unversioned):
            s3.create_bucket(Bucket=bucket)
        s3.put_bucket_versioning(
            Bucket=self.versioned, VersioningConfiguration={"Status": "Enabled"}
        )
        for bucket in (self.versioned, self.unversioned):
            wanted: Any = {
                "QueueArn": self._arn(self._events),
                "Events": ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"],
            }
            s3.put_bucket_notification_configuration(
                Bucket=bucket, NotificationConfiguration={"QueueConfigurations": [wanted]}
            )

    def _make_table(self) -> None:
        self._clients.dynamodb.create_table(
            TableName=self.table,
            KeySchema=[
                {"AttributeName": "image_id", "KeyType": "HASH"},
                {"AttributeName": "version_id", "KeyType": "RANGE"},
            ],
            AttributeDefinitions=[
                {"AttributeName": "image_id", "AttributeType": "S"},
                {"AttributeName": "version_id", "AttributeType": "S"},
            ],
            BillingMode="PAY_PER_REQUEST",
        )

    def make_queue(self, *, visibility_seconds: int = LONG_SECONDS) -> str:
        return self._create(VisibilityTimeout=str(visibility_seconds))

    def make_queues(self, *, max_receive_count: int) -> tuple[str, str]:
        dead_letters = self.make_queue()
        policy = {
            "deadLetterTargetArn": self._arn(dead_letters),
            "maxReceiveCount": max_receive_count,
        }
        queue = self._create(VisibilityTimeout="0", RedrivePolicy=json.dumps(policy))
        return queue, dead_letters

    def receive(self, queue: str, *, wait: bool) -> Sequence[Received]:
        answer = self._clients.sqs.receive_message(
            QueueUrl=queue,
            MaxNumberOfMessages=10,
            WaitTimeSeconds=WAIT_SECONDS if wait else 0,
            MessageAttributeNames=["All"],
            MessageSystemAttributeNames=["All"],
        )
        return [_read(message) for message in answer.get("Messages", [])]

    def delete(self, queue: str, message: Received) -> None:
        self._clients.sqs.delete_message(QueueUrl=queue, ReceiptHandle=message.handle)

    def notified(self) -> Sequence[Mapping[str, Any]]:
        received = self.receive(self._subscriber, wait=False)
        return [json.loads(json.loads(message.body)["Message"]) for message in received]

    def events(self) -> Sequence[Mapping[str, Any]]:
        bodies = [json.loads(each.body) for each in self.receive(self._events, wait=False)]
        return [record for body in bodies for record in body.get("Records", [])]

    def _make_subscriber(self, service: str) -> str:
        """Return a queue that an AWS service may send to."""
        queue = self.make_queue()
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": f"{service}.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": self._arn(queue),
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        self._clients.sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": policy})
        return queue

    def _create(self, **attributes: Any) -> str:
        self._queues += 1
        answer = self._clients.sqs.create_queue(
            QueueName=f"{self._name}-{self._queues}", Attributes=cast("Any", attributes)
        )
        return answer["QueueUrl"]

    def _arn(self, queue: str) -> str:
        answer = self._clients.sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])
        return answer["Attributes"]["QueueArn"]


def _read(message: Any) -> Received:
    return Received(
        body=message["Body"],
        attributes={
            name: value["StringValue"]
            for name, value in message.get("MessageAttributes", {}).items()
        },
        receive_count=int(message["Attributes"]["ApproximateReceiveCount"]),
        handle=message["ReceiptHandle"],
    )
