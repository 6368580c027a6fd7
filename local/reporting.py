"""Report how a command that runs a local stack failed, in one line."""

import contextlib
from collections.abc import Generator

import typer

from local.errors import LocalStackError
from local.interrupts import answer_interrupt, raise_interrupts

EXIT_INTERRUPTED = 130
"""128 + SIGINT, by the convention of shells."""


@contextlib.contextmanager
def failures_reported() -> Generator[None]:
    """Clean up and end on any termination signal, and report failures without a traceback.

    Raises:
        typer.TyperException: If the local stack failed. No process or file is left then.
        typer.Exit: After an interrupt. No process or file is left then.
    """
    raise_interrupts()
    try:
        yield
    except LocalStackError as error:
        raise typer.TyperException(str(error)) from error
    except KeyboardInterrupt:
        answer_interrupt()
        typer.echo("interrupted: nothing is left running", err=True)
        raise typer.Exit(EXIT_INTERRUPTED) from None
