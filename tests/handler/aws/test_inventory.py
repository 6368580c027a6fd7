"""S3 inventories are read as streams, continuing where the last run ended.

Manifest and lines follow the S3 user guide, "Locating your inventory list".
"""

import csv
import gzip
import io
import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.response import StreamingBody
from botocore.stub import Stubber

from handler.aws.inventory import InventoryListing
from handler.model.errors import Retryable
from handler.reconciler.ports import Cursor, Page

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

pytestmark = pytest.mark.usefixtures("credentials")

PREFIX = "lists/uploads/all-versions/"
NEWEST = f"{PREFIX}2026-11-21T01-00Z/manifest.json"
FILES = [f"{PREFIX}data/a.csv.gz", f"{PREFIX}data/b.csv.gz"]
SCHEMA = (
    "Bucket, Key, VersionId, IsLatest, IsDeleteMarker, Size, LastModifiedDate, ETag, StorageClass"
)
TIME = "2026-11-20T08:04:34.000Z"


def line(key: str, version: str = "v1", *, marker: bool = False, latest: bool = True) -> list[str]:
    facts = ["", TIME, "", ""] if marker else ["7", TIME, "e", "STANDARD"]
    return ["uploads", key, version, str(latest).lower(), str(marker).lower(), *facts]


def answer(data: bytes) -> dict[str, Any]:
    return {"Body": StreamingBody(io.BytesIO(data), len(data))}


def manifest(**changes: object) -> dict[str, Any]:
    files = [{"key": key, "size": 1, "MD5checksum": "0"} for key in FILES]
    found = {"sourceBucket": "uploads", "fileFormat": "CSV", "fileSchema": SCHEMA, "files": files}
    return answer(json.dumps({**found, **changes}).encode())


def packed(*lines: list[str]) -> dict[str, Any]:
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows(lines)
    return answer(gzip.compress(text.getvalue().encode()))


def found_folders(*dates: str) -> dict[str, Any]:
    names = [*(f"{PREFIX}{date}/" for date in dates), f"{PREFIX}data/", f"{PREFIX}hive/"]
    return {"CommonPrefixes": [{"Prefix": name} for name in names], "IsTruncated": False}


def asked(key: str) -> dict[str, str]:
    return {"Bucket": "lists", "Key": key}


def pages(s3: "S3Client", after: Cursor | None = None) -> list[Page]:
    return list(InventoryListing(s3, "lists", PREFIX).pages(after))


def test_the_newest_inventory_is_read_file_by_file(s3: "S3Client") -> None:
    with Stubber(s3) as stub:
        listed = {"Bucket": "lists", "Prefix": PREFIX, "Delimiter": "/"}
        folders = found_folders("2026-11-20T01-00Z", "2026-11-22T01-00Z", "2026-11-21T01-00Z")
        stub.add_response("list_objects_v2", folders, listed)
        stub.add_client_error("get_object", "NoSuchKey")  # the newest is still being written
        stub.add_response("get_object", manifest(), asked(NEWEST))
        first = packed(
            line("a%20folder/50%25%2Btax+%C3%A9.jpg"),
            line("b.jpg", marker=True),
            line("b.jpg", "v2", latest=False),
        )
        stub.add_response("get_object", first, asked(FILES[0]))
        stub.add_response("get_object", packed(line("c.jpg", "")), asked(FILES[1]))
        found = pages(s3)
    versions = [version for page in found for version in page.versions]
    assert [(each.key, each.version_id, each.is_latest) for each in versions] == [
        ("a folder/50%+tax é.jpg", "v1", True),
        ("b.jpg", "v2", False),
        ("c.jpg", "null:e:2026-11-20T080434+0000", True),
    ]
    assert versions[0].stored_at.isoformat() == "2026-11-20T08:04:34+00:00"
    assert (versions[0].size_bytes, versions[0].storage_class) == (7, "STANDARD")
    assert versions[1].cursor == {"manifest": NEWEST, "file": 0, "line": 3}
    assert [page.looked_at for page in found] == [3, 1, 0]
    assert found[-1].cursor == {"manifest": NEWEST, "done": 1}
    assert [page.is_last for page in found] == [False, False, True]


def test_a_run_continues_after_the_line_where_the_last_one_ended(s3: "S3Client") -> None:
    with Stubber(s3) as stub:
        stub.add_response("get_object", manifest(), asked(NEWEST))
        stub.add_response("get_object", packed(line("c.jpg"), line("d.jpg")), asked(FILES[1]))
        found = pages(s3, {"manifest": NEWEST, "file": 1, "line": 1})
    assert [version.key for page in found for version in page.versions] == ["d.jpg"]
    assert found[0].cursor == {"manifest": NEWEST, "file": 1, "line": 2}


def test_long_files_are_read_in_pages(s3: "S3Client") -> None:
    lines = [line(f"{number}.jpg") for number in range(2_500)]
    with Stubber(s3) as stub:
        stub.add_response("get_object", manifest(files=[{"key": FILES[0]}]), asked(NEWEST))
        stub.add_response("get_object", packed(*lines), asked(FILES[0]))
        found = pages(s3, {"manifest": NEWEST, "file": 0, "line": 0})
    assert [page.looked_at for page in found] == [1000, 1000, 500, 0]


def test_an_inventory_is_read_only_once(s3: "S3Client") -> None:
    with Stubber(s3) as stub:
        stub.add_response("list_objects_v2", found_folders("2026-11-21T01-00Z"))
        stub.add_response("get_object", manifest(), asked(NEWEST))
        assert pages(s3, {"manifest": NEWEST, "done": 1}) == []
        stub.add_response("list_objects_v2", found_folders())
        assert pages(s3) == []


def test_a_deleted_inventory_is_replaced_by_the_newest(s3: "S3Client") -> None:
    with Stubber(s3) as stub:
        stub.add_client_error("get_object", "NoSuchKey")
        stub.add_response("list_objects_v2", found_folders("2026-11-21T01-00Z"))
        stub.add_response("get_object", manifest(files=[]), asked(NEWEST))
        found = pages(s3, {"manifest": f"{PREFIX}2026-10-01T01-00Z/manifest.json", "file": 3})
    assert [page.cursor for page in found] == [{"manifest": NEWEST, "done": 1}]


@pytest.mark.parametrize("changes", [{"fileFormat": "ORC"}, {"fileSchema": "Bucket, Key"}])
def test_an_inventory_of_another_format_is_reported(
    s3: "S3Client", changes: dict[str, str]
) -> None:
    with Stubber(s3) as stub:
        stub.add_response("get_object", manifest(**changes))
        with pytest.raises(Retryable, match="it has to be CSV"):
            pages(s3, {"manifest": NEWEST})


def test_a_truncated_file_is_read_again_by_the_next_run(s3: "S3Client") -> None:
    whole = gzip.compress(b"no line of an inventory\n" * 100)
    for data in (whole, whole[:-9]):
        with Stubber(s3) as stub:
            stub.add_response("get_object", manifest())
            stub.add_response("get_object", answer(data))
            with pytest.raises(Retryable, match="cannot be read"):
                pages(s3, {"manifest": NEWEST})
