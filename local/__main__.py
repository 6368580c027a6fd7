"""`python -m local`: command line of the local stack and its demo; `make help` has short forms."""

import argparse
import re
import sys
import time
from pathlib import Path

import pulumi
from rich.console import Console

from local import ROOT
from local import emulator as emulators
from local import stack as stacks
from local.demo import run_demo
from local.deploy import stack_config
from local.errors import LocalStackError
from local.interrupts import answer_interrupt, raise_interrupts

EXIT_INTERRUPTED = 130
"""128 + SIGINT, by the convention of shells."""


def main() -> int:
    """Run one command.

    Returns:
        0 on success, 1 on failure, 130 after an interrupt. After a failure or an interrupt no
        process or file is left.
    """
    raise_interrupts()
    arguments = _parser().parse_args()
    try:
        return 0 if arguments.run(arguments) else 1
    except (LocalStackError, pulumi.RunError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        answer_interrupt()
        print("interrupted: nothing is left running", file=sys.stderr)
        return EXIT_INTERRUPTED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m local", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    named = argparse.ArgumentParser(add_help=False)
    named.add_argument(
        "--name",
        type=_name,
        default=stacks.DEFAULT_NAME,
        help="name of the local stack; several can run at once",
    )

    up = commands.add_parser("up", parents=[named], help="start a local stack and leave it running")
    up.set_defaults(run=_up)
    down = commands.add_parser(
        "down", parents=[named], help="stop a local stack and remove its files"
    )
    down.set_defaults(run=_down)
    demo = commands.add_parser(
        "demo", parents=[named], help="pipe a folder of images through a local stack"
    )
    demo.add_argument(
        "--images", type=Path, help="folder of images; default: samples of this repository"
    )
    demo.add_argument(
        "--gallery", type=Path, default=ROOT / "gallery.html", help="HTML page to write"
    )
    demo.add_argument("--keep", action="store_true", help="leave the local stack running")
    demo.set_defaults(run=_demo)
    bare = commands.add_parser("emulator", help="start only the emulator, for the Pulumi CLI")
    bare.add_argument("--port", type=int, default=4566, help="port in Pulumi.local.yaml")
    bare.set_defaults(run=_emulator, name="emulator")
    return parser


def _up(arguments: argparse.Namespace) -> bool:
    print(stacks.describe(stacks.start(stacks.local_directory(arguments.name))))
    return True


def _down(arguments: argparse.Namespace) -> bool:
    emulators.stop(stacks.local_directory(arguments.name))
    return True


def _demo(arguments: argparse.Namespace) -> bool:
    return run_demo(
        stacks.local_directory(arguments.name),
        images=arguments.images,
        gallery=arguments.gallery,
        keep=arguments.keep,
        console=_console(),
    )


def _console() -> Console:
    """Return a console that is wide enough for the table where there is no terminal, as in CI."""
    return Console(width=None if sys.stdout.isatty() else 120)


def _emulator(arguments: argparse.Namespace) -> bool:
    """Serve until interrupted."""
    region = stack_config(ROOT, stacks.STACK)["aws:region"]
    directory = stacks.local_directory(arguments.name)
    emulator = emulators.start(directory, region=region, port=arguments.port)
    try:
        print(f"the emulator listens at {emulator.endpoint}; in another shell:\n")
        print(f"  export AWS_CA_BUNDLE={emulator.ca_bundle}")
        print("  pulumi stack init local && pulumi up -s local\n\nEnd it with Ctrl-C.", flush=True)
        while emulators.find(directory):
            time.sleep(1)
    finally:
        emulator.stop()
    raise LocalStackError("the emulator exited unexpectedly")


def _name(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,30}", text):
        raise argparse.ArgumentTypeError(
            f"{text!r} must be 1-31 characters of a-z, 0-9 and hyphen, not starting with a hyphen"
        )
    return text


if __name__ == "__main__":
    sys.exit(main())
