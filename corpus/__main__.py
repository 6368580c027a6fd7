"""`python -m corpus DIR`: print one line per file, then totals. Exit with status 1 if any file
killed the decoder or the function, hung it for 10 s, or took more memory than a 1,024 MB function.

`python -m corpus DIR --fuzz`: process random mutations of the files and of small files in every
format. Exit with status 1 if any raised an unexpected exception, or hung.
"""

import argparse
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
from handler.images.source.formats import DEFAULT_ACCEPTED, READABLE
from handler.images.variants.parsing import Variant, parse_variants

_PROJECT_FILE = Path(__file__).resolve().parent.parent / "Pulumi.yaml"
_ROW = "{:<9} {:>6} {:>6}  {:<8} {:>11}  {}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the tool and return its exit status."""
    options = _options(arguments)
    files = sorted(path for path in options.folder.rglob("*") if path.is_file())
    if not files:
        raise SystemExit(f"no files in {options.folder}")
    logging.disable(logging.CRITICAL)
    return _fuzz(files, options) if options.fuzz else _try(files, options)


class _Options(argparse.Namespace):
    folder: Path
    all_formats: bool
    fuzz: bool
    seconds: float
    seed: int
    keep: Path


def _options(arguments: Sequence[str] | None) -> _Options:
    parser = argparse.ArgumentParser(prog="corpus", description=__doc__)
    parser.add_argument("folder", type=Path, help="process all files in it and in its subfolders")
    parser.add_argument(
        "--all-formats", action="store_true", help="include formats that are off by default"
    )
    parser.add_argument("--fuzz", action="store_true", help="process random mutations of the files")
    parser.add_argument("--seconds", type=float, default=60, help="duration of fuzzing")
    parser.add_argument("--seed", type=int, default=1, help="seed of the mutations")
    parser.add_argument(
        "--keep", type=Path, default=Path("build/fuzz"), help="folder for files with faults"
    )
    return parser.parse_args(arguments, namespace=_Options())


def _try(files: Sequence[Path], options: _Options) -> int:
    accepted = READABLE if options.all_formats else DEFAULT_ACCEPTED
    variants = _default_variants()
    sys.stdout.write(_ROW.format("outcome", "ms", "MiB", "format", "pixels", "file, reason") + "\n")
    trials: list[Trial] = []
    for path in files:
        trials.append(attempt(path.read_bytes(), variants, accepted))
        sys.stdout.write(_line(trials[-1], path.relative_to(options.folder)) + "\n")
        sys.stdout.flush()
    sys.stdout.write(_totals(trials) + "\n")
    return int(any(trial.fault for trial in trials))


def _fuzz(files: Sequence[Path], options: _Options) -> int:
    sources = [*(path.read_bytes() for path in files), *seeds().values()]
    started = time.monotonic()
    outcomes: Counter[str] = Counter()
    formats: Counter[str] = Counter()
    faults = 0
    for case in fuzz(sources, seed=options.seed, seconds=options.seconds):
        outcomes[case.outcome] += 1
        formats.update([case.format] if case.format else [])
        faults += case.is_fault
        if case.is_kept:
            kept = keep(options.keep, case, mutated_file(options.seed, case.number, sources))
            sys.stdout.write(f"{case.number} {case.outcome}: {case.detail}; kept as {kept}\n")
            sys.stdout.flush()
    sys.stdout.write(summary(outcomes, formats, time.monotonic() - started) + "\n")
    return int(faults > 0)


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


if __name__ == "__main__":
    sys.exit(main())
