"""Give resources without a physical name one, as pulumi-aws does."""

import hashlib
import os

from engine.bridge.names import camel
from engine.bridge.wire import Properties
from engine.terraform.schema import Attribute, Block

SUFFIX_LENGTH = 7

NAMES = ("name", "function_name", "layer_name", "alarm_name", "dashboard_name", "bucket")
"""Arguments that hold a physical name."""


def with_name(
    inputs: Properties, olds: Properties, *, kind: str, block: Block, stem: str, seed: bytes
) -> Properties:
    """Return inputs with the physical name: the old one, or the logical name with a suffix.

    Args:
        stem: the logical name.
        seed: random bytes of the engine, the same for the preview and the update.
    """
    result = dict(inputs)
    for name in NAMES:
        attribute = block.attributes.get(name)
        if attribute is None or not _is_named(kind, name, attribute):
            continue
        key = camel(name)
        if not {key, f"{key}Prefix", "name", "function"} & result.keys():
            suffix = hashlib.sha256(seed or os.urandom(8)).hexdigest()[:SUFFIX_LENGTH]
            result[key] = olds.get(key) or f"{stem}-{suffix}"
    return result


def _is_named(kind: str, name: str, attribute: Attribute) -> bool:
    if name == "bucket":  # elsewhere it is a reference
        return kind == "aws_s3_bucket"
    return attribute.required or (name == "name" and attribute.optional and attribute.computed)
