"""Serve only the emulator, for a program that the Pulumi CLI deploys."""

import time

from local import ROOT, local_directory
from local import emulator as emulators
from local.deploy import stack_config
from local.errors import LocalStackError
from local.stack import STACK


def serve(port: int) -> None:
    """Start the emulator, print how to use it, and wait until it exits or is interrupted.

    Raises:
        LocalStackError: If it cannot start, or exits by itself.
    """
    region = stack_config(ROOT, STACK)["aws:region"]
    directory = local_directory("emulator")
    emulator = emulators.start(directory, region=region, port=port)
    try:
        print(f"the emulator listens at {emulator.endpoint}; in another shell:\n")
        print(f"  export AWS_CA_BUNDLE={emulator.ca_bundle}")
        print("  pulumi stack init local && pulumi up -s local\n\nEnd it with Ctrl-C.", flush=True)
        while emulators.find(directory):
            time.sleep(1)
    finally:
        emulator.stop()
    raise LocalStackError("the emulator exited unexpectedly")
