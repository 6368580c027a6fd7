"""Notifications fit into a message of SNS, which holds 256 KiB."""

import json
from collections.abc import Mapping

import pytest

from handler.delivery.message_size import shortened
from tests.handler.running import PHOTO, run
from tests.handler.world import World

LIMIT_BYTES = 262_144
"""https://docs.aws.amazon.com/sns/latest/api/API_Publish.html"""


def message(exif_kib: int, variants: int, key_length: int = 10) -> dict[str, object]:
    made = [
        {"name": f"v{n}", "key": "\U0001f408" * key_length, "sha256": "0" * 64, "recipe": "r"}
        for n in range(variants)
    ]
    source = {"width": 3, "exif": {"a": "x" * 1_024 * exif_kib}, "keywords": ["k"] * 9}
    return {
        **{"id": "1", "status": "processed", "bucket": "b", "key": "k", "version_id": "v"},
        **{"source": source, "srcset_html": [{"html": "h" * 20_000}], "variants": made},
    }


def test_a_message_that_fits_is_published_as_it_is() -> None:
    whole = message(exif_kib=200, variants=30)
    assert shortened(whole) is whole


@pytest.mark.parametrize(
    ("given", "left_out"),
    [
        (message(exif_kib=300, variants=30), ["source.exif"]),
        (
            message(exif_kib=300, variants=2_500, key_length=2),
            ["source.exif", "source.keywords", "srcset_html", "variants"],
        ),
        (
            message(exif_kib=0, variants=1_000, key_length=256),
            ["source.keywords", "source.exif", "srcset_html", "variants"],
        ),
    ],
    ids=["details", "facts of variants", "variants"],
)
def test_a_message_that_is_too_long_names_what_it_leaves_out(
    given: dict[str, object], left_out: list[str]
) -> None:
    short: Mapping[str, object] = shortened(given)
    assert len(json.dumps(given)) > LIMIT_BYTES > len(json.dumps(short))
    assert short["shortened"] == left_out
    for name in ("id", "status", "bucket", "key", "version_id"):
        assert short[name] == given[name]
    assert short["source"] == {
        name: value
        for name, value in given["source"].items()  # pyright: ignore[reportAttributeAccessIssue, reportUnknownVariableType, reportUnknownMemberType]
        if f"source.{name}" not in left_out
    }


@pytest.mark.parametrize(
    ("absent", "left_out"),
    [
        (["srcset_html"], ["source.exif", "source.keywords", "variants"]),
        (["variants"], ["source.exif", "source.keywords", "srcset_html"]),
        (["source"], ["srcset_html", "variants"]),
    ],
    ids=lambda names: names[0],
)
def test_a_message_names_only_what_it_had(absent: list[str], left_out: list[str]) -> None:
    whole = message(exif_kib=300, variants=2_500, key_length=2)
    whole["srcset_html"] = "h" * LIMIT_BYTES
    given = {name: value for name, value in whole.items() if name not in absent}
    short = shortened(given)
    assert short["shortened"] == left_out
    assert short.keys() - {"shortened"} <= given.keys()


def test_the_html_of_srcsets_is_left_out_before_the_facts_of_variants() -> None:
    given = {**message(exif_kib=0, variants=30), "srcset_html": "h" * LIMIT_BYTES}
    short = shortened(given)
    assert short["shortened"] == ["source.keywords", "source.exif", "srcset_html"]
    assert short["variants"] == given["variants"]


def test_a_published_message_is_short_and_its_record_complete(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("handler.delivery.message_size.MAX_MESSAGE_BYTES", 1_500)
    world = World()
    run(world.services, world.upload("photo.jpg", PHOTO))
    (published,), (row,) = world.published, world.records.values()
    assert published["shortened"]
    assert "shortened" not in row
    assert len(row["source"]) > len(published["source"])
