"""Jobs run in parallel within their budget, with the same results as in sequence."""

import threading

import pytest
from PIL import Image

from handler.images.render.render import render
from handler.images.render.scheduler import Job, ResourceBudget, run_jobs
from handler.images.transform import transform
from handler.images.variants.effort import Effort, effort
from handler.images.variants.parsing import parse_variants
from handler.images.variants.rendition import Rendition
from tests.handler.pictures import BLUE, GREEN, RED, blocks, encode

HANG_SECONDS = 60
MIB = 1024 * 1024
PLENTY = ResourceBudget(threads=3, memory_bytes=4_096 * MIB)
SPECS: list[dict[str, object]] = [
    *({"name": f"q{quality}", "format": "jpeg", "quality": quality} for quality in (20, 50, 90)),
    *({"name": f"q{quality}", "format": "webp", "quality": quality} for quality in (20, 50, 90)),
    {"name": "p", "format": "png"},
    {"name": "t", "format": "png", "maxWidth": 20},
]
PHOTO = encode(Image.effect_noise((90, 60), 60).convert("RGB"), "PNG")


class Watch:
    """Counts how many jobs run at the same time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._met = threading.Condition(self._lock)
        self.now = self.most = 0
        self.begun: list[float] = []

    def job(self, seconds: float, memory_mib: int = 0, *, company: int = 1) -> Job[float]:
        def make() -> float:
            with self._met:
                self.begun.append(seconds)
                self.now += 1
                self.most = max(self.most, self.now)
                self._met.notify_all()
                self._met.wait_for(lambda: self.most >= company, timeout=HANG_SECONDS)
                self.now -= 1
            return seconds

        return Job(make=make, effort=Effort(seconds=seconds, memory_bytes=memory_mib * MIB))


def made_by(budget: ResourceBudget) -> dict[str, bytes]:
    made = transform(
        PHOTO,
        parse_variants(SPECS),
        max_pixels=10**6,
        background_colour="#ffffff",
        budget=budget,
    )
    return {each.variant.key_suffix: each.data for each in made if isinstance(each, Rendition)}


def test_variants_rendered_in_parallel_have_the_same_bytes() -> None:
    alone = made_by(ResourceBudget())
    assert len(alone) == len(SPECS)
    for _ in range(20):
        assert made_by(PLENTY) == alone


def test_a_shared_picture_keeps_no_options_of_an_encoder() -> None:
    # Pillow's save stores them in the picture, where they would affect the save of another thread.
    (variant,) = parse_variants([{"name": "a", "format": "jpeg", "quality": 7}])
    for is_shared, left in ((False, True), (True, False)):
        pixels = blocks([[RED, GREEN, BLUE]])
        render(pixels, variant, "#ffffff", is_shared=is_shared)
        assert hasattr(pixels, "encoderconfig") is left


def test_the_longest_job_is_started_first() -> None:
    watch = Watch()
    made = list(run_jobs([watch.job(seconds) for seconds in (1, 3, 2)], ResourceBudget()))
    assert made == watch.begun == [3, 2, 1]


def test_as_many_jobs_run_at_once_as_there_are_threads() -> None:
    watch = Watch()
    jobs = [watch.job(seconds, company=3) for seconds in range(6)]
    assert sorted(run_jobs(jobs, PLENTY)) == list(range(6))
    assert watch.most == 3


def test_a_job_that_does_not_fit_into_memory_waits_for_others() -> None:
    watch = Watch()
    jobs = [watch.job(seconds, memory_mib=300) for seconds in range(4)]
    assert sorted(run_jobs(jobs, ResourceBudget(threads=3, memory_bytes=700 * MIB))) == list(
        range(4)
    )
    assert watch.most == 1  # each needs another 80 MiB of address space
    large = [watch.job(1, memory_mib=9_999)]
    assert list(run_jobs(large, PLENTY)) == [
        1
    ]  # a job runs even if its estimate exceeds the budget


def test_a_job_that_runs_out_of_memory_in_parallel_is_run_again_alone() -> None:
    calls: list[str] = []

    def make() -> str:
        calls.append(threading.current_thread().name)
        if len(calls) == 1:
            raise MemoryError
        return "made"

    small = Effort(seconds=0, memory_bytes=0)
    jobs = [
        Job(make=make, effort=Effort(seconds=9, memory_bytes=0)),
        Job(make=lambda: "other", effort=small),
    ]
    assert sorted(run_jobs(jobs, PLENTY)) == ["made", "other"]
    assert calls[1] == threading.current_thread().name


def test_too_little_memory_for_a_single_job_is_an_error() -> None:
    def make() -> None:
        raise MemoryError

    job = Job(make=make, effort=Effort(seconds=1, memory_bytes=0))
    with pytest.raises(MemoryError):
        list(run_jobs([job, job], PLENTY))


def test_effort_depends_on_format_and_size() -> None:
    jpeg, png, search = parse_variants(
        [
            {"name": "a", "format": "jpeg"},
            {"name": "a", "format": "png"},
            {"name": "b", "format": "jpeg", "maxBytes": 9_000},
        ]
    )
    size = (1_000, 1_000)
    by_seconds = sorted(
        (effort(variant, size, has_alpha=False).seconds, variant.key_suffix)
        for variant in (png, search, jpeg)
    )
    assert [key_suffix for _, key_suffix in by_seconds] == ["_a.jpg", "_a.png", "_b.jpg"]
    assert effort(jpeg, (10, 10), has_alpha=False).memory_bytes == 12 * 100
