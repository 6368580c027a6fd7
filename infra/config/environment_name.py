"""The name of a stack's environment, which is part of every physical name. Pure."""

import re

MAX_ENVIRONMENT_LENGTH = 12


def environment_of(stack: str) -> str:
    """Return a valid environment that is like the name of a stack."""
    name = re.sub(r"[^a-z0-9]+", "-", stack.lower()).strip("-")
    if len(name) < 2:
        name = f"stack-{name}".strip("-")
    return name[:MAX_ENVIRONMENT_LENGTH].strip("-")
