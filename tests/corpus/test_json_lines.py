"""Proves what `imagepipe corpus` writes about each file, and where it saves the variants."""

import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from corpus import report
from handler.images.variants.parsing import parse_variants
from tests.cli.command import exit_code
from tests.corpus.files import animation, file_of, gradient


def lines_of(folder: Path, *arguments: str | Path) -> dict[str, dict[str, Any]]:
    """Return the parsed line of each file of a folder."""
    path = folder.parent / "build" / "out.jsonl"
    assert exit_code("corpus", folder, "--json", path, *arguments) == 0
    found = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return {line["file"]: line for line in found}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    (folder / "inner").mkdir(parents=True)
    (folder / "inner" / "a b.jpg").write_bytes(file_of(gradient(), "JPEG"))
    (folder / "notes.txt").write_bytes(b"hello")
    (folder / "scan.tif").write_bytes(file_of(gradient(), "TIFF"))
    return folder


def test_each_file_has_a_line_with_these_keys(folder: Path) -> None:
    found = lines_of(folder)
    assert list(found) == ["inner/a b.jpg", "notes.txt", "scan.tif"]
    keys = {"file", "outcome", "reason", "detail", "facts", "variants"}
    assert all(set(line) == keys for line in found.values())


def test_the_line_of_a_processed_file_has_the_facts_of_a_record_and_its_variants(
    folder: Path,
) -> None:
    line = lines_of(folder)["inner/a b.jpg"]
    assert (line["outcome"], line["reason"], line["detail"]) == ("processed", None, None)
    facts, variants = line["facts"], line["variants"]
    size = (folder / "inner" / "a b.jpg").stat().st_size
    expected = {"size_bytes": size, "format": "JPEG", "width": 64, "height": 48, "mode": "RGB"}
    assert expected.items() <= facts.items()
    assert {"exif", "sha256", "thumbhash", "bit_depth"} <= set(facts)
    assert sorted(made["name"] for made in variants) == [
        *("compressed", "converted", "converted", "low_quality", "thumbnail")
    ]
    assert all(set(made) == {"name", "width", "height", "bytes", "frames"} for made in variants)
    assert all((made["width"], made["height"]) == (64, 48) for made in variants)


def test_the_line_of_a_rejected_file_has_reason_and_detail(folder: Path) -> None:
    line = lines_of(folder)["notes.txt"]
    assert (line["outcome"], line["reason"]) == ("rejected", "not-an-image")
    assert str(line["detail"]).startswith("the bytes are no known image format")
    assert (line["facts"], line["variants"]) == ({"size_bytes": 5}, [])


def test_all_formats_are_accepted_on_demand(folder: Path) -> None:
    assert lines_of(folder)["scan.tif"]["reason"] == "unsupported-format"
    assert lines_of(folder, "--all-formats")["scan.tif"]["outcome"] == "processed"


def test_variants_are_saved_by_file_and_name_and_the_line_describes_what_was_saved(
    folder: Path, tmp_path: Path
) -> None:
    save = tmp_path / "saved"
    line = lines_of(folder, "--save", save)["inner/a b.jpg"]
    saved = save / "inner" / "a b.jpg"
    assert sorted(path.relative_to(save) for path in save.rglob("*") if path.is_file()) == [
        Path("inner/a b.jpg", name)
        for name in (
            *("compressed.jpg", "converted.png", "converted.webp"),
            *("low_quality.jpg", "thumbnail.jpg"),
        )
    ]
    variants = line["variants"]
    assert sorted(made["bytes"] for made in variants) == sorted(
        path.stat().st_size for path in saved.iterdir()
    )
    with Image.open(saved / "converted.png") as opened:
        assert (opened.format, opened.size) == ("PNG", (64, 48))


def test_the_frames_of_a_variant_are_counted(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    specs = [
        {"name": "still", "format": "jpeg"},
        {"name": "moving", "format": "webp"},
    ]
    monkeypatch.setattr(report, "default_variants", lambda: parse_variants(specs))
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.gif").write_bytes(animation(["red", "blue", "lime"]))
    variants = lines_of(tmp_path / "in")["a.gif"]["variants"]
    assert {made["name"]: made["frames"] for made in variants} == {"still": 1, "moving": 3}


def test_a_file_name_that_is_not_utf_8_is_printed_and_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = b"a\xff.jpg".decode(errors="surrogateescape")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / name).write_bytes(file_of(gradient(), "JPEG"))
    assert lines_of(tmp_path / "in", "--save", tmp_path / "out")[name]["outcome"] == "processed"
    assert (tmp_path / "out" / name / "thumbnail.jpg").exists()
    assert "a\\udcff.jpg" in capsys.readouterr().out


@pytest.mark.parametrize("option", ["--json", "--save"])
def test_an_output_that_cannot_be_written_is_reported_before_any_file_is_processed(
    option: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert exit_code("corpus", folder, option, folder / "notes.txt" / "inner" / "x") == 2
    printed = capsys.readouterr()
    assert len(printed.err.splitlines()) == 1
    assert printed.err.startswith("Error: ")
    assert printed.out == ""


def test_variants_are_not_saved_between_the_files(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert exit_code("corpus", folder, "--save", folder / "inner" / "..") == 2
    assert "save the variants elsewhere" in capsys.readouterr().err
