"""Start the host: `python -m engine.host ADDRESS`, with the address of the engine."""

import sys

from pulumi.runtime.proto.language_pb2_grpc import add_LanguageRuntimeServicer_to_server

from engine.host.host import Host
from engine.rpc import serve


def main(arguments: list[str]) -> None:
    """Serve until the engine ends this process."""
    address = next((each for each in arguments if not each.startswith("-")), "")
    serve(lambda server: add_LanguageRuntimeServicer_to_server(Host(address), server))


if __name__ == "__main__":
    main(sys.argv[1:])
