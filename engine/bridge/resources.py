"""Plan and change resources of pulumi-aws with the Terraform provider."""

import base64
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.bridge.archives import with_zip_files
from engine.bridge.emulated import NOT_IMPLEMENTED, as_if_done, trusted
from engine.bridge.inputs import configuration
from engine.bridge.names import properties, property_of, terraform_type
from engine.bridge.naming import with_name
from engine.bridge.outputs import outputs
from engine.bridge.wire import Properties
from engine.terraform.provider import Plan, Provider, ProviderError
from engine.terraform.schema import Block, Object, is_same
from engine.terraform.unknown import UNKNOWN

STATE = "__terraform"
"""Property that has the provider's own state, as pulumi-aws has `__meta`."""


@dataclass(frozen=True, kw_only=True)
class Kind:
    """The type of a resource, on both sides."""

    token: str
    terraform: str
    block: Block
    logical_name: str


@dataclass(frozen=True, kw_only=True)
class Difference:
    """Properties that differ from the deployed ones."""

    changed: Sequence[str]
    replaced: Sequence[str]
    """Those of them that need another resource."""


class Resources:
    """The resources of one provider."""

    def __init__(self, provider: Provider, zips: Path) -> None:
        self._provider = provider
        self._zips = zips

    def check(self, urn: str, news: Properties, olds: Properties, seed: bytes) -> Properties:
        """Return the inputs with a physical name.

        Raises:
            ProviderError: If the provider refuses them.
        """
        kind = self._kind(urn)
        inputs = with_name(
            news,
            olds,
            kind=kind.terraform,
            block=kind.block,
            stem=kind.logical_name,
            seed=seed,
        )
        self._provider.validate(kind.terraform, self._configuration(kind, inputs))
        return inputs

    def diff(self, urn: str, news: Properties, deployed: Properties) -> Difference:
        """Return what an update would change."""
        kind = self._kind(urn)
        prior, private = _state(deployed)
        config = self._configuration(kind, news)
        plan = self._provider.plan(kind.terraform, prior, config, private)
        before: Object = prior or {}
        changed = [
            name
            for name, value in before.items()
            if not is_same(kind.block, name, value, plan.state.get(name))
        ]
        names = {name: property_of(name, properties(kind.token)) for name in changed}
        return Difference(
            changed=list(names.values()),
            replaced=[key for name, key in names.items() if name in plan.replaced],
        )

    def create(self, urn: str, inputs: Properties, *, is_preview: bool) -> tuple[str, Properties]:
        """Create a resource; return its id and properties."""
        kind = self._kind(urn)
        config = self._configuration(kind, inputs)
        plan = self._provider.plan(kind.terraform, None, config, b"")
        if is_preview:
            return "", _properties(kind, inputs, plan.state)
        state, private = self._provider.apply(kind.terraform, None, config, plan)
        state = trusted(kind.terraform, plan.state, state)
        return str(state.get("id") or state.get("arn")), _properties(kind, inputs, state, private)

    def update(
        self, urn: str, inputs: Properties, deployed: Properties, *, is_preview: bool
    ) -> Properties:
        """Update a resource; return its properties."""
        kind = self._kind(urn)
        prior, private = _state(deployed)
        config = self._configuration(kind, inputs)
        plan = self._provider.plan(kind.terraform, prior, config, private)
        if is_preview:
            return _properties(kind, inputs, plan.state)
        state, private = self._applied(kind, prior, config, plan)
        return _properties(kind, inputs, state, private)

    def read(self, urn: str, inputs: Properties, deployed: Properties) -> Properties | None:
        """Return the present properties of a resource; None if it is gone."""
        kind = self._kind(urn)
        prior, private = _state(deployed)
        if prior is None:
            raise ProviderError(f"{urn}: this provider cannot import")
        state, private = self._provider.read(kind.terraform, prior, private)
        if state is None:
            return None
        return _properties(kind, inputs, trusted(kind.terraform, prior, state), private)

    def delete(self, urn: str, deployed: Properties) -> None:
        """Delete a resource."""
        kind = self._kind(urn)
        prior, private = _state(deployed)
        plan = self._provider.plan(kind.terraform, prior, None, private)
        self._provider.apply(kind.terraform, prior, None, plan)

    def _applied(
        self, kind: Kind, prior: Object | None, config: Object, plan: Plan
    ) -> tuple[Object, bytes]:
        try:
            state, private = self._provider.apply(kind.terraform, prior, config, plan)
        except ProviderError as error:
            if NOT_IMPLEMENTED not in str(error):
                raise
            print(f"counts as done: {kind.logical_name}: {error}", file=sys.stderr, flush=True)
            return as_if_done(plan.state), plan.private
        return trusted(kind.terraform, plan.state, state), private

    def _kind(self, urn: str) -> Kind:
        *_, types, name = urn.split("::", 3)
        token = types.rpartition("$")[2]
        terraform = terraform_type(token, self._provider.kinds)
        if terraform is None:
            raise ProviderError(f"the provider has no resource for {token}")
        block = self._provider.resource(terraform)
        return Kind(token=token, terraform=terraform, block=block, logical_name=name)

    def _configuration(self, kind: Kind, inputs: Properties) -> Object:
        given = with_zip_files(inputs, self._zips)
        if "region" not in kind.block.attributes:  # only versions from 6 on have it
            given.pop("region", None)
        return configuration(kind.block, given, kind.logical_name)


def _state(deployed: Properties) -> tuple[Any, bytes]:
    kept = json.loads(deployed.get(STATE) or "{}")
    return kept.get("state"), base64.b64decode(kept.get("private", ""))


def _properties(
    kind: Kind, inputs: Properties, state: Object, private: bytes | None = None
) -> Properties:
    """Return a resource's properties; without private data, those of a preview.

    Inputs are as the program gave them: in which form pulumi-aws has them, no schema says.
    """
    known = {
        key: value
        for key, value in inputs.items()
        if value is not UNKNOWN and not key.startswith("__")
    }
    result = {**outputs(kind.block, state, properties(kind.token)), **known}
    if private is not None:
        kept = {"state": state, "private": base64.b64encode(private).decode()}
        result[STATE] = json.dumps(kept)
    return result
