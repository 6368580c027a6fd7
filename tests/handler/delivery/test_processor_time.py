"""A process that got no processor is not taken for one that is slow or stalled."""

import multiprocessing
import os
import time
from collections.abc import Iterator

import pytest

from handler.delivery import isolation
from handler.delivery.isolation import IsolatedTransform
from handler.delivery.processor_time import Usage, usage_of, was_starved
from handler.images.variants.rendition import Rendition
from handler.model.errors import Rejected, Retryable
from handler.model.facts import ImageFacts

FORK = multiprocessing.get_context("fork")


def used(seconds: float, *, runnable: bool = True) -> Usage:
    return Usage(processor_seconds=seconds, is_runnable=runnable)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (used(3), used(5), True),  # 2 of 10 seconds
        (used(3), used(13), False),
        (used(3), used(8), False),  # half of what it can expect
        (used(3), used(5, runnable=False), False),  # it waits for something else
        (None, used(5), False),
        (used(3), None, False),
    ],
)
def test_a_process_was_starved_if_it_could_run_and_did_not(
    before: Usage | None, after: Usage | None, *, expected: bool
) -> None:
    assert was_starved(before, after, expected_seconds=10) is expected


def test_the_usage_of_a_process_is_that_of_the_system() -> None:
    start = time.process_time()
    while time.process_time() - start < 0.1:
        pass
    usage = usage_of(os.getpid())
    assert usage is not None
    assert usage.is_runnable
    assert usage.processor_seconds == pytest.approx(sum(os.times()[:2]), abs=0.1)


def test_a_sleeping_process_is_not_runnable_and_an_ended_one_is_unknown() -> None:
    process = FORK.Process(target=time.sleep, args=(60,), daemon=True)
    process.start()
    assert process.pid is not None
    while (usage := usage_of(process.pid)) is not None and usage.is_runnable:
        time.sleep(0.01)  # until it sleeps
    assert usage == used(usage.processor_seconds if usage else -1, runnable=False)
    process.kill()
    process.join()
    assert usage_of(process.pid) is None


def busy(*_: object, **__: object) -> Iterator[ImageFacts | Rendition]:
    while True:
        pass


@pytest.mark.parametrize(("per_second", "error"), [(0.1, Retryable), (0.9, Rejected)])
def test_an_image_that_got_no_processor_is_retried_and_a_slow_one_rejected(
    per_second: float, error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    readings = iter([used(1), used(1 + per_second)])

    def reading(_: int) -> Usage:
        return next(readings)

    monkeypatch.setattr(isolation, "usage_of", reading)
    transform = IsolatedTransform(transform=busy, step_timeout_seconds=1, growth_bytes=2**30)
    with pytest.raises(error):
        next(transform(b"", [], max_pixels=1, background_colour="#ffffff"))
