"""Proves that a trial runs a file as the function does, and reports what kills the function."""

import signal
import sys
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Never

import pytest
from PIL import Image

from corpus import trial
from corpus.trial import MAX_PIXELS, MEMORY_MIB, Trial, attempt
from handler.delivery.isolation import IsolatedTransform
from handler.images.variants.parsing import parse_variants
from handler.model.errors import Retryable
from handler.model.facts import ImageFacts
from infra.config.limits import pixels_that_fit
from tests.cli.command import exit_code

VARIANTS = parse_variants([{"name": "a", "format": "jpeg"}, {"name": "b", "format": "png"}])


def photo() -> bytes:
    output = BytesIO()
    Image.new("RGB", (40, 30)).save(output, "JPEG")
    return output.getvalue()


def test_an_image_is_processed_within_time_and_memory() -> None:
    found = attempt(photo(), VARIANTS, ("JPEG",))
    assert (found.outcome, found.reason) == ("processed", "")
    assert sorted(made.name for made in found.variants) == ["a", "b"]
    assert isinstance(found.facts, ImageFacts)
    assert 0 < found.peak_mib < MEMORY_MIB
    assert found.fault is None


def test_a_rejection_has_its_reason() -> None:
    found = attempt(b"hello", VARIANTS, ("JPEG",))
    assert found.outcome == "rejected"
    assert found.reason == "not-an-image"
    assert found.explanation == f"not-an-image: {found.detail}"
    assert found.fault is None


def test_the_death_of_the_function_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    def die(*_: object) -> Trial:
        sys.exit(3)

    monkeypatch.setattr(trial, "_transformed", die)
    found = attempt(photo(), VARIANTS, ("JPEG",))
    assert (found.outcome, found.reason, found.fault) == ("died", "code 3", "died")


def test_a_file_that_the_busy_machine_did_not_process_is_no_fault(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def starved(*_: object, **__: object) -> Iterator[Never]:
        raise Retryable("too little processor time")

    monkeypatch.setattr(IsolatedTransform, "__call__", starved)
    found = attempt(photo(), VARIANTS, ("JPEG",))
    assert (found.outcome, found.detail) == ("retryable", "too little processor time")


def test_an_interrupt_ends_the_process_of_a_trial_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def handler(*_: object) -> Trial:
        return Trial(outcome=repr(signal.getsignal(signal.SIGINT)))

    monkeypatch.setattr(trial, "_transformed", handler)
    assert attempt(b"", VARIANTS, ("JPEG",)).outcome == repr(signal.SIG_DFL)
    assert signal.getsignal(signal.SIGINT) is not signal.SIG_DFL


def spinning(*_: object, **__: object) -> Iterator[Never]:
    while True:
        pass


def sleeping(*_: object, **__: object) -> Iterator[Never]:
    while True:
        signal.pause()


@pytest.mark.parametrize("hung", [spinning, sleeping])
def test_a_decoder_that_spins_or_waits_for_ever_is_a_fault(
    monkeypatch: pytest.MonkeyPatch, hung: Callable[..., Iterator[Never]]
) -> None:
    monkeypatch.setattr(trial, "transform", hung)
    monkeypatch.setattr(trial, "HUNG_SECONDS", 1)
    monkeypatch.setattr(trial, "STALLED_SECONDS", 1.0 if hung is sleeping else 60.0)
    found = attempt(photo(), VARIANTS, ("JPEG",))
    assert found.reason == "too-slow"
    assert found.fault == "died"


@pytest.mark.parametrize(
    ("found", "fault"),
    [
        (Trial(outcome="processed", peak_mib=MEMORY_MIB), None),
        (Trial(outcome="processed", peak_mib=MEMORY_MIB + 1), "memory"),
        (Trial(outcome="rejected", reason="damaged", detail="x"), None),
        (Trial(outcome="retryable", detail="too little processor time"), None),
        (Trial(outcome="rejected", reason="decoder-died"), "died"),
        (Trial(outcome="rejected", reason="too-slow"), "died"),
        (Trial(outcome="rejected", reason="too-much-memory"), "died"),
    ],
)
def test_a_death_or_too_much_memory_is_a_fault_and_a_rejection_is_not(
    found: Trial, fault: str | None
) -> None:
    assert found.fault == fault


def test_the_pixel_limit_is_that_of_a_function_with_the_same_memory() -> None:
    assert pixels_that_fit(MEMORY_MIB) == MAX_PIXELS


def test_a_folder_is_listed_with_totals(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "a.jpg").write_bytes(photo())
    (tmp_path / "b.txt").write_bytes(b"hello")
    assert exit_code("corpus", tmp_path) == 0
    *rows, totals = capsys.readouterr().out.splitlines()
    assert len(rows) == 3
    assert "inner/a.jpg" in rows[2]
    assert totals.startswith("2 files: ")
    assert totals.endswith("faults: none")
