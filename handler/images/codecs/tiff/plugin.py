"""Pillow's parser of TIFF, with further layouts of samples, and refusals that name the layout."""

from collections.abc import Mapping, Sequence
from io import BytesIO
from itertools import pairwise
from typing import IO, Any, cast

from PIL import ExifTags, Image, TiffImagePlugin, TiffTags

from handler.images.codecs.decode_errors import DecodeError, called_by_decoder
from handler.images.codecs.tiff import big_tiff
from handler.images.codecs.tiff.assemble import assemble, mode_of
from handler.images.codecs.tiff.layout import YCBCR, Layout, Tag, layout_of
from handler.images.codecs.tiff.readers import reads_itself
from handler.images.codecs.tiff.samples import channels
from handler.images.codecs.tiff.stored import Blocks, padded_width, stored_planes
from handler.images.codecs.tiff.words import in_words
from handler.model.errors import Reason, Rejected

NAME = "TIFF of any layout"
"""Name of this parser in Pillow's list."""

_STARTS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")

MAX_SAMPLE_BYTES = 178_000_000
"""Pillow decodes twice its MAX_IMAGE_PIXELS at most, and each byte is a pixel for it here."""

_NOT_BUILT_IN = (50_001,)
"""WebP, which the libtiff of Pillow's wheels is built without."""

_KEPT = (
    *(Tag.WIDTH, Tag.HEIGHT, ExifTags.Base.Orientation, ExifTags.Base.XResolution),
    *(ExifTags.Base.YResolution, ExifTags.Base.ResolutionUnit, ExifTags.Base.InterColorProfile),
)


class _GreyTags(dict[int, object]):
    """Tags of a file with 8-bit grey samples in place of its own."""

    prefix: bytes
    offset: int | None

    def __init__(self, tags: TiffImagePlugin.ImageFileDirectory_v2) -> None:
        super().__init__({tag: tags[tag] for tag in _KEPT if tag in tags})
        self.update({Tag.BITS: (8,), Tag.PHOTOMETRIC: 1, Tag.STRIP_OFFSETS: (0,)})
        self.prefix, self.offset = tags.prefix, tags.offset


class TiffFile(TiffImagePlugin.TiffImageFile):
    """A TIFF. Where Pillow cannot read a layout right, it is read by this package."""

    _layout: Layout | None = None
    """The layout, if this package reads it."""

    def _open(self) -> None:
        file = cast("IO[bytes]", self.fp)
        start = file.read(len(big_tiff.START))
        file.seek(0)
        if start == big_tiff.START:
            data = file.read()
            with called_by_decoder():
                self.fp = BytesIO(big_tiff.as_tiff(data))
        super()._open()

    def _setup(self) -> None:
        tags = self.tag_v2
        _widen_bytes(tags)
        layout = layout_of(tags.get, big_endian=tags.prefix == b"MM")
        self._layout = layout if layout is not None and reads_itself(layout) else None
        if self._layout is not None:
            self._set_up_here(self._layout)
        elif layout is None:
            super()._setup()
        else:
            self._set_up_by_pillow(layout)

    def _set_up_here(self, layout: Layout) -> None:
        tags = self.tag_v2
        self.tag_v2 = cast("TiffImagePlugin.ImageFileDirectory_v2", _GreyTags(tags))
        try:
            super()._setup()
        finally:
            self.tag_v2 = tags
        self.info["compression"] = TiffImagePlugin.COMPRESSION_INFO[layout.compression]
        self._mode, self.tile = mode_of(layout), []

    def _set_up_by_pillow(self, layout: Layout) -> None:
        uses_libtiff = TiffImagePlugin.READ_LIBTIFF
        # Pillow's own reader of uncompressed samples ignores subsampling.
        is_subsampled = self.tag_v2.get(TiffImagePlugin.YCBCRSUBSAMPLING) != (1, 1)
        is_subsampled = is_subsampled and layout.photometric == YCBCR
        TiffImagePlugin.READ_LIBTIFF = uses_libtiff or is_subsampled
        if layout.compression in _NOT_BUILT_IN:
            raise _unsupported(layout)
        try:
            super()._setup()
        except (KeyError, SyntaxError) as error:
            if not {Tag.STRIP_OFFSETS, Tag.TILE_OFFSETS}.intersection(self.tag_v2):
                raise
            raise _unsupported(layout) from error
        finally:
            TiffImagePlugin.READ_LIBTIFF = uses_libtiff

    def load(self) -> Any:
        """Decode the pixels."""
        if self._layout is not None and self._im is None:
            file = cast("Any", self.fp)
            file.seek(0)
            data = cast("bytes", file.read())
            blocks = _blocks(self.tag_v2, self._layout)
            with called_by_decoder():
                self.im = _decoded(data, self._layout, blocks).im
            self.load_end()
        return super().load()


def _widen_bytes(tags: TiffImagePlugin.ImageFileDirectory_v2) -> None:
    """Turn numbers of the type BYTE, which libtiff accepts, into SHORT."""
    for tag in Tag:
        value: object = tags.get(tag)
        if isinstance(value, bytes) and len(value) == 1:
            tags.tagtype[tag] = TiffTags.SHORT
            tags[tag] = value[0]


def _unsupported(layout: Layout) -> Rejected:
    return Rejected(
        Reason.UNSUPPORTED_FORMAT,
        f"the image is a {in_words(layout)}, which cannot be decoded: save it as grey or RGB of"
        " 8 or 16 bits, without compression or with LZW or Deflate",
    )


def _decoded(data: bytes, layout: Layout, blocks: Blocks) -> Image.Image:
    _check_bytes(layout, blocks)
    pairs = zip(blocks.offsets, blocks.sizes, strict=False)
    stored = sum(max(0, min(size, len(data) - offset)) for offset, size in pairs)
    if stored > MAX_SAMPLE_BYTES:
        raise DecodeError("the image cannot be decoded: its strips overlap")
    size = padded_width(layout, blocks), layout.height
    return assemble(channels(stored_planes(data, layout, blocks), size, layout), layout)


def _check_bytes(layout: Layout, blocks: Blocks) -> None:
    row_bits = padded_width(layout, blocks) * layout.bits[0] * layout.together
    sample_bytes = row_bits // 8 * layout.height
    if sample_bytes > MAX_SAMPLE_BYTES:
        raise Rejected(
            Reason.TOO_MANY_PIXELS,
            f"{in_words(layout)} has {sample_bytes} bytes of samples, "
            f"at most {MAX_SAMPLE_BYTES} are allowed",
        )


def _blocks(tags: Mapping[int, Any], layout: Layout) -> Blocks:
    """Return where the strips or tiles are.

    Raises:
        ValueError: If tags are missing or contradict each other.
    """
    is_tiled = Tag.TILE_OFFSETS in tags
    if is_tiled:
        width, height = tags[Tag.TILE_WIDTH], tags[Tag.TILE_HEIGHT]
        offsets, sizes = tags[Tag.TILE_OFFSETS], tags[Tag.TILE_BYTES]
    else:
        width, height = layout.width, tags.get(Tag.ROWS_PER_STRIP, layout.height)
        offsets, sizes = tags[Tag.STRIP_OFFSETS], tags.get(Tag.STRIP_BYTES, ())
    numbers = (width, height, *offsets, *sizes)
    if not all(isinstance(each, int) and each >= 0 for each in numbers) or not (width and height):
        raise ValueError("wrong strips or tiles")
    if is_tiled and width * layout.bits[0] * layout.together % 8:
        raise ValueError("tiles do not end at whole bytes")
    height = height if is_tiled else min(height, layout.height)
    if len(sizes) < len(offsets):
        sizes = _distances(offsets)
    if layout.compression == 1:
        most = -(-width * layout.bits[0] * layout.together // 8) * height
        sizes = [min(size, most) for size in sizes]
    return Blocks(
        width=width,
        height=height,
        is_tiled=is_tiled,
        offsets=offsets,
        sizes=sizes,
    )


def _distances(offsets: Sequence[int]) -> list[int]:
    """Return the bytes up to the next block of each, where the file does not have their sizes."""
    following = dict(pairwise(sorted(offsets)))
    return [following.get(offset, 2**32) - offset for offset in offsets]


def _accept(prefix: bytes) -> bool:
    return prefix.startswith(_STARTS)


Image.register_open(NAME, TiffFile, _accept)
