"""Other decoders of images, each as a `Transform` whose variants are the whole picture as PNG.

Their pictures are upright, in sRGB and of 8 bits. Of an animation they have the first frame.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus.trial import GROWTH_BYTES, STALLED_SECONDS
from handler.images.ports import Transform
from handler.images.variants.rendition import Rendition
from handler.images.variants.variant import Variant
from handler.model.errors import Reason, Rejected

_ROOT = Path(__file__).resolve().parent.parent
_LIBVIPS_PROGRAM = "corpus.libvips_program"
_SHARP_PROGRAM = """
const sharp = require("sharp");
const parts = [];
process.stdin.on("data", (part) => parts.push(part)).on("end", async () => {
  try {
    const options = { failOn: "error", limitInputPixels: false };
    const image = sharp(Buffer.concat(parts), options).rotate().toColourspace("srgb");
    process.stdout.write(await image.png({ compressionLevel: 1 }).toBuffer());
  } catch (error) {
    process.stderr.write(error.message);
    process.exitCode = 1;
  }
});
"""
MAX_PIXELS = 80_000_000
"""Larger pictures are not compared; none that the trial accepts is as large."""
_UNREAD = (
    "not in a known format",
    "unsupported image format",
    "has not been built in",
    "is not configured",
)
"""What libvips, sharp, libheif and libtiff report where they are built without a decoder."""
_UNLIMITED_BYTES = 2**46
"""Node reserves far more addresses than it uses memory."""
_PROBE_SECONDS = 60


class DecoderMissing(Exception):  # noqa: N818 - named for the fact
    """Raised when a decoder is not installed; the text says what to install."""


@dataclass(frozen=True, kw_only=True)
class Decoder:
    """A decoder to compare with."""

    name: str
    transform: Transform
    growth_bytes: int = GROWTH_BYTES
    """See `IsolatedTransform`."""


def installed_decoder(name: str) -> Decoder:
    """Return the decoder `vips` or `sharp`.

    Raises:
        DecoderMissing: If it is not installed.
    """
    if name == "vips":
        if not _runs([sys.executable, "-c", "import pyvips"]):
            raise DecoderMissing("pyvips is not installed: pip install 'pyvips[binary]'")
        return Decoder(name="libvips", transform=libvips)
    node = shutil.which("node")
    if node is None:
        raise DecoderMissing("node is not on PATH: install Node.js, then npm install sharp")
    if not _runs([node, "-e", "require('sharp')"]):
        raise DecoderMissing(
            "node finds no module sharp: npm install sharp, and set NODE_PATH to its node_modules"
        )
    return Decoder(name="sharp", transform=sharp, growth_bytes=_UNLIMITED_BYTES)


def libvips(
    data: bytes, variants: Sequence[Variant], *, max_pixels: int, background_colour: str
) -> Iterator[Rendition]:
    """Decode with libvips, with the limit `MAX_PIXELS` instead, and keep the transparency."""
    del max_pixels, background_colour
    yield from _as_png(_output_of([sys.executable, "-m", _LIBVIPS_PROGRAM], data), variants)


def sharp(
    data: bytes, variants: Sequence[Variant], *, max_pixels: int, background_colour: str
) -> Iterator[Rendition]:
    """Decode with sharp, likewise."""
    del max_pixels, background_colour
    node = shutil.which("node") or "node"
    yield from _as_png(_output_of([node, "-e", _SHARP_PROGRAM], data), variants)


def _output_of(command: Sequence[str], data: bytes) -> bytes:
    """Return what a decoder's program makes of a file.

    Raises:
        Rejected: If it cannot decode it, or ends otherwise.
    """
    completed = subprocess.run(
        command,
        input=data,
        capture_output=True,
        check=False,
        timeout=STALLED_SECONDS,
        env={**os.environ, "PYTHONPATH": str(_ROOT), "VIPS_CONCURRENCY": "1"},
    )
    if completed.returncode != 0:
        raise _refusal(completed.stderr.decode(errors="replace"))
    return completed.stdout


def _as_png(png: bytes, variants: Sequence[Variant]) -> Iterator[Rendition]:
    width, height = (int.from_bytes(png[start : start + 4], "big") for start in (16, 20))  # IHDR
    if width * height > MAX_PIXELS:
        detail = f"{width}x{height} pixels are more than can be compared"
        raise Rejected(Reason.TOO_MANY_PIXELS, detail)
    for variant in variants:
        yield Rendition(variant=variant, data=png, width=width, height=height)


def _refusal(message: str) -> Rejected:
    is_unread = any(each in message for each in _UNREAD)
    reason = Reason.UNSUPPORTED_FORMAT if is_unread else Reason.DAMAGED
    return Rejected(reason, " ".join(message.split())[:200])


def _runs(command: Sequence[str]) -> bool:
    completed = subprocess.run(command, capture_output=True, check=False, timeout=_PROBE_SECONDS)
    return completed.returncode == 0
