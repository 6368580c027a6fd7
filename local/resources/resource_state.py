"""What a maker is."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from local.clients import Clients
from local.inputs import Inputs

ResourceState: TypeAlias = tuple[str, dict[str, object]]
"""The physical id, and the outputs that are not inputs, by Pulumi's names."""

Provisioner: TypeAlias = Callable[[Clients, Inputs, str], ResourceState]
"""Creates one resource. The text is its logical name, for those that may come without another."""

Provisioners: TypeAlias = Mapping[str, Provisioner]
"""By type token."""
