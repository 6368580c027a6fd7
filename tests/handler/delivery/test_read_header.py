"""In stacks without variants, only the headers of uploads are read."""

from collections.abc import Mapping
from dataclasses import replace
from typing import cast

import pytest

from corpus.seeds import seeds
from handler.config.settings import Settings
from handler.images.input_formats import READABLE
from handler.images.policy import ImagePolicy, MetadataDepth
from handler.model.byte_ranges import ByteRanges, Span
from handler.model.facts import ImageFacts
from tests.handler.deployment import make_settings
from tests.handler.running import PHOTO, final_state, run
from tests.handler.world import World

JPEG = seeds()["jpeg"]
MIB = 1_024 * 1_024


def header_only() -> Settings:
    policy = ImagePolicy(input_formats=READABLE, metadata_depth=MetadataDepth.HEADER)
    return replace(make_settings([], max_source_bytes=20 * MIB), policy=policy)


def only_record(world: World) -> Mapping[str, object]:
    (record,) = world.records.values()
    return record


def source_of(world: World) -> Mapping[str, object]:
    return cast("Mapping[str, object]", only_record(world)["source"])


def part_bytes(content_range: str | None) -> int:
    first, last = str(content_range).removeprefix("bytes ").partition("/")[0].split("-")
    return int(last) - int(first) + 1


def test_ten_megabytes_are_described_by_the_first_64_kilobytes() -> None:
    world = World(header_only())
    outcome = run(world.services, world.upload("a.jpg", JPEG + bytes(10 * MIB)))
    assert outcome.status == "processed"
    assert world.reads == [f"bytes 0-65535/{len(JPEG) + 10 * MIB}"]
    source = source_of(world)
    assert (source["format"], source["title"]) == ("JPEG", "A title")
    assert source["size_bytes"] == len(JPEG) + 10 * MIB
    assert not {"thumbhash", "average_colour", "sha256"} & set(source)
    assert [message["status"] for message in world.published] == ["processed"]


def test_metadata_after_the_first_bytes_takes_another_read() -> None:
    filler = (b"\xff\xed\xea\x62" + bytes(60_000)) * 2
    world = World(header_only())
    run(world.services, world.upload("a.jpg", JPEG[:2] + filler + JPEG[2:] + bytes(10 * MIB)))
    assert source_of(world)["title"] == "A title"
    assert len(world.reads) == 2
    assert sum(part_bytes(read) for read in world.reads) <= 128 * 1_024


def test_an_upload_that_needs_many_reads_is_read_as_a_whole() -> None:
    asked: list[int] = []

    def describe(parts: ByteRanges, *, max_pixels: int, policy: ImagePolicy) -> ImageFacts | Span:
        assert (max_pixels, policy) == (1_000_000, header_only().policy)
        asked.append(sum(len(data) for _, data in parts.known))
        if asked[-1] < 10 * MIB:
            return Span(start=len(asked) * MIB, end=len(asked) * MIB + 1)
        return ImageFacts(format="JPEG", width=1, height=1, mode="L", exif={})

    world = World(header_only())
    services = replace(world.services, describe=describe)
    assert run(services, world.upload("a.jpg", JPEG + bytes(10 * MIB))).status == "processed"
    assert [part is None for part in world.reads] == [False] * 8 + [True]
    assert asked[-1] == len(JPEG) + 10 * MIB


@pytest.mark.parametrize(
    ("data", "reason"),
    [(b"", "empty"), (b"hello", "not-an-image"), (bytes(21 * MIB), "too-large")],
)
def test_an_upload_that_cannot_be_described_is_rejected(data: bytes, reason: str) -> None:
    world = World(header_only())
    event = world.upload("a.jpg", data)
    assert run(world.services, event).reason == reason


@pytest.mark.parametrize("versioning", [True, False])
def test_an_upload_overwritten_between_two_reads_is_superseded(versioning: bool) -> None:
    world = World(header_only(), versioning=versioning)
    data = JPEG[:2] + (b"\xff\xed\xea\x62" + bytes(60_000)) * 2 + JPEG[2:]
    event = world.upload("a.jpg", data)
    world.before("s3.get_object", lambda: None, lambda: world.upload("a.jpg", JPEG))
    assert run(world.services, event).status == "superseded"
    assert len(world.reads) == 1


def test_with_variants_the_whole_upload_is_read_at_any_metadata_depth() -> None:
    policy = ImagePolicy(metadata_depth=MetadataDepth.HEADER)
    world = World(replace(make_settings(), policy=policy))
    run(world.services, world.upload("a.jpg", PHOTO))
    assert "thumbhash" in source_of(world)
    assert world.reads == [None]


def test_another_metadata_depth_describes_an_upload_again() -> None:
    world = World(header_only())
    event = world.upload("a.jpg", JPEG)
    run(world.services, event)
    assert "thumbhash" not in source_of(world)
    policy = replace(header_only().policy, metadata_depth=MetadataDepth.FULL)
    services = world.with_settings(replace(header_only(), policy=policy))
    assert run(services, event).status == "processed"
    assert "thumbhash" in source_of(world)
    assert final_state(world)["variants"] == {}
