"""Proves that archives become zip files with the names and bytes that the program gave."""

import base64
import zipfile
from pathlib import Path
from typing import Any

import pytest

from engine.bridge.archives import with_zip_files, zip_file
from engine.bridge.wire import ARCHIVE, ASSET, SIGNATURE

HASH = "00ff"


def members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def archive(**fields: Any) -> dict[str, Any]:
    return {SIGNATURE: ARCHIVE, "hash": HASH, **fields}


def test_folders_files_and_texts_are_members_of_one_zip(tmp_path: Path) -> None:
    (tmp_path / "code" / "inner").mkdir(parents=True)
    (tmp_path / "code" / "inner" / "a.py").write_text("a")
    text = {SIGNATURE: ASSET, "text": "hello"}
    given = archive(
        assets={
            "lib": {SIGNATURE: ARCHIVE, "path": str(tmp_path / "code")},
            "readme": text,
            "file.py": {SIGNATURE: ASSET, "path": str(tmp_path / "code" / "inner" / "a.py")},
        }
    )
    found = members(zip_file(given, tmp_path / "zips"))
    assert found == {"lib/inner/a.py": b"a", "readme": b"hello", "file.py": b"a"}


def test_a_zip_file_is_taken_as_it_is(tmp_path: Path) -> None:
    source = tmp_path / "given.zip"
    source.write_bytes(b"zipped")
    assert zip_file(archive(path=str(source)), tmp_path / "zips").read_bytes() == b"zipped"


def test_an_archive_of_which_only_the_hash_is_known_is_found_again(tmp_path: Path) -> None:
    text = {SIGNATURE: ASSET, "text": "hello"}
    first = zip_file(archive(assets={"a": text}), tmp_path)
    assert zip_file(archive(), tmp_path) == first
    assert members(first) == {"a": b"hello"}


@pytest.mark.parametrize("key", ["code", "contents"])
def test_an_archive_becomes_a_file_and_its_hash(key: str, tmp_path: Path) -> None:
    text = {SIGNATURE: ASSET, "text": "hello"}
    found = with_zip_files({key: archive(assets={"a": text}), "name": "f"}, tmp_path)
    assert found == {
        "name": "f",
        "filename": str(tmp_path / "00ff.zip"),
        "sourceCodeHash": base64.b64encode(b"\x00\xff").decode(),
    }
