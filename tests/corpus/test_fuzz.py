"""Proves that fuzzing is reproducible by seed, and detects defects, hangs and crashes."""

import os
import signal
from pathlib import Path

import pytest

from corpus import fuzz as fuzzing
from corpus.__main__ import main
from corpus.fuzz import Case, fuzz, mutated_file, run_case
from corpus.seeds import seeds
from handler.images.source.formats import READABLE
from handler.model.errors import Reason


def test_a_seed_and_a_number_give_the_same_file_and_others_do_not() -> None:
    files = list(seeds().values())
    made = [mutated_file(1, number, files) for number in range(50)]
    assert made == [mutated_file(1, number, files) for number in range(50)]
    assert made != [mutated_file(2, number, files) for number in range(50)]
    assert sum(file in files for file in made) < 5


def test_the_seeds_have_an_intact_file_of_every_format_but_heic() -> None:
    found = {name: run_case(0, data) for name, data in seeds().items()}
    assert {case.outcome for case in found.values()} == {"processed"}
    assert {case.format for case in found.values()} == set(READABLE) - {"HEIC"}


def test_an_unexpected_exception_is_a_defect(monkeypatch: pytest.MonkeyPatch) -> None:
    def transform(*_: object, **__: object) -> object:
        raise KeyError("unexpected")

    monkeypatch.setattr(fuzzing, "transform", transform)
    assert run_case(7, b"x") == Case(number=7, outcome="defect", detail="KeyError: 'unexpected'")
    assert run_case(7, b"x").is_fault


@pytest.mark.parametrize(
    ("kind", "outcome", "is_fault"),
    [
        (signal.SIGSEGV, Reason.DECODER_DIED, False),
        (signal.SIGXCPU, Reason.TOO_SLOW, True),
    ],
)
def test_a_file_that_ends_the_process_is_reported_and_the_next_file_is_run(
    monkeypatch: pytest.MonkeyPatch, kind: signal.Signals, outcome: Reason, *, is_fault: bool
) -> None:
    def run(number: int, _: bytes) -> Case:
        if number == 2:
            signal.signal(signal.SIGSEGV, signal.SIG_DFL)
            os.kill(os.getpid(), kind)
        return Case(number=number, outcome="processed")

    monkeypatch.setattr(fuzzing, "run_case", run)
    cases = fuzz([b"a"], seed=1, seconds=5)
    found = [next(cases) for _ in range(5)]
    assert [case.number for case in found] == [0, 1, 2, 3, 4]
    assert [case.outcome for case in found] == ["processed"] * 2 + [outcome] + ["processed"] * 2
    assert (found[2].is_fault, found[2].is_kept) == (is_fault, True)


def test_the_command_fails_when_there_is_a_defect_and_keeps_the_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a").write_bytes(b"a file")
    arguments = [str(tmp_path / "in"), "--fuzz", "--seconds", "0.3", "--keep", str(tmp_path / "k")]

    def fine(number: int, _: bytes) -> Case:
        return Case(number=number, outcome="processed")

    def faulty(number: int, _: bytes) -> Case:
        return Case(number=number, outcome="defect")

    monkeypatch.setattr(fuzzing, "run_case", fine)
    assert main(arguments) == 0
    monkeypatch.setattr(fuzzing, "run_case", faulty)
    assert main(arguments) == 1
    assert list((tmp_path / "k").glob("defect-*"))
    assert " processed; processed were" in capsys.readouterr().out
