"""Runs programs under Pulumi's mock monitor and keeps what they register.

Mocks accept values that the provider refuses; what AWS accepts is shown by tests/local.
"""

import contextlib
import copy
import functools
import json
import runpy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, cast

import pytest
from pulumi.runtime import mocks, rpc

from local.deploy import stack_config
from local.program import Monitor, run_program

REPOSITORY = Path(__file__).resolve().parent.parent.parent
ACCOUNT_ID = "123456789012"
REGION = "us-east-1"

LOOKUPS: Mapping[str, Mapping[str, str]] = {
    "aws:index/getCallerIdentity:getCallerIdentity": {"accountId": ACCOUNT_ID, "id": ACCOUNT_ID},
    "aws:index/getPartition:getPartition": {"partition": "aws", "id": "aws"},
    "aws:index/getRegion:getRegion": {"region": REGION, "id": REGION},
    "aws:ec2/getManagedPrefixList:getManagedPrefixList": {},
}


PLACES: Mapping[str, str] = {
    "aws:s3/bucket:Bucket": "s3:::",
    "aws:cloudwatch/eventRule:EventRule": f"events:{REGION}:{ACCOUNT_ID}:rule/",
}
"""What ARNs begin with where it is not the type's own service."""


@dataclass(frozen=True, kw_only=True)
class Registered:
    """One resource as the program registered it; inputs are camelCase, as on the wire."""

    type: str
    name: str
    urn: str
    parent: str
    inputs: Mapping[str, Any]
    dependencies: Sequence[str]
    """URNs."""
    references: Mapping[str, Sequence[str]]
    """The URNs that an input was made from, by input."""
    protect: bool
    ignored_changes: Sequence[str]
    aliases: Sequence[str]
    """Former URNs or names."""
    retain_on_delete: bool
    secret_outputs: Sequence[str]
    """Outputs that are secret, besides those whose inputs are."""


@dataclass
class Deployment:
    """All that a program registered and exported."""

    resources: list[Registered] = field(default_factory=list[Registered])
    components_finished: set[str] = field(default_factory=set[str])
    """URNs of the components that registered their outputs."""
    outputs: Mapping[str, object] = field(default_factory=dict[str, object])
    outputs_by_urn: dict[str, Any] = field(default_factory=dict[str, Any])
    """Those of components, as on the wire, by URN."""

    def of_type(self, token: str) -> list[Registered]:
        """The resources of a type, by the end of its token, such as `sqs/queue:Queue`."""
        return [found for found in self.resources if found.type.endswith(f":{token}")]

    def one(self, token: str, name_part: str = "") -> Registered:
        """The only resource of a type whose logical name holds a word."""
        found = [resource for resource in self.of_type(token) if name_part in resource.name]
        assert len(found) == 1, f"{token} {name_part}: {[resource.name for resource in found]}"
        return found[0]

    def waits_for(self, later: Registered, earlier: Registered) -> bool:
        """Whether one resource is made after another, be it over others between them."""
        by_urn = {resource.urn: resource for resource in self.resources}
        return earlier.urn in later.dependencies or any(
            self.waits_for(by_urn[urn], earlier) for urn in later.dependencies
        )


class _Cloud(mocks.Mocks):
    """Gives each resource an id, an ARN and the other outputs that the program reads.

    Args:
        kept: outputs of resources that were there before, by name or type, which win over inputs.
    """

    def __init__(self, kept: Mapping[str, Mapping[str, object]]) -> None:
        self._kept = kept

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        inputs = cast("dict[str, Any]", args.inputs)
        service = args.typ.split(":")[1].split("/")[0]
        name = str(inputs.get("bucket") or inputs.get("name") or args.name)
        place = PLACES.get(args.typ, f"{service}:{REGION}:{ACCOUNT_ID}:")
        computed = {
            "arn": f"arn:aws:{place}{name}",
            "url": f"https://{service}.{REGION}.amazonaws.com/{ACCOUNT_ID}/{name}",
            "keyId": name,
            "version": "1",
            "hex": "0a1b2c3d",
            "prefixListId": f"pl-{inputs.get('serviceName')}",
            "name": name,
        }
        kept = self._kept.get(args.name) or self._kept.get(args.typ, {})
        return name, {**computed, **inputs, **kept}

    def call(self, args: mocks.MockCallArgs) -> tuple[dict[str, Any], list[tuple[str, str]]]:
        given = cast("Mapping[str, object]", args.args)
        by_name = {"id": f"pl-{given['name']}"} if "name" in given else {}
        return {**LOOKUPS[args.token], **by_name}, []


class _Monitor(Monitor):
    """Keeps each registration whole: mocks alone do not see parents and dependencies."""

    def __init__(self, deployment: Deployment, kept: Mapping[str, Mapping[str, object]]) -> None:
        super().__init__(_Cloud(kept))
        self._deployment = deployment

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802 - the name of the remote call
        response = super().RegisterResource(request)
        if request.type != "pulumi:pulumi:Stack":
            self._deployment.resources.append(
                Registered(
                    type=request.type,
                    name=request.name,
                    urn=response.urn,
                    parent=request.parent,
                    inputs=rpc.deserialize_properties(request.object),
                    dependencies=list(request.dependencies),
                    references={
                        key: list(found.urns) for key, found in request.propertyDependencies.items()
                    },
                    protect=request.protect,
                    ignored_changes=list(request.ignoreChanges),
                    aliases=[
                        *request.aliasURNs,
                        *(alias.urn or alias.spec.name for alias in request.aliases),
                    ],
                    retain_on_delete=request.retainOnDelete,
                    secret_outputs=list(request.additionalSecretOutputs),
                )
            )
        return response

    def RegisterResourceOutputs(self, request: Any) -> Any:  # noqa: N802 - the name of the remote call
        self._deployment.components_finished.add(request.urn)
        self._deployment.outputs_by_urn[request.urn] = rpc.deserialize_properties(request.outputs)
        return super().RegisterResourceOutputs(request)  # pyright: ignore[reportUnknownMemberType] - untyped in the SDK


class Deploy(Protocol):
    """Run a program as a stack and return what it registered."""

    def __call__(
        self,
        program: Callable[[], None],
        *,
        stack: str = "test",
        config: Mapping[str, str] | None = None,
    ) -> Deployment: ...


@pytest.fixture
def deploy() -> Deploy:
    """Runs a program to its end, in a context of its own, so that nothing of it stays."""
    return run_mocked


def run_mocked(
    program: Callable[[], None],
    *,
    stack: str = "test",
    config: Mapping[str, str] | None = None,
    kept: Mapping[str, Mapping[str, object]] | None = None,
    secret_keys: Sequence[str] = (),
) -> Deployment:
    """What the fixture `deploy` is, for fixtures that outlive a test."""
    deployment = Deployment()
    deployment.outputs = run_program(
        program,
        _Monitor(deployment, kept or {}),
        project="imagepipe",
        stack=stack,
        config=config or {},
        secret_keys=secret_keys,
    )
    # Resources that do not wait for each other register in any order.
    deployment.resources.sort(key=lambda resource: resource.urn)
    return deployment


def _main() -> None:
    runpy.run_path("__main__.py", run_name="__main__")


class DeployStack(Protocol):
    """Run `__main__.py` as a stack with the configuration of its file."""

    def __call__(self, stack: str, **overrides: object) -> Deployment: ...


@pytest.fixture
def deploy_stack() -> DeployStack:
    """A stack's name or file, and options to override: `deploy_stack("dev", enableKms=True)`."""
    return run_stack


def run_stack(stack: str, **overrides: object) -> Deployment:
    """What the fixture `deploy_stack` is, for fixtures that outlive a test."""
    return run_again(stack, {}, **overrides)


def run_again(
    stack: str, kept: Mapping[str, Mapping[str, object]], **overrides: object
) -> Deployment:
    """Run a stack deployed before, of which some outputs are kept, by resource name or type.

    Stacks with the same options share one run; each caller gets its own copy of the result.
    """
    arguments = (json.dumps(kept, sort_keys=True), json.dumps(overrides, sort_keys=True))
    return copy.deepcopy(_shared_run(stack, *arguments))


@functools.cache
def _shared_run(stack: str, kept: str, overrides: str) -> Deployment:
    return run_afresh(stack, json.loads(kept), **json.loads(overrides))


def run_afresh(
    stack: str,
    kept: Mapping[str, Mapping[str, object]],
    secret_options: Sequence[str] = (),
    **overrides: object,
) -> Deployment:
    """Run a stack by itself: for a test that changes the program, reads its log, or has secrets."""
    own = {f"imagepipe:{key}": value for key, value in overrides.items()}
    config = stack_config(REPOSITORY, stack, own)
    name = Path(stack).name.removeprefix("Pulumi.").removesuffix(".yaml")
    with contextlib.chdir(REPOSITORY):
        secret_keys = [f"imagepipe:{option}" for option in secret_options]
        return run_mocked(_main, stack=name, config=config, kept=kept, secret_keys=secret_keys)
