"""Subcommands that run the image code on the files of a folder."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

Folder = Annotated[
    Path,
    typer.Argument(
        exists=True,
        file_okay=False,
        metavar="FOLDER",
        help="All files in it and in its subfolders are used.",
    ),
]


def corpus(
    folder: Folder,
    *,
    all_formats: Annotated[
        bool, typer.Option("--all-formats", help="Include formats that are off by default.")
    ] = False,
) -> None:
    """Process the files of a folder as the function would.

    Falls short if a file killed the decoder or the function, hung it for 10 s, or took more memory
    than a function of 1,024 MB has.
    """
    files = _files_in(folder)
    from corpus.report import run_trials

    if not run_trials(folder, files, all_formats=all_formats):
        raise typer.Exit(1)


def fuzz(
    folder: Folder,
    seconds: Annotated[float, typer.Option(min=0.1, help="Duration in seconds.")] = 60,
    seed: Annotated[int, typer.Option(help="Seed of the mutations.")] = 1,
    keep: Annotated[Path, typer.Option(help="Folder for files with faults.")] = Path("build/fuzz"),
) -> None:
    """Process random mutations of the files of a folder.

    Small files in every format are mutated too. Falls short if a file raised an unexpected
    exception, or hung.
    """
    files = _files_in(folder)
    from corpus.report import run_fuzz

    if not run_fuzz(files, seconds=seconds, seed=seed, folder=keep):
        raise typer.Exit(1)


def _files_in(folder: Path) -> Sequence[Path]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    if not files:
        raise typer.TyperException(f"{folder} has no files")
    return files


COMMANDS = (corpus, fuzz)
"""In the order in which `imagepipe --help` lists them."""
