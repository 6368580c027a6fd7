"""The demo: pipe a folder of images through the real program and the real handler."""

import contextlib
import time
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from local import stack as stacks
from local.gallery import size_text, write_gallery
from local.review import Review, review
from local.samples import write_samples
from local.stack import LocalStack
from local.uploads import Upload, files_in, upload, wait_until_final

COLOURS = {"processed": "green", "rejected": "yellow", "deleted": "yellow"}


def run_demo(
    directory: Path, *, images: Path | None, gallery: Path, keep: bool, console: Console
) -> bool:
    """Start a local stack, pipe a folder through it, show the results, and stop the stack.

    Args:
        directory: folder for all files of the local stack.
        images: folder of images; None for the photographs and edge cases of this repository.
        gallery: HTML page to write.
        keep: leave the local stack running, and print how to use it.

    Returns:
        Whether each image reached its final state, and every variant was read back and decoded.

    Raises:
        LocalStackError: If the folder is missing or empty, or the stack cannot start or is stuck.
    """
    if images is not None:
        files_in(images)  # report a wrong folder before the local stack starts
    started = time.monotonic()
    with contextlib.ExitStack() as clean_up:
        with console.status("starting the emulator, deploying the program to it"):
            local_stack = stacks.start(directory)
        clean_up.callback(local_stack.emulator.stop)
        console.print(f"The local stack is up after {time.monotonic() - started:.1f} s.")
        reviews = _pipe(local_stack, images or _sample_folder(directory), console)
        console.print(_table(reviews))
        console.print(_total(reviews, time.monotonic() - started), soft_wrap=True)
        write_gallery(gallery, reviews)
        console.print(f"Every variant as a picture: {gallery.resolve()}", soft_wrap=True)
        if keep:
            clean_up.pop_all()
            console.print(
                stacks.describe(local_stack), soft_wrap=True, highlight=False, markup=False
            )
    return not any(each.problems for each in reviews)


def _sample_folder(directory: Path) -> Path:
    folder = directory / "samples"
    write_samples(folder)
    return folder


def _pipe(local_stack: LocalStack, folder: Path, console: Console) -> Sequence[Review]:
    """Upload all files, wait for their records, and read all variants back."""
    files = files_in(folder)
    with _progress(console) as progress:
        sent = progress.add_task("uploaded", total=len(files))
        done = progress.add_task("done", total=len(files))
        uploads: list[Upload] = []
        for path in files:
            uploads.append(upload(local_stack, folder, path))
            progress.advance(sent)
        records = wait_until_final(local_stack, uploads, lambda: progress.advance(done))
        checked = progress.add_task("read back", total=len(files))
        reviews: list[Review] = []
        for each in uploads:
            reviews.append(review(local_stack, each, records[each]))
            progress.advance(checked)
    return reviews


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description:>9}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
    )


def _table(reviews: Sequence[Review]) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("image", overflow="fold")
    for column in ("variants", "before", "after", "ms"):
        table.add_column(column, justify="right")
    table.add_column("outcome", no_wrap=True)
    for each in reviews:
        colour = "red" if each.problems else COLOURS[each.record.status]
        table.add_row(
            Text(each.upload.key),
            str(len(each.pictures)),
            size_text(each.upload.size_bytes),
            size_text(_bytes_after(each)),
            str(each.record.duration_ms),
            Text(each.outcome, style=colour),
        )
    return table


def _total(reviews: Sequence[Review], seconds: float) -> str:
    before = sum(each.upload.size_bytes for each in reviews)
    after = sum(_bytes_after(each) for each in reviews)
    variants = sum(len(each.pictures) for each in reviews)
    rejected = sum(each.record.status != "processed" for each in reviews)
    wrong = sum(bool(each.problems) for each in reviews)
    return (
        f"{len(reviews)} images, {rejected} of them rejected; {variants} variants read back and "
        f"decoded; {size_text(before)} -> {size_text(after)}; {wrong} problems; {seconds:.1f} s"
    )


def _bytes_after(each: Review) -> int:
    return sum(len(picture.data) for picture in each.pictures)
