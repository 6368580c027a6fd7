"""Run the image code on files or on mutations of them, and print the outcome of each."""

import logging
import sys
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml

from corpus.agreement import Comparison, agreement_lines, compare, whole_variant
from corpus.decoders import Decoder
from corpus.fuzz import fuzz, keep, mutated_file, summary
from corpus.json_lines import json_line
from corpus.seeds import seeds
from corpus.trial import MEMORY_MIB, Trial, attempt
from handler.images.input_formats import DEFAULT_ACCEPTED, READABLE
from handler.images.variants.parsing import parse_variants
from handler.images.variants.variant import Variant

_PROJECT_FILE = Path(__file__).resolve().parent.parent / "Pulumi.yaml"
_ROW = "{:<9} {:>6} {:>6}  {:<8} {:>11}  {}"


@dataclass(frozen=True, kw_only=True)
class Options:
    """What is done with the files of a folder."""

    all_formats: bool = False
    """Whether formats that are off by default are accepted."""
    json: Path | None = None
    """File for a line of JSON about each file."""
    save: Path | None = None
    """Folder for the variants, each in `<file>/<variant>.<ext>`."""
    against: Decoder | None = None
    """Decoder to compare with."""


def run_trials(folder: Path, files: Sequence[Path], options: Options) -> bool:
    """Process each file, print a line for each and totals, and return whether none had a fault."""
    logging.disable(logging.CRITICAL)
    accepted = READABLE if options.all_formats else DEFAULT_ACCEPTED
    variants = default_variants()
    _write(_ROW.format("outcome", "ms", "MiB", "format", "pixels", "file, reason"))
    trials: list[Trial] = []
    comparisons: dict[Path, Comparison] = {}
    with ExitStack() as opened:
        lines = options.json and opened.enter_context(options.json.open("w", encoding="utf-8"))
        scratch = Path(opened.enter_context(TemporaryDirectory()))
        for path in files:
            name, data = path.relative_to(folder), path.read_bytes()
            saved = options.save / name if options.save else scratch if options.against else None
            trial = attempt(data, variants, accepted, folder=saved)
            trials.append(trial)
            _write(_line(trial, name))
            if lines:
                lines.write(json_line(trial, name, len(data)) + "\n")
                lines.flush()
            if options.against:
                comparisons[name] = compare(
                    data, trial, whole_variant(variants), options.against, accepted
                )
    _write(_totals(trials))
    if options.against:
        for line in agreement_lines(comparisons, options.against.name):
            _write(line)
    return not any(trial.fault for trial in trials)


def run_fuzz(files: Sequence[Path], *, seconds: float, seed: int, folder: Path) -> bool:
    """Process mutations of files, print totals, and return whether none had a fault.

    Args:
        folder: where mutated files with faults are kept.
    """
    logging.disable(logging.CRITICAL)
    sources = [*(path.read_bytes() for path in files), *seeds().values()]
    started = time.monotonic()
    outcomes: Counter[str] = Counter()
    formats: Counter[str] = Counter()
    faults = 0
    for case in fuzz(sources, seed=seed, seconds=seconds):
        outcomes[case.outcome] += 1
        formats.update([case.format] if case.format else [])
        faults += case.is_fault
        if case.is_kept:
            kept = keep(folder, case, mutated_file(seed, case.number, sources))
            _write(f"{case.number} {case.outcome}: {case.detail}; kept as {kept}")
    _write(summary(outcomes, formats, time.monotonic() - started))
    return faults == 0


def default_variants() -> tuple[Variant, ...]:
    """Return the variants that a stack has by default."""
    project = yaml.safe_load(_PROJECT_FILE.read_text(encoding="utf-8"))
    return parse_variants(project["config"]["variants"]["default"])


def _line(trial: Trial, path: Path) -> str:
    facts = trial.facts
    path_and_reason = " ".join(filter(None, (str(path), trial.explanation)))
    return _ROW.format(
        trial.outcome,
        trial.milliseconds,
        trial.peak_mib,
        facts.format if facts else "-",
        f"{facts.width}x{facts.height}" if facts else "-",
        f"{path_and_reason} !! {trial.fault}" if trial.fault else path_and_reason,
    )


def _totals(trials: Sequence[Trial]) -> str:
    outcomes = Counter(trial.reason or trial.outcome for trial in trials)
    faults = Counter(trial.fault for trial in trials if trial.fault)
    return (
        f"{len(trials)} files: "
        + ", ".join(f"{count} {outcome}" for outcome, count in outcomes.most_common())
        + f"; slowest {max(trial.milliseconds for trial in trials)} ms"
        + f", most memory {max(trial.peak_mib for trial in trials)} of {MEMORY_MIB} MiB"
        + f"; faults: {', '.join(f'{n} {fault}' for fault, n in faults.items()) or 'none'}"
    )


def _write(line: str) -> None:
    """Print a line at once. Names of files need not be UTF-8."""
    sys.stdout.write(line.encode(errors="backslashreplace").decode() + "\n")
    sys.stdout.flush()
