"""Compare what this image code makes of a file with what another decoder does."""

import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from PIL import Image

from corpus.decoders import Decoder
from corpus.difference import difference
from corpus.trial import Trial, attempt_with
from handler.images.geometry import Size
from handler.images.input_formats import accepted_format
from handler.images.variants.output_formats import ImageFormat
from handler.images.variants.variant import Variant
from handler.model.errors import Reason, Rejected

NOT_ACCEPTED = "not accepted"
"""Kind of files that are no image, or of a format that is not switched on."""

_ROW = "{:<12} {:>6} {:>6} {:>8} {:>10} {:>12} {:>8} {:>7} {:>8} {:>8} {:>8}"
_HEADINGS = ("kind", "files", "same", "differs", "only ours", "only theirs", "neither", "unread")


class Outcome(StrEnum):
    """Which decoder shows a file, and whether both show the same picture."""

    SAME = "same"
    DIFFERS = "differs"
    ONLY_OURS = "only ours"
    ONLY_THEIRS = "only theirs"
    NEITHER = "neither"
    UNREAD = "unread"
    """Ours shows it, and theirs is built without a decoder for it."""


AGREEMENTS = (Outcome.SAME, Outcome.NEITHER)


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """How a file was shown by both."""

    kind: str
    """Format of the file, or `NOT_ACCEPTED`."""
    outcome: Outcome
    detail: str = ""
    """How the pictures differ, and the reason of each that shows none."""


def whole_variant(variants: Sequence[Variant]) -> Variant:
    """Return the variant that has the pixels of the upload: PNG without a largest size."""
    (whole,) = (v for v in variants if v.format is ImageFormat.PNG and v.box == (None, None))
    return whole


def compare(
    data: bytes, trial: Trial, whole: Variant, decoder: Decoder, accepted: Sequence[str]
) -> Comparison:
    """Decode a file with another decoder, and compare the picture with that of a trial.

    Args:
        data: The whole file.
        trial: A trial of it, whose variants were saved.
        whole: See `whole_variant`.
        decoder: The other decoder.
        accepted: Formats that the trial accepts.
    """
    with tempfile.TemporaryDirectory() as folder:
        other = attempt_with(
            decoder.transform,
            data,
            [whole],
            growth_bytes=decoder.growth_bytes,
            folder=Path(folder),
        )
        outcome, found = _outcome(_shown(trial, whole), _shown(other, whole))
    if outcome is Outcome.ONLY_OURS and other.reason == Reason.UNSUPPORTED_FORMAT:
        outcome = Outcome.UNREAD
    details = [found, _hindrance("ours", trial), _hindrance("theirs", other)]
    return Comparison(
        kind=_kind(data, accepted), outcome=outcome, detail="; ".join(filter(None, details))
    )


def agreement_lines(comparisons: Mapping[Path, Comparison], name: str) -> Iterator[str]:
    """Yield a table of the agreement by kind, then the files on which the decoders disagree."""
    yield from _table(list(comparisons.values()), name)
    for file, each in comparisons.items():
        if each.outcome not in (*AGREEMENTS, Outcome.UNREAD):
            yield f"{each.kind} {each.outcome}: {file}: {each.detail}"


def _table(comparisons: Sequence[Comparison], name: str) -> Iterator[str]:
    """Yield the lines of a table of the agreement by kind.

    Its last columns are percentages, without files that the other has no decoder for: of files on
    which both agree, of those shown here the ones that the other shows alike, and the reverse.
    """
    yield f"agreement with {name} ({name} is theirs), in per cent of files read by both:"
    yield _ROW.format(*_HEADINGS, "agree", "of ours", "of theirs")
    kinds = sorted({each.kind for each in comparisons} - {NOT_ACCEPTED})
    for kind in kinds:
        yield _row(kind, [each for each in comparisons if each.kind == kind])
    accepted = [each for each in comparisons if each.kind != NOT_ACCEPTED]
    yield _row("accepted", accepted)
    yield _row(NOT_ACCEPTED, [each for each in comparisons if each.kind == NOT_ACCEPTED])
    yield _row("all", comparisons)


def _row(label: str, comparisons: Sequence[Comparison]) -> str:
    counts = Counter(each.outcome for each in comparisons)
    same = counts[Outcome.SAME]
    shared = same + counts[Outcome.DIFFERS]
    return _ROW.format(
        label,
        len(comparisons),
        *(counts[outcome] for outcome in Outcome),
        _percent(sum(counts[each] for each in AGREEMENTS), counts.total() - counts[Outcome.UNREAD]),
        _percent(same, shared + counts[Outcome.ONLY_OURS]),
        _percent(same, shared + counts[Outcome.ONLY_THEIRS]),
    )


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}" if whole else "-"


def _shown(trial: Trial, whole: Variant) -> tuple[Path, Size] | None:
    """Return the file of the whole picture, and its size; None if there is none."""
    if trial.outcome != "processed":
        return None
    name = f"{whole.name}.{whole.format.extension}"
    found = (made for made in trial.variants if made.path and made.path.name == name)
    return next((made.path, (made.width, made.height)) for made in found if made.path)


def _outcome(
    ours: tuple[Path, Size] | None, theirs: tuple[Path, Size] | None
) -> tuple[Outcome, str]:
    """Return the outcome, and how the pictures differ."""
    if ours is None:
        return (Outcome.NEITHER if theirs is None else Outcome.ONLY_THEIRS), ""
    if theirs is None:
        return Outcome.ONLY_OURS, ""
    (first, size), (second, other) = ours, theirs
    if size != other:
        return Outcome.DIFFERS, f"ours is {size[0]}x{size[1]}, theirs {other[0]}x{other[1]}"
    with Image.open(first) as one, Image.open(second) as two:
        found = difference(one, two)
    outcome = Outcome.SAME if found.is_small else Outcome.DIFFERS
    return outcome, f"mean {found.mean:.1f}, in a tile {found.tile:.0f}"


def _hindrance(whose: str, trial: Trial) -> str:
    if trial.outcome == "processed":
        return ""
    return f"{whose}: {trial.explanation or trial.outcome}"


def _kind(data: bytes, accepted: Sequence[str]) -> str:
    try:
        return accepted_format(data, accepted)
    except Rejected:
        return NOT_ACCEPTED
