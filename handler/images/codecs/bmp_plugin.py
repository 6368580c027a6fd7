"""Pillow's parser of BMP, with all masks of channels, and refusals that name the layout."""

from io import BytesIO
from typing import IO, Any, cast

from PIL import BmpImagePlugin, Image, ImageFile

from handler.images.codecs.bmp_layout import (
    HEADER_BYTES,
    BmpLayout,
    Channel,
    bitfields,
    unsupported,
    without_masks,
)
from handler.images.codecs.decode_errors import DecodeError, called_by_decoder
from handler.images.codecs.eight_bits import SIXTEEN_BITS, look_up
from handler.images.geometry import Size
from handler.model.errors import Reason, Rejected

NAME = "BMP of any layout"
"""Name of this parser in Pillow's list."""

_MODES = {3: "RGB", 4: "RGBA"}


class BmpFile(BmpImagePlugin.BmpImageFile):
    """A BMP. Pixels with masks are read here, others by Pillow."""

    _layout: BmpLayout | None = None
    """The layout, if the pixels have masks."""

    def _open(self) -> None:
        file = cast("IO[bytes]", self.fp)
        start = file.read(HEADER_BYTES)
        file.seek(0)
        with called_by_decoder():
            words, self._layout = unsupported(start), bitfields(start)
        if words is not None:
            raise Rejected(
                Reason.UNSUPPORTED_FORMAT,
                f"the image is a {words}, which cannot be decoded: save it as PNG",
            )
        if self._layout is None:
            super()._open()
            return
        self.fp = BytesIO(without_masks(start))
        super()._open()
        self.fp = file
        self._mode, self.tile = _MODES[len(self._layout.channels)], []

    def load(self) -> Any:
        """Decode the pixels."""
        if self._layout is not None and self._im is None:
            file = cast("IO[bytes]", self.fp)
            file.seek(self._layout.offset)
            data = file.read()
            with called_by_decoder():
                pixels = _decoded(data, self.size, self._layout)
                self._mode, self.im = pixels.mode, pixels.im
        return super().load()


def _decoded(data: bytes, size: Size, layout: BmpLayout) -> Image.Image:
    """Return the pixels; opaque if alpha is 0 everywhere, as browsers show them."""
    width, height = size
    stride = -(-width * layout.pixel_bytes // 4) * 4
    if len(data) < stride * height and not ImageFile.LOAD_TRUNCATED_IMAGES:
        raise DecodeError("the image cannot be decoded: its pixels are truncated")
    rows = data[: stride * height].ljust(stride * height, b"\0")
    across = stride // layout.pixel_bytes
    bands = [
        _band(rows, (across, height), layout.pixel_bytes, channel).crop((0, 0, width, height))
        for channel in layout.channels
    ]
    if bands[-1].getextrema() == (0, 0) and len(bands) == len("RGBA"):
        bands.pop()
    image = Image.merge(_MODES[len(bands)], bands)
    return image if layout.is_top_down else image.transpose(Image.Transpose.FLIP_TOP_BOTTOM)


def _band(rows: bytes, size: Size, pixel_bytes: int, channel: Channel) -> Image.Image:
    window = bytearray(2 * size[0] * size[1])
    window[0::2] = rows[channel.first_byte :: pixel_bytes]
    window[1::2] = rows[channel.first_byte + 1 :: pixel_bytes]
    image = Image.frombytes("I;16", size, bytes(window))
    most = 2**channel.bits - 1
    table = [
        ((value >> channel.shift & most) * 510 + most) // (2 * most)
        for value in range(SIXTEEN_BITS)
    ]
    return look_up(image.convert("I"), table)


def _accept(prefix: bytes) -> bool:
    return prefix.startswith(b"BM")


Image.register_open(NAME, BmpFile, _accept)
