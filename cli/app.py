"""Assemble `imagepipe` from the subcommands that each folder lists.

They exit with 0 if what they check holds, 1 if it fell short, 2 if they could not run, and 130
after an interrupt. Their modules import what they run only when they run it, so that `--help` is
fast.
"""

import sys
from collections.abc import Sequence

import typer

from corpus import commands as corpus_commands
from docs import commands as docs_commands
from engine import commands as engine_commands
from local import commands as local_commands
from simulation import commands as simulation_commands

EXIT_COULD_NOT_RUN = 2

FOLDERS = (
    local_commands,
    simulation_commands,
    engine_commands,
    corpus_commands,
    docs_commands,
)
"""In the order in which `imagepipe --help` lists their subcommands."""

app = typer.Typer(
    name="imagepipe",
    help="Run, test and document the image pipeline on this machine.",
    epilog="Exit status: 0 if all holds, 1 if something fell short, 2 if it could not run.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for folder in FOLDERS:
    for command in folder.COMMANDS:
        app.command()(command)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the subcommand that the command line names, and exit."""
    try:
        app(arguments, prog_name="imagepipe")
    except typer.TyperException as error:
        typer.echo(f"Error: {error.message}", err=True)
        sys.exit(EXIT_COULD_NOT_RUN)
