"""The type of the cases, and the stacks that they start from."""

from typing import TypeAlias

from policy.model import Rule
from tests.policy.breakages import Breakage
from tests.policy.conftest import NETWORK, Case

Violating: TypeAlias = tuple[Rule, Case, Breakage]
"""A rule, a stack that keeps it, and a change after which the stack breaks it."""

FULL = Case(stack="prod", options={**NETWORK, "reservedConcurrency": 50})
"""The stack with the most resources."""

ASYNC = Case(stack="prod", options={"trigger": "s3"})
"""A stack whose function S3 invokes directly."""
