"""A Terraform provider as a process."""

import os
import subprocess
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from engine.rpc import channel
from engine.terraform.messages import MESSAGES
from engine.terraform.msgpack import decode, encode
from engine.terraform.schema import Block, Object, parse_block, proposed

HANDSHAKE = {
    "TF_PLUGIN_MAGIC_COOKIE": "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
    "PLUGIN_PROTOCOL_VERSIONS": "5",
}
"""https://github.com/hashicorp/terraform-plugin-go/blob/main/tfprotov5/tf5server/server.go"""

TERRAFORM_VERSION = "1.11.4"
CALL_SECONDS = 600
ERROR = 1
"""Severity of a diagnostic that is not a warning."""


class ProviderError(Exception):
    """What the provider refused, in its own words."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What the provider would do."""

    state: Any
    replaced: frozenset[str]
    """Arguments whose change needs another resource."""
    private: bytes


class Provider:
    """A running provider."""

    def __init__(self, program: Path) -> None:
        """Start it, and read its schema.

        Raises:
            ProviderError: If it is not a provider with version 5 of the protocol.
        """
        self.process = subprocess.Popen(
            [program],
            env={**os.environ, **HANDSHAKE},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self.process.stdout is not None  # noqa: S101 - a pipe, as asked for above
        greeting = self.process.stdout.readline().strip().split("|")
        if len(greeting) < 5 or greeting[1] != "5":
            raise ProviderError(f"{program} has no version 5 of the protocol: {greeting}")
        threading.Thread(target=self.process.stdout.read, daemon=True).start()
        address = f"unix:{greeting[3]}" if greeting[2] == "unix" else greeting[3]
        self._channel = channel(address)
        answer = self._call("GetSchema", "SchemaResponse", MESSAGES["Empty"]())
        self.block = parse_block(answer.provider.block)
        self._resources = {each.key: each.value.block for each in answer.resource_schemas}
        self._lookups = {each.key: each.value.block for each in answer.data_source_schemas}
        self._blocks: dict[str, Block] = {}

    @property
    def kinds(self) -> Mapping[str, Any]:
        """The types of resources."""
        return self._resources

    @property
    def lookups(self) -> Mapping[str, Any]:
        """The data sources."""
        return self._lookups

    def resource(self, kind: str) -> Block:
        """Return the schema of a type of resource."""
        if kind not in self._blocks:
            self._blocks[kind] = parse_block(self._resources[kind])
        return self._blocks[kind]

    def lookup(self, kind: str) -> Block:
        """Return the schema of a data source."""
        return parse_block(self._lookups[kind])

    def configure(self, config: Object) -> None:
        """Pass on the provider's own configuration."""
        prepared = self._request("PrepareProviderConfig", "Prepare", config=_pack(config))
        self._request(
            "Configure",
            "Configure",
            terraform_version=TERRAFORM_VERSION,
            config=prepared.prepared_config,
        )

    def validate(self, kind: str, config: Object) -> None:
        """Check a resource's configuration."""
        self._request(
            "ValidateResourceTypeConfig", "Validate", type_name=kind, config=_pack(config)
        )

    def plan(self, kind: str, prior: Object | None, config: Object | None, private: bytes) -> Plan:
        """Plan a change; without configuration, the deletion."""
        answer = self._request(
            "PlanResourceChange",
            "Plan",
            type_name=kind,
            prior_state=_pack(prior),
            proposed_new_state=_pack(proposed(self.resource(kind), prior, config)),
            config=_pack(config),
            prior_private=private,
        )
        replaced = [path.steps[0].attribute_name for path in answer.requires_replace if path.steps]
        return Plan(
            state=_unpack(answer.planned_state),
            replaced=frozenset(replaced),
            private=answer.planned_private,
        )

    def apply(
        self, kind: str, prior: Object | None, config: Object | None, plan: Plan
    ) -> tuple[Any, bytes]:
        """Carry out a plan; return the state and the provider's private data."""
        answer = self._request(
            "ApplyResourceChange",
            "Apply",
            type_name=kind,
            prior_state=_pack(prior),
            planned_state=_pack(plan.state),
            config=_pack(config),
            planned_private=plan.private,
        )
        return _unpack(answer.new_state), answer.private

    def read(self, kind: str, state: Object, private: bytes) -> tuple[Any, bytes]:
        """Read a resource; its state is None if it is gone."""
        answer = self._request(
            "ReadResource", "Read", type_name=kind, current_state=_pack(state), private=private
        )
        return _unpack(answer.new_state), answer.private

    def look_up(self, kind: str, config: Object) -> Any:
        """Read a data source."""
        answer = self._request("ReadDataSource", "Data", type_name=kind, config=_pack(config))
        return _unpack(answer.state)

    def stop(self) -> None:
        """End the process."""
        self._channel.close()
        self.process.terminate()
        self.process.wait()

    def _request(self, method: str, message: str, **fields: Any) -> Any:
        return self._call(method, f"{message}Response", MESSAGES[f"{message}Request"](**fields))

    def _call(self, method: str, response: str, request: Any) -> Any:
        message = cast("Any", type(request))
        call = self._channel.unary_unary(
            f"/tfplugin5.Provider/{method}",
            request_serializer=message.SerializeToString,
            response_deserializer=MESSAGES[response].FromString,
        )
        answer = call(request, timeout=CALL_SECONDS)
        errors = [_text(each) for each in answer.diagnostics if each.severity == ERROR]
        if errors:
            raise ProviderError("; ".join(errors))
        return answer


def _text(diagnostic: Any) -> str:
    steps = [
        step.attribute_name or step.element_key_string or str(step.element_key_int)
        for step in diagnostic.attribute.steps
    ]
    place = f" [{'.'.join(steps)}]" if steps else ""
    return f"{diagnostic.summary}: {diagnostic.detail}".strip(": ") + place


def _pack(value: object) -> Any:
    return MESSAGES["DynamicValue"](msgpack=encode(value))


def _unpack(value: Any) -> Any:
    return decode(value.msgpack) if value.msgpack else None
