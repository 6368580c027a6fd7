"""Shortening of notifications that are too long for a message. Pure."""

import json
from collections.abc import Mapping
from typing import cast

MAX_MESSAGE_BYTES = 256 * 1_024 - 1_024
"""Longest message of SNS, less what the attributes of a message take.
https://docs.aws.amazon.com/sns/latest/api/API_Publish.html"""

SHORTENED = "shortened"
"""Names of the attributes that a message leaves out; the record has them."""

_ESSENTIAL = {"size_bytes", "content_type", "format", "width", "height"}


def shortened(message: Mapping[str, object]) -> Mapping[str, object]:
    """Return the message without its longest details, if it is too long.

    What identifies the version and its status stays. The details of the source go first, the
    longest before others, then the HTML of srcsets, then all of a variant but its name and key, and
    at last the variants.
    """
    if _size_bytes(message) <= MAX_MESSAGE_BYTES:
        return message
    source = cast("Mapping[str, object]", message.get("source") or {})
    details = sorted(source.keys() - _ESSENTIAL, key=lambda name: -_size_bytes(source[name]))
    left_out: list[str] = []
    for name in details:
        left_out.append(f"source.{name}")
        source = {kept: value for kept, value in source.items() if kept != name}
        shorter = {**message, "source": source, SHORTENED: left_out}
        if _size_bytes(shorter) <= MAX_MESSAGE_BYTES:
            return shorter
    left_out += ["srcset_html", "variants"]
    rest = {name: value for name, value in message.items() if name not in left_out}
    variants = cast("list[Mapping[str, object]]", message.get("variants") or [])
    keys = [{name: each[name] for name in ("name", "key")} for each in variants]
    shorter = {**rest, "source": source, "variants": keys, SHORTENED: left_out}
    if _size_bytes(shorter) <= MAX_MESSAGE_BYTES:
        return shorter
    return {name: value for name, value in shorter.items() if name != "variants"}


def _size_bytes(value: object) -> int:
    return len(json.dumps(value))
