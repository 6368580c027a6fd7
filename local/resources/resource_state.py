"""Types of the functions that create resources."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from local.clients import Clients
from local.inputs import Inputs

ResourceState: TypeAlias = tuple[str, dict[str, object]]
"""The physical id, and the outputs that are not inputs, by Pulumi's names of them."""

Provisioner: TypeAlias = Callable[[Clients, Inputs, str], ResourceState]
"""Function that creates one resource. The string is the logical name, for a default name."""

Provisioners: TypeAlias = Mapping[str, Provisioner]
"""Provisioners by type token."""
