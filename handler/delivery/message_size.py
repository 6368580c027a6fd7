"""Shortening of notifications that are too long for a message. Pure."""

import json
from collections.abc import Iterator, Mapping
from typing import cast

MAX_MESSAGE_BYTES = 256 * 1_024 - 1_024
"""Longest message of SNS, less what the attributes of a message take.
https://docs.aws.amazon.com/sns/latest/api/API_Publish.html"""

SHORTENED = "shortened"
"""Attribute that names what a message leaves out; the record has it."""

_ESSENTIAL = {"size_bytes", "content_type", "format", "width", "height"}


def shortened(message: Mapping[str, object]) -> Mapping[str, object]:
    """Return the message without its longest details, if it is too long.

    What identifies the version and its status stays. The details of the source go first, the
    longest before others, then the HTML of srcsets, then all of a variant but its name and key, and
    at last the variants.
    """
    shorter = message
    left_out: list[str] = []
    for name, attribute, rest in _cuts(message):
        if _size_bytes(shorter) <= MAX_MESSAGE_BYTES:
            break
        left_out += [] if name in left_out else [name]
        kept = {each: value for each, value in shorter.items() if each != attribute}
        shorter = {**kept, **({attribute: rest} if rest else {}), SHORTENED: left_out}
    return shorter


def _cuts(message: Mapping[str, object]) -> Iterator[tuple[str, str, object]]:
    """Yield what to leave out in order: its name, the attribute that has it, and what is left."""
    source = cast("Mapping[str, object]", message.get("source") or {})
    details = [name for name in source if name not in _ESSENTIAL]
    for detail in sorted(details, key=lambda name: -_size_bytes(source[name])):
        source = {name: value for name, value in source.items() if name != detail}
        yield f"source.{detail}", "source", source
    if "srcset_html" in message:
        yield "srcset_html", "srcset_html", None
    if variants := cast("list[Mapping[str, object]]", message.get("variants") or []):
        keys = [{name: each[name] for name in ("name", "key")} for each in variants]
        yield "variants", "variants", keys
        yield "variants", "variants", None


def _size_bytes(value: object) -> int:
    return len(json.dumps(value))
