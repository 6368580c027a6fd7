"""Choice of form, filter and compression of a PNG by compressing a sample of its rows."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from handler.images.render.deflate_stream import Stream, huffman, normal, quick_size, thorough
from handler.images.render.png_filters import Filter, filtered
from handler.images.render.png_forms import Form, strips

_SMALL_PIXELS = 524_288
"""Up to here, the best compression takes no longer than Pillow's encoder."""

_SAMPLED_SHARE = 16
_LEAST_SAMPLE_BYTES, _MOST_SAMPLE_BYTES = 131_072, 524_288
_SAMPLED_PLACES = 16

GRAPHIC_SHARE = 8
"""What compresses to less than this part has areas of text and plain colour, which need other
filters than pictures in between."""

_PALETTE_BYTES = 4
"""Bytes of a colour: red, green, blue and alpha."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How to store an image."""

    form: Form
    kind: Filter | None
    """None to choose the filter of each strip."""
    compress: Callable[[Stream], Stream]
    estimated_bytes: float
    """Size of the file, from the sample."""


def plan(form: Form) -> Plan:
    """Choose filter and compression for a form."""
    size = form.image.size
    samples = {
        kind: b"".join(_filtered_rows(form, part, kind) for part in _sampled_rows(form))
        for kind in Filter
    }
    sizes = {kind: len(normal(sample)) for kind, sample in samples.items()}
    kind = min(sizes, key=lambda each: sizes[each])
    sampled_bytes = len(samples[kind])
    least = min(sizes[kind], noise := len(huffman(samples[kind])))
    is_graphic = sizes[kind] * GRAPHIC_SHARE < sampled_bytes
    best = thorough if size[0] * size[1] <= _SMALL_PIXELS else normal
    return Plan(
        form=form,
        kind=None if is_graphic else kind,
        compress=huffman if noise < sizes[kind] else best,
        estimated_bytes=least * _filtered_bytes(form) / sampled_bytes
        + _PALETTE_BYTES * len(form.palette),
    )


def compressed(chosen: Plan) -> Stream:
    """Return the compressed pixels."""
    form = chosen.form
    data = bytearray(_filtered_bytes(form))
    start = 0
    for part in strips(form.image.size):
        rows = _filtered_rows(form, part, chosen.kind)
        data[start : start + len(rows)] = rows
        start += len(rows)
    return chosen.compress(data)


def _filtered_bytes(form: Form) -> int:
    return (form.row_bytes + 1) * form.image.height


def _filtered_rows(form: Form, part: tuple[int, int], kind: Filter | None) -> bytes:
    top, bottom = part
    rows = form.rows(top - 1, bottom)
    if kind is not None:
        return filtered(rows, form.row_bytes, form.pixel_bytes, kind)
    made = (filtered(rows, form.row_bytes, form.pixel_bytes, each) for each in Filter)
    return min(made, key=quick_size)


def _sampled_rows(form: Form) -> Iterator[tuple[int, int]]:
    """Yield parts of the rows, evenly spread; all rows of a small image."""
    height = form.image.height
    raw_bytes = form.row_bytes * height
    wanted = raw_bytes // _SAMPLED_SHARE
    wanted = min(_MOST_SAMPLE_BYTES, max(_LEAST_SAMPLE_BYTES, wanted))
    if raw_bytes <= wanted:
        yield 0, height
        return
    places = min(height, _SAMPLED_PLACES)
    rows = min(height // places, -(-wanted // (places * form.row_bytes)))
    for place in range(places):
        top = place * height // places
        yield top, top + rows
