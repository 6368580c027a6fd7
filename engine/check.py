"""Deploy a stack with Pulumi's engine, change it, and destroy it; each step is a row."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.changes import Change, parse_change
from engine.previews import Preview
from engine.project import PROJECT
from engine.session import Session
from engine.uploads import why_not_processed
from local.clients import connect
from local.stack import LocalStack

SHOWN_STEPS = 5


@dataclass(frozen=True, kw_only=True)
class Row:
    """A step, and why it fell short."""

    step: str
    why: str = ""

    @property
    def holds(self) -> bool:
        """Whether it did not."""
        return not self.why


def run_steps(
    session: Session, first: Sequence[Change], changes: Sequence[Change], *, uploads: bool
) -> Iterator[Row]:
    """Run all steps, and yield a row after each.

    Args:
        first: changes of the configuration before the first preview.
        changes: changes of the deployed stack, one after another.
        uploads: whether an upload follows each update.
    """
    why = session.run("stack", "init", session.stack) or _configure(session, first)
    if not why:
        _, why = session.preview()
    yield Row(step="preview", why=why)
    if why:
        return  # nothing else can hold
    yield Row(step="up", why=session.run("up", "--yes", "--skip-preview"))
    if uploads:
        yield _upload(session, "the first deployment")
    yield _second_preview(session, "second preview")
    for change in changes:
        yield from _change(session, [change], uploads=uploads)
    yield Row(step="refresh", why=session.run("refresh", "--yes", "--skip-preview"))
    yield _second_preview(session, "preview after refresh")
    if released := before_destroy(_options(session), uploads=uploads):
        yield from _change(session, [parse_change(each) for each in released], uploads=False)
    yield Row(step="destroy", why=session.run("destroy", "--yes", "--skip-preview"))


def before_destroy(options: Mapping[str, str], *, uploads: bool) -> Sequence[str]:
    """Return the changes without which `pulumi destroy` refuses to delete a stack."""
    needed = [("enableProtection", "false")] if options.get("enableProtection") == "true" else []
    if uploads and options.get("forceDestroy") != "true":
        needed.append(("forceDestroy", "true"))
    return [f"{key}={value}" for key, value in needed]


def why_data_is_lost(preview: Preview, *, is_meant: bool) -> str:
    """Return which steps of a preview delete data, unless that is meant."""
    losses = [str(step) for step in preview.steps if step.deletes_data]
    return "" if is_meant or not losses else f"loses data: {', '.join(losses)}"


def why_not_empty(preview: Preview) -> str:
    """Return what a preview without a change of the stack would do."""
    if not preview.steps:
        return ""
    shown = ", ".join(map(str, preview.steps[:SHOWN_STEPS]))
    more = len(preview.steps) - SHOWN_STEPS
    return f"not empty: {shown}{f' and {more} more' if more > 0 else ''}"


def _change(session: Session, changes: Sequence[Change], *, uploads: bool) -> Iterator[Row]:
    """Change the configuration of the deployed stack, and update it."""
    text = " ".join(change.text for change in changes)
    why = _configure(session, changes)
    if not why:
        preview, why = session.preview()
        is_meant = any(change.deletes_data for change in changes)
        why = why or why_data_is_lost(preview, is_meant=is_meant)
    yield Row(step=f"{text}: preview", why=why)
    yield Row(step=f"{text}: up", why=session.run("up", "--yes", "--skip-preview"))
    if uploads:
        yield _upload(session, text)
    yield _second_preview(session, f"{text}: second preview")


def _configure(session: Session, changes: Sequence[Change]) -> str:
    for change in changes:
        if why := session.run("config", *change.arguments):
            return why
    return ""


def _second_preview(session: Session, step: str) -> Row:
    preview, why = session.preview()
    return Row(step=step, why=why or why_not_empty(preview))


def _upload(session: Session, after: str) -> Row:
    outputs: dict[str, str] = session.read("stack", "output")
    clients = connect(session.emulator)
    stack = LocalStack(emulator=session.emulator, clients=clients, outputs=outputs)
    name = re.sub(r"\W+", "-", f"after-{after}")
    prefix = outputs.get("uploadPrefix", "")
    return Row(step=f"{after}: upload", why=why_not_processed(stack, prefix, name))


def _options(session: Session) -> Mapping[str, str]:
    """Return the stack's options, as texts."""
    found: dict[str, dict[str, str]] = session.read("config")
    return {key.removeprefix(f"{PROJECT}:"): entry.get("value", "") for key, entry in found.items()}
