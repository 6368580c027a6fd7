"""Subcommands of the local stack and its demo."""

import re
import sys
from pathlib import Path
from typing import Annotated

import typer

from local import DEFAULT_NAME, ROOT, local_directory
from local.reporting import failures_reported


def _valid_name(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,30}", text):
        raise typer.BadParameter(
            f"{text!r} must be 1-31 characters of a-z, 0-9 and hyphen, not starting with a hyphen"
        )
    return text


def _in_a_folder(page: Path) -> Path:
    if not page.parent.is_dir():
        raise typer.BadParameter(f"{page.parent} is not a folder")
    return page


Name = Annotated[
    str,
    typer.Option(
        callback=_valid_name, help="Name of the local stack; several can run at the same time."
    ),
]


def demo(
    name: Name = DEFAULT_NAME,
    images: Annotated[
        Path | None,
        typer.Option(help="Folder of images; without it, samples of this repository."),
    ] = None,
    gallery: Annotated[
        Path,
        typer.Option(
            callback=_in_a_folder,
            dir_okay=False,
            help="HTML page to write.",
            show_default="gallery.html of the repository",
        ),
    ] = ROOT / "gallery.html",
    *,
    keep: Annotated[bool, typer.Option("--keep", help="Leave the local stack running.")] = False,
) -> None:
    """Pipe a folder of images through a local stack."""
    with failures_reported():
        from rich.console import Console

        from local.demo import run_demo

        # Wide enough for the table where there is no terminal, as in CI.
        console = Console(width=None if sys.stdout.isatty() else 120)
        directory = local_directory(name)
        complete = run_demo(directory, images=images, gallery=gallery, keep=keep, console=console)
    if not complete:
        raise typer.Exit(1)


def up(name: Name = DEFAULT_NAME) -> None:
    """Start a local stack and leave it running."""
    with failures_reported():
        from local import stack as stacks

        typer.echo(stacks.describe(stacks.start(local_directory(name))))


def down(name: Name = DEFAULT_NAME) -> None:
    """Stop a local stack and remove its files."""
    with failures_reported():
        from local import emulator as emulators

        emulators.stop(local_directory(name))


def emulator(
    port: Annotated[
        int, typer.Option(min=0, max=65_535, help="Port in Pulumi.local.yaml; 0 picks a free one.")
    ] = 4566,
) -> None:
    """Start only the emulator, for the Pulumi CLI."""
    with failures_reported():
        from local.serving import serve

        serve(port)


COMMANDS = (demo, up, down, emulator)
"""In the order in which `imagepipe --help` lists them."""
