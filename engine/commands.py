"""The subcommand of the check under Pulumi's engine."""

from typing import Annotated

import typer

from engine.changes import SYNTAX, Change, parse_change


def _parsed(texts: list[str] | None) -> list[str] | None:
    """Reject a change without a known form, before anything is started."""
    for text in texts or ():
        _change(text)
    return texts


def _change(text: str) -> Change:
    try:
        return parse_change(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


def engine(
    stack: Annotated[str, typer.Option(help="Name of a stack, or path of its file.")] = "dev",
    first: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            callback=_parsed,
            metavar="CHANGE",
            help="Change before the first preview; may be repeated.",
        ),
    ] = None,
    then: Annotated[
        list[str] | None,
        typer.Option(
            callback=_parsed,
            metavar="CHANGE",
            help=f"Change of the deployed stack, {SYNTAX}; may be repeated.",
        ),
    ] = None,
    *,
    upload: Annotated[
        bool, typer.Option("--upload", help="Process an upload after each update.")
    ] = False,
) -> None:
    """Deploy, change and destroy a stack with Pulumi's engine.

    Uses Pulumi's CLI and the Terraform AWS provider on the embedded AWS. Falls short if a step
    fails, a second preview is not empty, or a change deletes what holds data.
    """
    from local.reporting import failures_reported

    with failures_reported():
        from engine.run import run_check

        changes = [[_change(text) for text in texts or ()] for texts in (first, then)]
        holds = run_check(stack, *changes, uploads=upload)
    if not holds:
        raise typer.Exit(1)


COMMANDS = (engine,)
