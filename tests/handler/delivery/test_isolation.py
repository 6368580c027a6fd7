"""An image that crashes, stalls or exhausts its decoder is rejected without affecting others."""

import faulthandler
import os
import signal
import struct
from collections.abc import Iterator, Sequence
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from handler.delivery import isolation
from handler.delivery.child_results import ChildDefect
from handler.delivery.isolation import IsolatedTransform
from handler.images.policy import ImagePolicy
from handler.images.source.header import read_header
from handler.images.transform import transform
from handler.images.variants.rendition import Rendition
from handler.images.variants.variant import Variant
from handler.model.byte_ranges import ByteRanges, Span
from handler.model.errors import Rejected
from handler.model.facts import ImageFacts
from tests.handler.deployment import make_settings
from tests.handler.pictures import BLUE, RED, blocks, encode

FILES = Path(__file__).resolve().parent.parent / "files"
PHOTO = encode(blocks([[RED, BLUE]]), "JPEG")
VARIANTS = make_settings().variants

STEP_TIMEOUT_SECONDS = 60.0
"""Longer than any step takes, even on a busy machine."""

STALL_SECONDS = 0.5
"""Limit for a step that never ends, so that a longer one would prove nothing more."""


def hostile(
    data: bytes, variants: Sequence[Variant], *, max_pixels: int, background_colour: str
) -> Iterator[ImageFacts | Rendition]:
    """Fail as the bytes say, or transform an image."""
    faulthandler.disable()  # pytest's handler would print a traceback
    match data:
        case b"killed" | b"crashed":
            os.kill(os.getpid(), signal.SIGKILL if data == b"killed" else signal.SIGSEGV)
        case b"hung":
            signal.pause()
        case b"busy":
            while True:
                pass
        case b"huge":
            bytearray(2**33)
        case b"defect":
            raise KeyError("a defect")
        case _:
            pass
    yield from transform(data, variants, max_pixels=max_pixels, background_colour=background_colour)


def run(
    data: bytes, *, step_timeout_seconds: float = STEP_TIMEOUT_SECONDS
) -> list[ImageFacts | Rendition]:
    isolated = IsolatedTransform(
        transform=hostile,
        step_timeout_seconds=step_timeout_seconds,
        growth_bytes=2**30,
        processor_share=0,  # whatever else the machine does, nothing is starved
    )
    return list(isolated(data, VARIANTS, max_pixels=10**6, background_colour="#ffffff"))


def test_a_child_process_returns_the_same_results() -> None:
    assert run(PHOTO) == list(
        transform(PHOTO, VARIANTS, max_pixels=10**6, background_colour="#ffffff")
    )


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"killed", "decoder-died"),
        (b"crashed", "decoder-died"),
        (b"hung", "too-slow"),
        (b"busy", "too-slow"),
        (b"huge", "too-much-memory"),
    ],
)
def test_an_image_that_kills_stalls_or_exhausts_its_process_is_rejected(
    data: bytes, reason: str
) -> None:
    with pytest.raises(Rejected) as caught:
        run(
            data,
            step_timeout_seconds=STALL_SECONDS if reason == "too-slow" else STEP_TIMEOUT_SECONDS,
        )
    assert caught.value.reason == reason


def test_processor_time_is_limited_independently_of_the_step_timeout() -> None:
    isolated = IsolatedTransform(
        transform=hostile,
        step_timeout_seconds=STEP_TIMEOUT_SECONDS,
        growth_bytes=2**30,
        cpu_seconds=1,
    )
    with pytest.raises(Rejected) as caught:
        list(isolated(b"busy", VARIANTS, max_pixels=10**6, background_colour="#ffffff"))
    assert (caught.value.reason, "processor time" in caught.value.detail) == ("too-slow", True)


def test_a_rejection_is_passed_to_the_parent() -> None:
    with pytest.raises(Rejected) as caught:
        run(b"hello")
    assert caught.value.reason == "not-an-image"


def test_a_defect_is_not_a_rejection_and_has_its_traceback() -> None:
    with pytest.raises(ChildDefect, match=r"in hostile\n(.*\n)+KeyError: 'a defect'"):
        run(b"defect")


def test_a_process_that_dies_while_sending_rejects_its_image_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def send(_: object, connection: Connection) -> None:
        os.write(connection.fileno(), struct.pack("!i", 100) + b"less than announced")
        os.kill(os.getpid(), signal.SIGKILL)

    monkeypatch.setattr(isolation, "send_results", send)
    with pytest.raises(Rejected) as caught:
        run(PHOTO)
    assert caught.value.reason == "decoder-died"


def child_processes() -> set[int]:
    """Return the ids of this process's children, also of those that ended without being reaped.

    Another test of the same worker may have one, such as an emulator for the whole session.
    """
    threads = Path("/proc/self/task").glob("*/children")
    return {int(pid) for thread in threads for pid in thread.read_text().split()}


def test_no_process_is_left_when_the_iteration_is_abandoned() -> None:
    isolated = IsolatedTransform(
        transform=hostile, step_timeout_seconds=STEP_TIMEOUT_SECONDS, growth_bytes=2**30
    )
    before = child_processes()
    made = isolated(PHOTO, VARIANTS, max_pixels=10**6, background_colour="#ffffff")
    next(made)
    assert child_processes() > before
    assert isinstance(made, Iterator)
    getattr(made, "close")()  # noqa: B009 - a port promises an iterator only
    assert child_processes() == before


def noisy(
    data: bytes, variants: Sequence[Variant], *, max_pixels: int, background_colour: str
) -> Iterator[ImageFacts | Rendition]:
    os.write(2, b"a library in C quotes the file\n")
    yield from transform(data, variants, max_pixels=max_pixels, background_colour=background_colour)


def test_output_of_libraries_is_discarded(capfd: pytest.CaptureFixture[str]) -> None:
    isolated = IsolatedTransform(
        transform=noisy, step_timeout_seconds=STEP_TIMEOUT_SECONDS, growth_bytes=2**30
    )
    assert list(isolated(PHOTO, VARIANTS, max_pixels=10**6, background_colour="#ffffff"))
    assert capfd.readouterr().err == ""


def test_a_file_that_crashes_a_real_decoder_is_rejected() -> None:
    # Found by fuzzing: libheif 1.23.0 of pi-heif 1.4.0 reads out of bounds. Other versions report
    # the file as damaged.
    data = (FILES / "crashes-libheif-1.23.heic").read_bytes()

    def quietly(
        data: bytes, variants: Sequence[Variant], *, max_pixels: int, background_colour: str
    ) -> Iterator[ImageFacts | Rendition]:
        faulthandler.disable()
        return transform(
            data,
            variants,
            max_pixels=max_pixels,
            background_colour=background_colour,
            policy=ImagePolicy(input_formats=("HEIC",)),
        )

    isolated = IsolatedTransform(
        transform=quietly, step_timeout_seconds=STEP_TIMEOUT_SECONDS, growth_bytes=2**30
    )
    with pytest.raises(Rejected) as caught:
        list(isolated(data, VARIANTS, max_pixels=10**6, background_colour="#ffffff"))
    assert caught.value.reason in ("decoder-died", "damaged")


def test_an_upload_is_described_in_a_child_process() -> None:
    isolated = IsolatedTransform(
        transform=hostile, step_timeout_seconds=STEP_TIMEOUT_SECONDS, growth_bytes=2**30
    )
    parts = ByteRanges(size_bytes=len(PHOTO)).adding(0, PHOTO)
    described = isolated.describing(read_header)(parts, max_pixels=10**6, policy=ImagePolicy())
    assert described == read_header(parts, max_pixels=10**6, policy=ImagePolicy())
    few = ByteRanges(size_bytes=len(PHOTO)).adding(0, PHOTO[:50])
    assert isinstance(
        isolated.describing(read_header)(few, max_pixels=10**6, policy=ImagePolicy()), Span
    )


def test_a_header_that_stalls_its_parser_is_too_slow() -> None:
    def stall(parts: ByteRanges, *, max_pixels: int, policy: ImagePolicy) -> ImageFacts | Span:
        signal.pause()
        return read_header(parts, max_pixels=max_pixels, policy=policy)

    isolated = IsolatedTransform(
        transform=hostile, step_timeout_seconds=STALL_SECONDS, growth_bytes=2**30
    )
    with pytest.raises(Rejected) as caught:
        isolated.describing(stall)(ByteRanges(size_bytes=1), max_pixels=1, policy=ImagePolicy())
    assert caught.value.reason == "too-slow"
