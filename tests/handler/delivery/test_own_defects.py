"""A defect in our own code is retried, wherever it is, and rejects no upload.

Exceptions of every class that decoders raise on bad files are raised in functions of the handler.
"""

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import IO, cast

import pytest

from corpus.seeds import seeds
from handler.app import answer
from handler.delivery.isolation import IsolatedTransform
from handler.images import transform as developing
from handler.images.codecs.decode_errors import CallbackDefect
from handler.images.codecs.parsers import open_image
from handler.images.input_formats import READABLE
from handler.images.policy import ImagePolicy, MetadataDepth
from handler.images.source import header
from handler.images.source.partial_file import PartialFile
from handler.images.variants.parsing import parse_variants
from handler.images.variants.rendition import Rendition
from handler.images.variants.variant import Variant
from handler.model.byte_ranges import ByteRanges, Span
from handler.model.facts import ImageFacts
from tests.handler.delivery.defect_places import (
    ERRORS,
    HEADER_PLACES,
    PLACES_BY_FILE,
)
from tests.handler.deployment import make_settings
from tests.handler.images.ultra_hdr import file_of, gradient, iso, xmp
from tests.handler.payloads import FakeContext, notification, sqs_event
from tests.handler.pictures import png
from tests.handler.world import World

CROPPED: dict[str, object] = {"maxWidth": 8, "maxHeight": 8, "fit": "cover"}
SPECS: list[dict[str, object]] = [
    {"name": "a", "format": "jpeg", "keepCopyright": True, "watermark": {"text": "a"}},
    {"name": "b", "format": "gif"},
    {"name": "e", "format": "jpeg", "keepGainMap": True},
    {"name": "c", "format": "webp", **CROPPED},
    {"name": "d", "format": "png", "position": "attention", **CROPPED},
]


FILES = {
    **seeds(),  # the JPEG has EXIF, XMP and a profile
    "gif": seeds()["gif-animated"],
    "png": png((1, 1), [b"\7"], bit_depth=8, colour_type=0, chunks=[(b"tRNS", b"\0\7")]),
    "gain-map": file_of(gradient(48, 32), gradient(12, 8), xmp("2"), iso(2)),
    "tiff": seeds()["tiff-raw"],
    "cmyk": seeds()["tiff-cmyk"],
}


@dataclass
class Planted:
    """A function that raises, with a flag that says whether it was called."""

    error: Exception
    is_called: bool = False

    def raise_planted(self, *_: object, **__: object) -> object:
        self.is_called = True
        raise self.error


def plant(patch: pytest.MonkeyPatch, place: str, error: Exception) -> Planted:
    """Make a function of the handler raise, in every module that imported it."""
    planted = Planted(error)
    owner, _, name = f"handler.{place}".rpartition(".")
    if owner not in sys.modules:  # it is a method
        module_name, _, class_name = owner.rpartition(".")
        found = getattr(sys.modules[module_name], class_name)
        patch.setattr(found, name, planted.raise_planted)
        return planted
    original: object = getattr(sys.modules[owner], name)
    for module in [each for each in sys.modules if each.startswith("handler.")]:
        for each, value in list(vars(sys.modules[module]).items()):
            if value is original:
                patch.setattr(sys.modules[module], each, planted.raise_planted)
    return planted


def world_of_variants() -> World:
    policy = ImagePolicy(input_formats=READABLE, max_frames=9)
    world = World(replace(make_settings(), variants=parse_variants(SPECS), policy=policy))

    def transform(
        data: bytes, variants: Sequence[Variant], *, max_pixels: int, background_colour: str
    ) -> Iterator[ImageFacts | Rendition]:
        # Looked up at each call, so that a raising function can replace it.
        return developing.transform(
            data,
            variants,
            max_pixels=max_pixels,
            background_colour=background_colour,
            policy=policy,
        )

    world.services = replace(world.services, transform=transform)
    return world


def world_of_headers() -> World:
    policy = ImagePolicy(input_formats=READABLE, metadata_depth=MetadataDepth.HEADER)
    world = World(replace(make_settings([]), policy=policy))

    def describe(parts: ByteRanges, *, max_pixels: int, policy: ImagePolicy) -> ImageFacts | Span:
        return header.read_header(parts, max_pixels=max_pixels, policy=policy)

    world.services = replace(world.services, describe=describe)
    return world


def is_retried(world: World, body: object) -> bool:
    """Deliver a message; return whether it failed, and check that nothing was rejected."""
    response = answer(sqs_event(body), FakeContext(), world.services)
    statuses = {str(record["status"]) for record in world.records.values()}
    assert statuses <= {"processing", "processed"}
    assert world.rejections == []
    assert {message["status"] for message in world.published} <= {"processed"}
    return response == {"batchItemFailures": [{"itemIdentifier": "m0"}]}


def is_processed(world: World, body: object) -> bool:
    """Deliver a message again; return whether the upload is processed."""
    response = answer(sqs_event(body), FakeContext(), world.services)
    statuses = [record["status"] for record in world.records.values()]
    return response == {"batchItemFailures": []} and statuses == ["processed"]


@pytest.mark.parametrize(
    ("make_world", "file", "place"),
    [
        (make_world, name, place)
        for make_world, places_by_file in (
            (world_of_variants, PLACES_BY_FILE),
            (world_of_headers, HEADER_PLACES),
        )
        for name, places in places_by_file.items()
        for place in places
    ],
)
def test_a_defect_is_retried_and_nothing_is_rejected(
    monkeypatch: pytest.MonkeyPatch, make_world: Callable[[], World], file: str, place: str
) -> None:
    world, body = World(), {}
    for error in ERRORS:
        world = make_world()
        body = notification(world.upload("a", FILES[file]))
        with monkeypatch.context() as patch:
            planted = plant(patch, place, error)
            assert is_retried(world, body), error
        assert planted.is_called
    assert is_processed(world, body)


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_a_defect_in_a_file_object_is_not_reported_as_bad_data(
    monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    parts = ByteRanges(size_bytes=len(FILES["jpeg"])).adding(0, FILES["jpeg"])
    file = PartialFile(parts)
    assert open_image(cast("IO[bytes]", file), "JPEG").size == (48, 32)

    def read(*_: object) -> bytes:
        raise error

    monkeypatch.setattr(ByteRanges, "read", read)
    with pytest.raises(MemoryError if isinstance(error, MemoryError) else CallbackDefect):
        open_image(cast("IO[bytes]", PartialFile(parts)), "JPEG")


@pytest.mark.parametrize(
    "place", ["images.source.colour.to_srgb", "images.render.encode.still_encoder"]
)
def test_a_defect_in_a_child_process_is_retried_and_its_traceback_is_logged(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, place: str
) -> None:
    world = world_of_variants()
    isolated = IsolatedTransform(
        transform=world.services.transform, step_timeout_seconds=60, growth_bytes=2**30
    )
    world.services = replace(world.services, transform=isolated)
    body = notification(world.upload("a", FILES["jpeg"]))
    with monkeypatch.context() as patch:
        plant(patch, place, KeyError("planted"))
        assert is_retried(world, body)
    (line,) = [record for record in caplog.records if record.message == "unexpected-error"]
    assert "in raise_planted" in (line.exc_text or "")
    assert is_processed(world, body)
