"""Proves that agreement with another decoder is counted by kind, and disagreement listed."""

import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from corpus import decoders, report, trial
from corpus.agreement import Comparison, Outcome, agreement_lines, compare, whole_variant
from corpus.decoders import Decoder, DecoderMissing, installed_decoder, libvips
from corpus.trial import attempt, attempt_with
from handler.images.variants.rendition import Rendition
from tests.cli.command import exit_code
from tests.corpus.files import file_of, gradient, ramp_of

VIPS = Decoder(name="libvips", transform=libvips)
WHOLE = whole_variant(report.default_variants())


def compared(
    data: bytes, folder: Path, *, decoder: Decoder = VIPS, accepted: tuple[str, ...] = ("JPEG",)
) -> Comparison:
    """Process a file, and compare it with what a decoder makes of it."""
    ours = attempt(data, report.default_variants(), accepted, folder=folder)
    return compare(data, ours, WHOLE, decoder, accepted)


def showing(image: Image.Image) -> Decoder:
    """Return a decoder that shows the same image whatever the file."""

    def transform(*_: object, **__: object) -> Iterator[Rendition]:
        width, height = image.size
        yield Rendition(variant=WHOLE, data=file_of(image, "PNG"), width=width, height=height)

    return Decoder(name="planted", transform=transform)


def test_a_photograph_is_shown_alike_by_libvips(tmp_path: Path) -> None:
    found = compared(file_of(gradient(), "JPEG", quality=90), tmp_path)
    assert (found.kind, found.outcome) == ("JPEG", Outcome.SAME)


@pytest.mark.parametrize("name", ["PNG", "WEBP", "GIF", "TIFF", "AVIF"])
def test_other_formats_are_compared_alike(tmp_path: Path, name: str) -> None:
    found = compared(file_of(gradient((256, 256)), name), tmp_path, accepted=(name,))
    assert (found.kind, found.outcome) == (name, Outcome.SAME)


def test_libvips_turns_by_orientation_and_converts_by_profile_and_keeps_alpha(
    tmp_path: Path,
) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    turned = compared(file_of(gradient(), "JPEG", exif=exif, quality=95), tmp_path)
    assert turned.outcome == Outcome.SAME
    clear = gradient().convert("RGBA")
    clear.putalpha(ramp_of(clear.size))
    assert compared(file_of(clear, "PNG"), tmp_path, accepted=("PNG",)).outcome == Outcome.SAME


def test_metadata_that_libvips_would_copy_do_not_matter(tmp_path: Path) -> None:
    text = PngInfo()
    text.add_text("Comment", "a" * 2_000_000, zip=True)
    data = file_of(gradient(), "PNG", pnginfo=text)
    assert compared(data, tmp_path, accepted=("PNG",)).outcome == Outcome.SAME


def test_a_picture_of_the_other_decoder_that_is_too_large_to_compare_is_refused(
    tmp_path: Path,
) -> None:
    image = Image.new("1", (8_001, decoders.MAX_PIXELS // 8_000))
    assert decoders.MAX_PIXELS > trial.MAX_PIXELS
    found = attempt_with(libvips, file_of(image, "PNG"), [WHOLE], folder=tmp_path)
    assert (found.outcome, found.reason) == ("rejected", "too-many-pixels")


def test_a_planted_difference_is_found(tmp_path: Path) -> None:
    faulty = gradient()
    faulty.paste("black", (16, 16, 32, 32))
    data = file_of(gradient(), "PNG")
    accepted = ("PNG",)
    same = compared(data, tmp_path, decoder=showing(gradient()), accepted=accepted)
    assert same.outcome == Outcome.SAME
    found = compared(data, tmp_path, decoder=showing(faulty), accepted=accepted)
    assert found.outcome == Outcome.DIFFERS
    assert found.detail.startswith("mean ")


def test_another_size_is_a_difference(tmp_path: Path) -> None:
    found = compared(
        file_of(gradient(), "JPEG"), tmp_path, decoder=showing(gradient().rotate(90, expand=True))
    )
    assert found.outcome == Outcome.DIFFERS
    assert found.detail == "ours is 64x48, theirs 48x64"


def test_a_file_that_only_one_of_them_shows_has_the_reason_of_the_other(tmp_path: Path) -> None:
    cut = file_of(gradient(), "JPEG")[:-2]  # without the end of image marker
    ours = compared(cut, tmp_path)
    assert (ours.kind, ours.outcome) == ("JPEG", Outcome.ONLY_OURS)
    assert ours.detail.startswith("theirs: damaged: ")
    theirs = compared(file_of(gradient(), "PNG"), tmp_path)
    assert (theirs.kind, theirs.outcome) == ("not accepted", Outcome.ONLY_THEIRS)
    assert theirs.detail.startswith("ours: unsupported-format: the image is PNG")


def test_a_format_that_libvips_is_built_without_is_no_disagreement(tmp_path: Path) -> None:
    found = compared(file_of(gradient(), "BMP"), tmp_path, accepted=("BMP",))
    assert (found.kind, found.outcome) == ("BMP", Outcome.UNREAD)


def test_a_file_that_is_no_image_for_both_is_shown_by_neither(tmp_path: Path) -> None:
    found = compared(b"hello", tmp_path)
    assert (found.kind, found.outcome) == ("not accepted", Outcome.NEITHER)


def test_a_cut_photograph_is_shown_by_neither(tmp_path: Path) -> None:
    data = file_of(gradient((400, 400)), "JPEG", quality=95)
    assert compared(data[: len(data) // 2], tmp_path).outcome == Outcome.NEITHER


def test_a_picture_that_libvips_shows_black_after_an_error_is_not_shown(tmp_path: Path) -> None:
    data = bytearray(file_of(gradient(), "TIFF", compression="tiff_lzw"))
    data[100:2000] = b"\xff" * 1900
    assert compared(bytes(data), tmp_path, accepted=("TIFF",)).outcome == Outcome.NEITHER


def test_a_decoder_that_crashes_shows_nothing(tmp_path: Path) -> None:
    def crash(*_: object, **__: object) -> Iterator[Rendition]:
        os.kill(os.getpid(), signal.SIGKILL)
        yield from ()

    decoder = Decoder(name="crashing", transform=crash)
    found = compared(file_of(gradient(), "JPEG"), tmp_path, decoder=decoder)
    assert found.outcome == Outcome.ONLY_OURS
    assert found.detail.startswith("theirs: decoder-died")


def test_the_table_counts_by_kind_and_in_per_cent_both_ways() -> None:
    kinds = [("JPEG", outcome) for outcome in Outcome if outcome is not Outcome.UNREAD]
    kinds += [("JPEG", Outcome.SAME), ("GIF", Outcome.SAME), ("not accepted", Outcome.NEITHER)]
    comparisons = {
        Path(f"{number}.bin"): Comparison(kind=kind, outcome=outcome, detail=f"why {number}")
        for number, (kind, outcome) in enumerate(kinds)
    }
    comparisons[Path("x.bmp")] = Comparison(kind="BMP", outcome=Outcome.UNREAD)
    _, headings, *lines = agreement_lines(comparisons, "libvips")
    assert headings.split()[:3] == ["kind", "files", "same"]
    assert [line.split() for line in lines[:6]] == [
        ["BMP", "1", "0", "0", "0", "0", "0", "1", "-", "-", "-"],
        ["GIF", "1", "1", "0", "0", "0", "0", "0", "100.0", "100.0", "100.0"],
        ["JPEG", "6", "2", "1", "1", "1", "1", "0", "50.0", "50.0", "50.0"],
        ["accepted", "8", "3", "1", "1", "1", "1", "1", "57.1", "60.0", "60.0"],
        ["not", "accepted", "1", "0", "0", "0", "0", "1", "0", "100.0", "-", "-"],
        ["all", "9", "3", "1", "1", "1", "2", "1", "62.5", "60.0", "60.0"],
    ]
    assert lines[6:] == [
        "JPEG differs: 1.bin: why 1",
        "JPEG only ours: 2.bin: why 2",
        "JPEG only theirs: 3.bin: why 3",
    ]


def test_the_command_prints_the_agreement(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.jpg").write_bytes(file_of(gradient(), "JPEG"))
    (tmp_path / "b.jpg").write_bytes(file_of(gradient(), "JPEG")[:-2])
    assert exit_code("corpus", tmp_path, "--against", "vips", "--all-formats") == 0
    printed = capsys.readouterr().out.splitlines()
    expected = ["all", "2", "1", "0", "1", "0", "0", "0", "50.0", "50.0", "100.0"]
    assert expected in [line.split() for line in printed]
    assert printed[-1].startswith("JPEG only ours: b.jpg: theirs: ")
    assert {path.name for path in tmp_path.iterdir()} == {"a.jpg", "b.jpg"}


def fails(_: object) -> bool:
    return False


def finds_nothing(_: object) -> None:
    return None


@pytest.mark.parametrize("name", ["vips", "sharp"])
def test_a_decoder_that_is_not_installed_is_named_in_one_line(
    name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.jpg").write_bytes(file_of(gradient(), "JPEG"))
    monkeypatch.setattr(decoders, "_runs", fails)
    assert exit_code("corpus", tmp_path, "--against", name) == 2
    printed = capsys.readouterr()
    assert len(printed.err.splitlines()) == 1
    assert " install " in printed.err
    assert printed.out == ""


def test_sharp_needs_node(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", finds_nothing)
    with pytest.raises(DecoderMissing, match=r"install Node\.js"):
        installed_decoder("sharp")


def test_a_photograph_is_shown_alike_by_sharp(tmp_path: Path) -> None:
    try:
        sharp = installed_decoder("sharp")
    except DecoderMissing as missing:
        pytest.skip(str(missing))
    data = file_of(gradient(), "JPEG", quality=90)
    assert compared(data, tmp_path, decoder=sharp).outcome == Outcome.SAME
    cut = compared(b"\xff\xd8\xff" + bytes(50), tmp_path, decoder=sharp)
    assert cut.outcome == Outcome.NEITHER
