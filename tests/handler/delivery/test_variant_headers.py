"""Variants are stored with exactly the configured headers, metadata and tags."""

import email.header
from urllib.parse import unquote

import pytest

from handler.delivery.variant_headers import variant_headers
from handler.images.variants.parsing import parse_variants
from handler.model.object_headers import Headers
from simulation.aws.storage import Labels
from tests.handler.deployment import PROCESSED, make_settings
from tests.handler.running import PHOTO, run
from tests.handler.world import World

METADATA = {"author": "Ann", "note": "=?UTF-8?B?w6XDpMO2?="}
TAGS = {"project": "x & y", "aws:cloudformation:stack-name": "theirs"}


def headers(key: str = "a.jpg", **spec: object) -> Headers:
    (variant,) = parse_variants([{"name": "v", "format": "jpeg", **spec}])
    return variant_headers(variant, key, METADATA, TAGS)


def test_by_default_only_the_content_type_is_set() -> None:
    assert headers() == Headers(content_type="image/jpeg")


def test_configured_headers_metadata_and_tags_are_stored() -> None:
    assert headers(
        cacheControl="public, max-age=86400",
        contentDisposition="inline",
        copyUserMetadata=True,
        copyTags=True,
    ) == Headers(
        content_type="image/jpeg",
        cache_control="public, max-age=86400",
        content_disposition="inline",
        user_metadata=METADATA,
        tags={"project": "x & y"},
    )


def saved_as(key: str) -> str:
    """Return the file name that a browser uses: `filename*` if present (RFC 6266)."""
    header = headers(key, contentDisposition="attachment").content_disposition or ""
    names = dict(part.split("=", 1) for part in header.split("; ")[1:])
    if "filename*" in names:
        return unquote(names["filename*"].removeprefix("UTF-8''"))
    return names["filename"].strip('"')


@pytest.mark.parametrize(
    "name", ["boat_v.jpg", "my boat_v.jpg", "båt_v.jpg", "船_v.jpg", "100%_v.jpg", 'a"b\\c_v.jpg']
)
def test_a_file_is_saved_under_the_last_part_of_its_key(name: str) -> None:
    assert saved_as(f"some/folder/{name}") == name
    assert (headers(name, contentDisposition="attachment").content_disposition or "").isascii()


def test_a_plain_ascii_file_name_is_included_for_old_programs() -> None:
    # the form of the example in RFC 6266, section 5
    assert headers("€ rates.jpg", contentDisposition="attachment").content_disposition == (
        "attachment; filename=\"_ rates.jpg\"; filename*=UTF-8''%E2%82%AC%20rates.jpg"
    )


def test_a_file_name_too_long_for_s3_keeps_its_end() -> None:
    header = headers("船" * 340 + "_v.jpg", contentDisposition="attachment").content_disposition
    assert header is not None
    assert len(header) < 2_048
    assert unquote(header).endswith("船_v.jpg")


def copied(**metadata: str) -> dict[str, str]:
    (variant,) = parse_variants([{"name": "v", "format": "jpeg", "copyUserMetadata": True}])
    return dict(variant_headers(variant, "a.jpg", metadata, {}).user_metadata)


@pytest.mark.parametrize("returned", ["åäö", "åäö".encode().decode("latin-1"), "船"])
def test_metadata_that_is_not_ascii_is_sent_as_an_encoded_word(returned: str) -> None:
    sent = copied(note=returned)["note"]
    assert sent.isascii()
    ((stored, charset),) = email.header.decode_header(sent)
    assert isinstance(stored, bytes)
    assert stored.decode(charset or "") in ("åäö", "船")


def test_metadata_that_s3_would_refuse_are_dropped() -> None:
    assert copied(a="x" * 1_000, b="y" * 1_000, c="z" * 100, d="1") == {
        "a": "x" * 1_000,
        "b": "y" * 1_000,
    }
    assert copied(**{"a b": "1", "ok": "line\nbreak"}) == {"ok": "line break"}


def test_the_pipeline_stores_them_and_reads_tags_only_if_a_variant_copies_them() -> None:
    plain = World()
    run(plain.services, plain.upload("a.jpg", PHOTO))
    assert "s3.get_object_tagging" not in plain.faults.calls
    world = World(
        make_settings(
            [
                {"name": "t", "format": "jpeg", "copyTags": True, "copyUserMetadata": True},
                {"name": "u", "format": "png", "cacheControl": "no-store"},
            ]
        )
    )
    labels = Labels(metadata=METADATA, tags=TAGS)
    run(world.services, world.upload("a.jpg", PHOTO, labels=labels))
    assert world.faults.calls.count("s3.get_object_tagging") == 1
    versions = world.buckets[PROCESSED].versions
    assert {key: stored.labels for key, (stored,) in versions.items()} == {
        "a_t.jpg": Labels(metadata=METADATA, tags={"project": "x & y"}),
        "a_u.png": Labels(cache_control="no-store"),
    }
    assert [versions[key][0].content_type for key in ("a_t.jpg", "a_u.png")] == [
        *("image/jpeg", "image/png")
    ]
