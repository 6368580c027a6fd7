"""Payloads that invoke the function, from examples in AWS's guides."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote_plus

from tests.handler.deployment import UPLOADS


def s3_record(
    key: str, *, version_id: str = "v1", size: int = 100, bucket: str = UPLOADS
) -> dict[str, object]:
    """Return a record from the S3 user guide, "Event message structure"."""
    return {
        "eventVersion": "2.2",
        "eventSource": "aws:s3",
        "awsRegion": "eu-north-1",
        "eventTime": "2026-11-21T08:04:33.000Z",
        "eventName": "ObjectCreated:Put",
        "userIdentity": {"principalId": "AWS:AIDAJDPLRKLG7UEXAMPLE"},
        "requestParameters": {"sourceIPAddress": "127.0.0.1"},
        "responseElements": {"x-amz-request-id": "C3D13FE58DE4C810"},
        "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": "uploads",
            "bucket": {
                "name": bucket,
                "ownerIdentity": {"principalId": "A3NL1KOZZKExample"},
                "arn": f"arn:aws:s3:::{bucket}",
            },
            "object": {
                "key": quote_plus(key, safe="/"),
                "size": size,
                "eTag": "d41d8cd98f00b204e9800998ecf8427e",
                "versionId": version_id,
                "sequencer": "0055AED6DCD90281E5",
            },
        },
    }


def sqs_event(*bodies: object, deliveries: int = 1) -> dict[str, object]:
    """Return an SQS event from the Lambda guide; message ids are `m0`, `m1`, …"""
    return {
        "Records": [
            {
                "messageId": f"m{index}",
                "receiptHandle": "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a...",
                "body": body if isinstance(body, str) else json.dumps(body),
                "attributes": {"ApproximateReceiveCount": str(deliveries)},
                "messageAttributes": {},
                "md5OfBody": "098f6bcd4621d373cade4e832627b4f6",
                "eventSource": "aws:sqs",
                "eventSourceARN": "arn:aws:sqs:eu-north-1:123456789012:uploads",
                "awsRegion": "eu-north-1",
            }
            for index, body in enumerate(bodies)
        ]
    }


def notification(*records: Mapping[str, object]) -> dict[str, object]:
    """Return an S3 notification with one or more records."""
    return {"Records": list(records)}


@dataclass
class FakeContext:
    """Lambda context with remaining times, one for each call; the last one is repeated."""

    remaining_ms: list[int] = field(default_factory=lambda: [60_000])
    aws_request_id: str = "c6af9ac6-7b61-11e6-9a41-93e8deadbeef"

    def get_remaining_time_in_millis(self) -> int:
        return self.remaining_ms.pop(0) if len(self.remaining_ms) > 1 else self.remaining_ms[0]
