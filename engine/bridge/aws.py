"""The provider `aws` of Pulumi's engine."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

from google.protobuf import empty_pb2
from pulumi.runtime.proto import provider_pb2

from engine.bridge.inputs import configuration
from engine.bridge.names import argument, terraform_type
from engine.bridge.outputs import outputs
from engine.bridge.plugin import Plugin
from engine.bridge.resources import Resources
from engine.bridge.wire import from_struct, to_struct
from engine.rpc import INTERNAL, Context
from engine.terraform.provider import Provider, ProviderError

T = TypeVar("T")

Diff = provider_pb2.DiffResponse
Change = provider_pb2.PropertyDiff


class Aws(Plugin):
    """Answers the engine's calls."""

    package = "pulumi_aws"

    def __init__(self, provider: Provider, zips: Path) -> None:
        self._provider = provider
        self._resources = Resources(provider, zips)

    def Configure(
        self, request: provider_pb2.ConfigureRequest, context: Context
    ) -> provider_pb2.ConfigureResponse:
        """Pass the stack's options `aws:...` on, without those that only pulumi-aws has."""
        block = self._provider.block
        given = {
            key: _parsed(value)
            for key, value in from_struct(request.args).items()
            if argument(key, block.names)
        }
        _guarded(
            context,
            lambda: self._provider.configure(configuration(block, given, "provider aws")),
        )
        return provider_pb2.ConfigureResponse(supportsPreview=True)

    def Invoke(
        self, request: provider_pb2.InvokeRequest, context: Context
    ) -> provider_pb2.InvokeResponse:
        """Answer a lookup, such as `aws.get_region()`."""
        found = _guarded(context, lambda: self._look_up(request.tok, from_struct(request.args)))
        return provider_pb2.InvokeResponse(**cast("Any", {"return": to_struct(found)}))

    def _look_up(self, token: str, arguments: dict[str, Any]) -> dict[str, Any]:
        kind = terraform_type(re.sub(r"\bget", "", token), self._provider.lookups)
        if kind is None:
            raise ProviderError(f"the provider has no lookup for {token}")
        block = self._provider.lookup(kind)
        found = self._provider.look_up(kind, configuration(block, arguments, token))
        result = outputs(block, found)
        if kind == "aws_region":  # its name, in version 7 of pulumi-aws
            result.setdefault("region", result.get("name"))
        return result

    def Check(
        self, request: provider_pb2.CheckRequest, context: Context
    ) -> provider_pb2.CheckResponse:
        """Check the inputs of a resource, and give it a name."""
        news, olds = from_struct(request.news), from_struct(request.olds)
        try:
            named = self._resources.check(request.urn, news, olds, request.randomSeed)
        except ProviderError as error:
            failure = provider_pb2.CheckFailure(reason=str(error))
            return provider_pb2.CheckResponse(failures=[failure])
        return provider_pb2.CheckResponse(inputs=to_struct(named))

    def Diff(
        self, request: provider_pb2.DiffRequest, context: Context
    ) -> provider_pb2.DiffResponse:
        """Compare inputs with what is deployed."""
        news, before = from_struct(request.news), from_struct(request.old_inputs)
        news |= {key: before[key] for key in request.ignoreChanges if key in before}
        found = _guarded(
            context, lambda: self._resources.diff(request.urn, news, from_struct(request.olds))
        )
        detailed = {
            key: Change(
                kind=Change.UPDATE_REPLACE if key in found.replaced else Change.UPDATE,
            )
            for key in found.changed
        }
        return Diff(
            changes=Diff.DIFF_SOME if found.changed else Diff.DIFF_NONE,
            diffs=found.changed,
            replaces=found.replaced,
            hasDetailedDiff=True,
            detailedDiff=detailed,
        )

    def Create(
        self, request: provider_pb2.CreateRequest, context: Context
    ) -> provider_pb2.CreateResponse:
        """Create a resource, or plan it."""
        inputs = from_struct(request.properties)
        resource_id, properties = _guarded(
            context,
            lambda: self._resources.create(request.urn, inputs, is_preview=request.preview),
        )
        return provider_pb2.CreateResponse(id=resource_id, properties=to_struct(properties))

    def Update(
        self, request: provider_pb2.UpdateRequest, context: Context
    ) -> provider_pb2.UpdateResponse:
        """Update a resource, or plan that."""
        news, olds = from_struct(request.news), from_struct(request.olds)
        properties = _guarded(
            context,
            lambda: self._resources.update(request.urn, news, olds, is_preview=request.preview),
        )
        return provider_pb2.UpdateResponse(properties=to_struct(properties))

    def Read(
        self, request: provider_pb2.ReadRequest, context: Context
    ) -> provider_pb2.ReadResponse:
        """Read a resource that the stack has, for `pulumi refresh`."""
        inputs, deployed = from_struct(request.inputs), from_struct(request.properties)
        properties = _guarded(context, lambda: self._resources.read(request.urn, inputs, deployed))
        if properties is None:
            return provider_pb2.ReadResponse()
        return provider_pb2.ReadResponse(
            id=request.id, inputs=request.inputs, properties=to_struct(properties)
        )

    def Delete(self, request: provider_pb2.DeleteRequest, context: Context) -> empty_pb2.Empty:
        """Delete a resource."""
        deployed = from_struct(request.properties)
        _guarded(context, lambda: self._resources.delete(request.urn, deployed))
        return empty_pb2.Empty()


def _guarded(context: Context, call: Callable[[], T]) -> T:
    """Return what a call returns, or answer with what the provider refused."""
    try:
        return call()
    except ProviderError as error:
        context.abort(INTERNAL, str(error))


def _parsed(value: object) -> object:
    """Options of a stack are texts; lists and objects are JSON."""
    return json.loads(value) if isinstance(value, str) and value[:1] in ("[", "{") else value
