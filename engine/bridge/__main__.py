"""Start a provider: `python -m engine.bridge aws PROGRAM ZIPS`, or `... random`.

Arguments: the Terraform provider, and a folder for zip files.
"""

import sys
from pathlib import Path

from pulumi.runtime.proto.provider_pb2_grpc import add_ResourceProviderServicer_to_server

from engine.bridge.aws import Aws
from engine.bridge.random import Random
from engine.rpc import serve
from engine.terraform.provider import Provider


def main(arguments: list[str]) -> None:
    """Serve until the engine ends this process."""
    if arguments[0] == "random":
        serve(lambda server: add_ResourceProviderServicer_to_server(Random(), server))
        return
    provider = Provider(Path(arguments[1]))
    try:
        plugin = Aws(provider, Path(arguments[2]))
        serve(lambda server: add_ResourceProviderServicer_to_server(plugin, server), provider.stop)
    finally:
        provider.stop()


if __name__ == "__main__":
    main(sys.argv[1:])
