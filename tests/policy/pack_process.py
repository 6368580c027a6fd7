"""Runs the policy pack as Pulumi's language host does, and calls it as the engine does."""

import json
import subprocess
import venv
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
from google.protobuf import empty_pb2, json_format
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc

from policy.model import Resource, Stack

PACK = Path(__file__).resolve().parent.parent.parent / "policy"
NO_ENGINE = "127.0.0.1:1"
HANG_SECONDS = 300


@dataclass(frozen=True, kw_only=True)
class Report:
    """A violation as the engine shows it."""

    rule: str
    is_mandatory: bool


class PackProcess:
    """A policy pack that is being served."""

    def __init__(self, channel: grpc.Channel) -> None:
        """Take the connection."""
        self._stub: Any = analyzer_pb2_grpc.AnalyzerStub(channel)

    def levels(self) -> Mapping[str, int]:
        """Return the enforcement level of each policy."""
        info = self._stub.GetAnalyzerInfo(empty_pb2.Empty(), timeout=HANG_SECONDS)
        return {policy.name: policy.enforcementLevel for policy in info.policies}

    def configure(self, config: Mapping[str, str]) -> None:
        """Apply the contents of a file of --policy-pack-config that has levels only."""
        levels = {name: config.get(name, config.get("all")) for name in self.levels()}
        request = analyzer_pb2.ConfigureAnalyzerRequest(
            policyConfig={
                name: analyzer_pb2.PolicyConfig(
                    enforcementLevel=analyzer_pb2.EnforcementLevel.Value(level.upper())
                )
                for name, level in levels.items()
                if level
            }
        )
        self._stub.Configure(request, timeout=HANG_SECONDS)

    def reports(self, stack: Stack) -> Iterator[Report]:
        """Yield the violations that the pack reports for a stack."""
        request = analyzer_pb2.AnalyzeStackRequest(resources=map(_on_the_wire, stack.resources))
        for found in self._stub.AnalyzeStack(request, timeout=HANG_SECONDS).diagnostics:
            yield Report(
                rule=found.policyName,
                is_mandatory=found.enforcementLevel == analyzer_pb2.MANDATORY,
            )


def _on_the_wire(found: Resource) -> analyzer_pb2.AnalyzerResource:
    message = analyzer_pb2.AnalyzerResource(
        type=found.type,
        urn=found.urn,
        name=found.name,
        options=analyzer_pb2.AnalyzerResourceOptions(protect=found.protect),
        propertyDependencies={
            key: analyzer_pb2.AnalyzerPropertyDependencies(urns=urns)
            for key, urns in found.references.items()
        },
    )
    # No rule reads an archive: the text of one takes its place.
    json_format.Parse(json.dumps(dict(found.inputs), default=str), message.properties)
    return message


def installed(folder: Path) -> Path:
    """Make the environment that `pulumi install --cwd policy` makes, and return its interpreter."""
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    install = [*("-m", "pip", "install", "--quiet", "--requirement", "requirements.txt")]
    subprocess.run([python, *install], cwd=PACK, check=True, timeout=HANG_SECONDS)
    return python


@contextmanager
def served(folder: Path, python: Path) -> Generator[PackProcess]:
    """Run the pack with an interpreter, in a folder that holds none of its modules."""
    with subprocess.Popen(
        [python, "-u", "-m", "pulumi.policy", NO_ENGINE, PACK], cwd=folder, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        try:
            port = int(process.stdout.readline())
            with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
                yield PackProcess(channel)
        finally:
            process.kill()
