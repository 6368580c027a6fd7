"""Run the image code on files or on mutations of them, and print what came of each."""

import logging
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import yaml

from corpus.fuzz import fuzz, keep, mutated_file, summary
from corpus.seeds import seeds
from corpus.trial import MEMORY_MIB, Trial, attempt
from handler.images.input_formats import DEFAULT_ACCEPTED, READABLE
from handler.images.variants.parsing import parse_variants
from handler.images.variants.variant import Variant

_PROJECT_FILE = Path(__file__).resolve().parent.parent / "Pulumi.yaml"
_ROW = "{:<9} {:>6} {:>6}  {:<8} {:>11}  {}"


def run_trials(folder: Path, files: Sequence[Path], *, all_formats: bool) -> bool:
    """Process each file, print a line for each and totals, and return whether none had a fault."""
    logging.disable(logging.CRITICAL)
    accepted = READABLE if all_formats else DEFAULT_ACCEPTED
    variants = _default_variants()
    sys.stdout.write(_ROW.format("outcome", "ms", "MiB", "format", "pixels", "file, reason") + "\n")
    trials: list[Trial] = []
    for path in files:
        trials.append(attempt(path.read_bytes(), variants, accepted))
        sys.stdout.write(_line(trials[-1], path.relative_to(folder)) + "\n")
        sys.stdout.flush()
    sys.stdout.write(_totals(trials) + "\n")
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
            sys.stdout.write(f"{case.number} {case.outcome}: {case.detail}; kept as {kept}\n")
            sys.stdout.flush()
    sys.stdout.write(summary(outcomes, formats, time.monotonic() - started) + "\n")
    return faults == 0


def _default_variants() -> tuple[Variant, ...]:
    project = yaml.safe_load(_PROJECT_FILE.read_text(encoding="utf-8"))
    return parse_variants(project["config"]["variants"]["default"])


def _line(trial: Trial, path: Path) -> str:
    facts = trial.facts
    path_and_reason = " ".join(filter(None, (str(path), trial.reason)))
    return _ROW.format(
        trial.outcome,
        trial.milliseconds,
        trial.peak_mib,
        facts.format if facts else "-",
        f"{facts.width}x{facts.height}" if facts else "-",
        f"{path_and_reason} !! {trial.fault}" if trial.fault else path_and_reason,
    )


def _totals(trials: Sequence[Trial]) -> str:
    outcomes = Counter(trial.reason.partition(":")[0] or trial.outcome for trial in trials)
    faults = Counter(trial.fault for trial in trials if trial.fault)
    return (
        f"{len(trials)} files: "
        + ", ".join(f"{count} {outcome}" for outcome, count in outcomes.most_common())
        + f"; slowest {max(trial.milliseconds for trial in trials)} ms"
        + f", most memory {max(trial.peak_mib for trial in trials)} of {MEMORY_MIB} MiB"
        + f"; faults: {', '.join(f'{n} {fault}' for fault, n in faults.items()) or 'none'}"
    )
