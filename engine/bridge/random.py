"""The provider `random` of Pulumi's engine: only `RandomId`, which the program uses."""

import base64
import os

from google.protobuf import empty_pb2
from pulumi.runtime.proto import provider_pb2

from engine.bridge.plugin import Plugin
from engine.bridge.wire import Properties, from_struct, to_struct
from engine.rpc import UNIMPLEMENTED, Context
from engine.terraform.unknown import UNKNOWN

TYPE = "random:index/randomId:RandomId"
REPLACING = ("byteLength", "keepers", "prefix")
"""Inputs whose change needs another id."""


class Random(Plugin):
    """Answers the engine's calls."""

    package = "pulumi_random"

    def Configure(
        self, request: provider_pb2.ConfigureRequest, context: Context
    ) -> provider_pb2.ConfigureResponse:
        """Take no configuration."""
        return provider_pb2.ConfigureResponse(supportsPreview=True)

    def Check(
        self, request: provider_pb2.CheckRequest, context: Context
    ) -> provider_pb2.CheckResponse:
        """Accept the inputs of a `RandomId`."""
        if request.urn.split("::")[2].rpartition("$")[2] != TYPE:
            context.abort(UNIMPLEMENTED, f"{request.urn}: only {TYPE} is there")
        return provider_pb2.CheckResponse(inputs=request.news)

    def Diff(
        self, request: provider_pb2.DiffRequest, context: Context
    ) -> provider_pb2.DiffResponse:
        """Compare the inputs."""
        before, after = from_struct(request.old_inputs), from_struct(request.news)
        after |= {key: before.get(key) for key in request.ignoreChanges}
        changed = [key for key in REPLACING if before.get(key) != after.get(key)]
        response = provider_pb2.DiffResponse
        return response(
            changes=response.DIFF_SOME if changed else response.DIFF_NONE,
            diffs=changed,
            replaces=changed,
        )

    def Create(
        self, request: provider_pb2.CreateRequest, context: Context
    ) -> provider_pb2.CreateResponse:
        """Draw an id."""
        inputs = from_struct(request.properties)
        if request.preview:
            made: Properties = dict.fromkeys(("hex", "dec", "b64Std", "b64Url"), UNKNOWN)
            return provider_pb2.CreateResponse(properties=to_struct({**inputs, **made}))
        made = forms(os.urandom(int(inputs["byteLength"])), inputs.get("prefix") or "")
        return provider_pb2.CreateResponse(
            id=made["b64Url"], properties=to_struct({**inputs, **made})
        )

    def Read(
        self, request: provider_pb2.ReadRequest, context: Context
    ) -> provider_pb2.ReadResponse:
        """Return what the engine has."""
        return provider_pb2.ReadResponse(
            id=request.id, inputs=request.inputs, properties=request.properties
        )

    def Delete(self, request: provider_pb2.DeleteRequest, context: Context) -> empty_pb2.Empty:
        """Do nothing; an id exists only in the state."""
        return empty_pb2.Empty()


def forms(raw: bytes, prefix: str) -> Properties:
    """Return random bytes in the forms that `RandomId` has as outputs."""
    return {
        "hex": prefix + raw.hex(),
        "dec": prefix + str(int.from_bytes(raw)),
        "b64Std": prefix + base64.b64encode(raw).decode(),
        "b64Url": prefix + base64.urlsafe_b64encode(raw).decode().rstrip("="),
    }
