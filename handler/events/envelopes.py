"""Unwrapping of notifications that another service has wrapped. Pure.

https://docs.aws.amazon.com/sns/latest/dg/sns-sqs-as-subscriber.html
https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html
https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
"""

import json
from collections.abc import Mapping
from typing import cast

_MAX_ENVELOPES = 3
"""A notification by way of SNS in a record of a failure destination has two."""


def unwrapped(payload: object) -> object:
    """Return what SNS, or the record that Lambda sends to a failure destination, contains.

    With raw message delivery SNS wraps nothing. The payload itself is returned if it is no
    envelope, or the content of one is not JSON.
    """
    for _ in range(_MAX_ENVELOPES):
        content = _content(payload)
        if content is None:
            break
        payload = content
    return payload


def _content(payload: object) -> object | None:
    envelope = _mapping(payload)
    if "requestPayload" in envelope:
        return envelope["requestPayload"]
    if envelope.get("Type") == "Notification":
        return _parsed(envelope.get("Message"))
    records = envelope.get("Records")
    if isinstance(records, list) and len(cast("list[object]", records)) == 1:
        (record,) = cast("list[object]", records)
        return _parsed(_mapping(_mapping(record).get("Sns")).get("Message"))
    return None


def _mapping(value: object) -> Mapping[str, object]:
    return cast("Mapping[str, object]", value) if isinstance(value, dict) else {}


def _parsed(message: object) -> object | None:
    if not isinstance(message, str):
        return None
    try:
        return json.loads(message)
    except (ValueError, RecursionError):
        return None
