"""What a maker is."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from local.clients import Clients
from local.inputs import Inputs

Made: TypeAlias = tuple[str, dict[str, object]]
"""The physical id, and the outputs that are not inputs, by Pulumi's names."""

Maker: TypeAlias = Callable[[Clients, Inputs, str], Made]
"""Creates one resource. The text is its logical name, for those that may come without another."""

Makers: TypeAlias = Mapping[str, Maker]
"""By type token."""
