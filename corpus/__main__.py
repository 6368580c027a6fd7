"""`python -m corpus DIR`: one line for each file, then totals. Exit status 1 if any file killed the
decoder or the function, hung in it for 10 s, or took more than the memory of a 1,024 MB function.
"""

import argparse
import logging
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import cast

import yaml

from corpus.trial import MEMORY_MIB, Trial, attempt
from handler.images.formats import DEFAULT_ACCEPTED, READABLE
from handler.images.variants import Variant, parse_variants

_PROJECT_FILE = Path(__file__).resolve().parent.parent / "Pulumi.yaml"
_ROW = "{:<8} {:>6} {:>6}  {:<5} {:>11}  {}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the tool; returns its exit status."""
    parser = argparse.ArgumentParser(prog="corpus", description=__doc__)
    parser.add_argument("folder", type=Path, help="all files in it and below it are tried")
    parser.add_argument(
        "--all-formats", action="store_true", help="also those that a stack has to switch on"
    )
    options = parser.parse_args(arguments)
    folder = cast("Path", options.folder)
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    if not files:
        parser.error(f"there is no file in {folder}")
    logging.disable(logging.CRITICAL)
    accepted = READABLE if options.all_formats else DEFAULT_ACCEPTED
    variants = _default_variants()
    sys.stdout.write(_ROW.format("verdict", "ms", "MiB", "is", "pixels", "file, reason") + "\n")
    trials: list[Trial] = []
    for path in files:
        trials.append(attempt(path.read_bytes(), variants, accepted))
        sys.stdout.write(_line(trials[-1], path.relative_to(folder)) + "\n")
        sys.stdout.flush()
    sys.stdout.write(_totals(trials) + "\n")
    return int(any(trial.fault for trial in trials))


def _default_variants() -> tuple[Variant, ...]:
    project = yaml.safe_load(_PROJECT_FILE.read_text(encoding="utf-8"))
    return parse_variants(project["config"]["variants"]["default"])


def _line(trial: Trial, path: Path) -> str:
    facts = trial.facts
    said = " ".join(filter(None, (str(path), trial.reason)))
    return _ROW.format(
        trial.verdict,
        trial.milliseconds,
        trial.peak_mib,
        facts.format if facts else "-",
        f"{facts.width}x{facts.height}" if facts else "-",
        f"{said} !! {trial.fault}" if trial.fault else said,
    )


def _totals(trials: Sequence[Trial]) -> str:
    verdicts = Counter(trial.reason.partition(":")[0] or trial.verdict for trial in trials)
    faults = Counter(trial.fault for trial in trials if trial.fault)
    return (
        f"{len(trials)} files: "
        + ", ".join(f"{count} {verdict}" for verdict, count in verdicts.most_common())
        + f"; slowest {max(trial.milliseconds for trial in trials)} ms"
        + f", most memory {max(trial.peak_mib for trial in trials)} of {MEMORY_MIB} MiB"
        + f"; faults: {', '.join(f'{n} {fault}' for fault, n in faults.items()) or 'none'}"
    )


if __name__ == "__main__":
    sys.exit(main())
