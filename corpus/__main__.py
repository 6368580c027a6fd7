"""`python -m corpus DIR`: one line for each file, then totals. Exit status 1 if any file killed the
decoder or the function, hung in it for 10 s, or took more than the memory of a 1,024 MB function.

`python -m corpus DIR --fuzz`: the files, and small ones of every format, changed at random. Exit
status 1 if any made an exception that has no verdict, or hung.
"""

import argparse
import logging
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import yaml

from corpus.fuzz import file_of, fuzz, keep, summary
from corpus.seeds import seeds
from corpus.trial import MEMORY_MIB, Trial, attempt
from handler.images.source.formats import DEFAULT_ACCEPTED, READABLE
from handler.images.variants.parsing import Variant, parse_variants

_PROJECT_FILE = Path(__file__).resolve().parent.parent / "Pulumi.yaml"
_ROW = "{:<8} {:>6} {:>6}  {:<5} {:>11}  {}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the tool; returns its exit status."""
    options = _options(arguments)
    files = sorted(path for path in options.folder.rglob("*") if path.is_file())
    if not files:
        raise SystemExit(f"there is no file in {options.folder}")
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
    parser.add_argument("folder", type=Path, help="all files in it and below it are tried")
    parser.add_argument(
        "--all-formats", action="store_true", help="also those that a stack has to switch on"
    )
    parser.add_argument("--fuzz", action="store_true", help="change the files at random")
    parser.add_argument("--seconds", type=float, default=60, help="how long to fuzz")
    parser.add_argument("--seed", type=int, default=1, help="the same one gives the same files")
    parser.add_argument(
        "--keep", type=Path, default=Path("build/fuzz"), help="where files with faults are kept"
    )
    return parser.parse_args(arguments, namespace=_Options())


def _try(files: Sequence[Path], options: _Options) -> int:
    accepted = READABLE if options.all_formats else DEFAULT_ACCEPTED
    variants = _default_variants()
    sys.stdout.write(_ROW.format("verdict", "ms", "MiB", "is", "pixels", "file, reason") + "\n")
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
    verdicts: Counter[str] = Counter()
    formats: Counter[str] = Counter()
    faults = 0
    for case in fuzz(sources, seed=options.seed, seconds=options.seconds):
        verdicts[case.verdict] += 1
        formats.update([case.format] if case.format else [])
        faults += case.is_fault
        if case.is_kept:
            kept = keep(options.keep, case, file_of(options.seed, case.number, sources))
            sys.stdout.write(f"{case.number} {case.verdict}: {case.detail}; kept as {kept}\n")
            sys.stdout.flush()
    sys.stdout.write(summary(verdicts, formats, time.monotonic() - started) + "\n")
    return int(faults > 0)


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
