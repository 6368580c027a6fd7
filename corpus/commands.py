"""Subcommands that run the image code on the files of a folder."""

from collections.abc import Sequence
from enum import StrEnum
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


class Against(StrEnum):
    """A decoder that is not ours."""

    VIPS = "vips"
    SHARP = "sharp"


def corpus(
    folder: Folder,
    *,
    all_formats: Annotated[
        bool, typer.Option("--all-formats", help="Include formats that are off by default.")
    ] = False,
    json: Annotated[
        Path | None,
        typer.Option(dir_okay=False, help="File for a line of JSON about each file."),
    ] = None,
    save: Annotated[
        Path | None,
        typer.Option(file_okay=False, help="Folder for the variants, as FILE/VARIANT.EXT."),
    ] = None,
    against: Annotated[
        Against | None, typer.Option(help="Decoder to compare the pictures with.")
    ] = None,
) -> None:
    """Process the files of a folder as the function would.

    Falls short if a file killed the decoder or the function, hung it for 10 s, or took more memory
    than a function of 1,024 MB has.
    """
    files = _files_in(folder)
    if save and save.resolve() == folder.resolve():
        raise typer.TyperException(f"{save} has the files: save the variants elsewhere")
    from corpus.decoders import DecoderMissing, installed_decoder
    from corpus.report import Options, run_trials

    try:
        decoder = installed_decoder(against) if against else None
        _make_folders(save, json and json.parent)
    except (DecoderMissing, OSError) as error:
        raise typer.TyperException(str(error)) from None
    options = Options(all_formats=all_formats, json=json, save=save, against=decoder)
    if not run_trials(folder, files, options):
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


def _make_folders(*folders: Path | None) -> None:
    for each in folders:
        if each:
            each.mkdir(parents=True, exist_ok=True)


COMMANDS = (corpus, fuzz)
"""In the order in which `imagepipe --help` lists them."""
