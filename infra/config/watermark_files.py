"""The images of watermarks, read from the program's folder and checked."""

import hashlib
import struct
import zlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import cast

from handler.images.variants.parsing import Variant, VariantProblems, parse_variants
from handler.images.variants.rules import SpecProblem
from handler.images.variants.specs import texts_of

ROOT = Path(__file__).resolve().parent.parent.parent
"""Where `Pulumi.yaml` is. Paths of images start there."""

MAX_BYTES = 1024 * 1024
MAX_PIXELS = 1024 * 1024
"""Four MiB of the function's memory; enough for a mark over half of a screen."""

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_UNREAD = "0" * 16


def parse_specs(specs: Sequence[Mapping[str, object]], *, root: Path = ROOT) -> tuple[Variant, ...]:
    """Read variants as `parse_variants` does, and say of each watermark what is in its image.

    The content becomes a part of the variant's recipe, so that another image makes other variants.

    Raises:
        VariantProblems: With all problems at once, those of images among them.
    """
    problems: list[SpecProblem] = []
    known = [_with_content(i, texts_of(spec), root, problems) for i, spec in enumerate(specs)]
    try:
        variants = parse_variants(known)
    except VariantProblems as error:
        raise VariantProblems([*error.problems, *problems]) from None
    if problems:
        raise VariantProblems(problems)
    return variants


def images_of(variants: Iterable[Variant], *, root: Path = ROOT) -> dict[str, bytes]:
    """Return the bytes of all images by their content."""
    return {
        mark.content: (root / mark.image).read_bytes()
        for mark in (variant.watermark for variant in variants)
        if mark is not None and mark.image is not None and mark.content is not None
    }


def _with_content(
    index: int, spec: Mapping[str, object], root: Path, problems: list[SpecProblem]
) -> Mapping[str, object]:
    watermark = spec.get("watermark")
    if not isinstance(watermark, dict):
        return spec
    mark = cast("dict[str, object]", watermark)
    image = mark.get("image")
    if not isinstance(image, str):
        return spec
    content = _UNREAD
    try:
        data = (root / image).read_bytes()
    except (OSError, ValueError) as error:
        said = error.strerror if isinstance(error, OSError) else error
        problem = f"cannot be read: {said}; give the path of a PNG, from the folder of Pulumi.yaml"
    else:
        content = hashlib.sha256(data).hexdigest()[:16]
        problem = _png_problem(data)
    if problem:
        name = spec.get("name", "without a name")
        subject = f"variant {index} ({name}): watermark"
        place = (index, "watermark", "image")
        why = f"image {image!r} {problem}"
        problems.append(SpecProblem(subject=subject, why=why, place=place))
    return {**spec, "watermark": {**mark, "content": content}}


def _png_problem(data: bytes) -> str | None:
    """Return what is wrong with a PNG, down to its checksums: https://www.w3.org/TR/png-3/"""
    if not data.startswith(_SIGNATURE):
        return "is no PNG: convert it"
    if len(data) > MAX_BYTES:
        return f"has {len(data)} bytes: at most {MAX_BYTES} are allowed"
    start, last = len(_SIGNATURE), b""
    while last != b"IEND":
        header, end = data[start : start + 8], start + 8
        if len(header) < 8:
            return "is cut off"
        length, last = struct.unpack(">I4s", header)
        end += length
        if data[end : end + 4] != struct.pack(">I", zlib.crc32(data[start + 4 : end])):
            return "is damaged"
        start = end + 4
    width, height = struct.unpack_from(">II", data, len(_SIGNATURE) + 8)
    if width * height > MAX_PIXELS:
        return f"has {width} x {height} pixels: at most {MAX_PIXELS} are allowed"
    return None
