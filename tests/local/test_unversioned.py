"""Proves that without versioning each overwrite of a key is processed, even with equal content."""

from collections.abc import Callable, Mapping

import pytest
from boto3.dynamodb.types import TypeDeserializer
from PIL import Image

from local.stack import LocalStack
from tests.local.pipe import FINAL, variant, wait_for
from tests.local.sources import BLUE, RED, encoded

KEY = "same key.png"
RED_PICTURE = encoded(Image.new("RGB", (40, 20), RED), "PNG")
BLUE_PICTURE = encoded(Image.new("RGB", (40, 20), BLUE), "PNG")


@pytest.fixture(scope="module", params=["sqs", "eventbridge"])
def unversioned(request: pytest.FixtureRequest, deployed: Callable[..., LocalStack]) -> LocalStack:
    return deployed(enableVersioning=False, trigger=request.param)


def records(local_stack: LocalStack) -> list[Mapping[str, object]]:
    items = local_stack.clients.dynamodb.scan(TableName=local_stack.outputs["tableName"])["Items"]
    plain = TypeDeserializer()
    return [
        {name: plain.deserialize(value) for name, value in item.items()}
        for item in items
        if item["key"].get("S") == KEY
    ]


def done(local_stack: LocalStack) -> int:
    return sum(record["status"] in FINAL | {"superseded"} for record in records(local_stack))


def test_each_overwrite_replaces_the_variant_and_adds_a_record(unversioned: LocalStack) -> None:
    bucket = unversioned.outputs["uploadBucketName"]
    pictures = (("red", RED_PICTURE), ("blue", BLUE_PICTURE), ("red again", RED_PICTURE))
    for number, (name, picture) in enumerate(pictures, 1):
        unversioned.clients.s3.put_object(Bucket=bucket, Key=KEY, Body=picture)
        wait_for(
            lambda number=number: done(unversioned) == number,
            f"{number} final records",
            unversioned.emulator,
        )
        shown = variant(unversioned, f"{KEY}_converted.png").getpixel((20, 10))
        assert shown == (BLUE if name == "blue" else RED)
    assert sorted(str(record["status"]) for record in records(unversioned)) == [
        *("processed", "superseded", "superseded")
    ]
    versions = {str(record["version_id"]) for record in records(unversioned)}
    assert all(version.startswith("null:") for version in versions)
