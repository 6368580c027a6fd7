"""The formats that variants are written in, and what each can do. Standard library only."""

from collections.abc import Mapping
from enum import StrEnum


class ImageFormat(StrEnum):
    """A format that variants can be written in."""

    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"
    AVIF = "avif"
    GIF = "gif"

    @property
    def extension(self) -> str:
        """The ending of file names, without the dot."""
        return "jpg" if self is ImageFormat.JPEG else self.value

    @property
    def content_type(self) -> str:
        """The media type, as registered with IANA."""
        return f"image/{self.value}"


SAME = "same"
"""Asks for the format of the upload, or the nearest one that is written."""

SOURCES: Mapping[ImageFormat, tuple[str, ...]] = {
    ImageFormat.JPEG: ("JPEG", "HEIC", "JPEG2000"),
    ImageFormat.PNG: ("PNG", "TIFF", "BMP"),
    ImageFormat.WEBP: ("WEBP", "GIF"),
    ImageFormat.AVIF: ("AVIF",),
}
"""What `SAME` means for each format that can be read: one that is as lossy, and
has transparency and animation where the upload's has."""

MOVING = (ImageFormat.WEBP, ImageFormat.GIF)
"""What animations are written in unasked."""

HIGHEST_QUALITY: Mapping[ImageFormat, int] = {
    # Pillow's handbook on saving JPEG: above 95 files grow and hardly anything is gained.
    ImageFormat.JPEG: 95,
    ImageFormat.WEBP: 100,
    ImageFormat.AVIF: 100,
}
"""PNG has no quality: it is lossless. Nor has GIF, of which 256 colours are the quality."""

DEFAULT_QUALITY: Mapping[ImageFormat, int] = {
    ImageFormat.JPEG: 85,
    ImageFormat.WEBP: 80,
    ImageFormat.AVIF: 60,
}

MAX_SIDE_PIXELS: Mapping[ImageFormat, int] = {
    ImageFormat.JPEG: 65_500,  # JPEG_MAX_DIMENSION of libjpeg
    ImageFormat.WEBP: 16_383,  # https://developers.google.com/speed/webp/faq
    ImageFormat.PNG: 2**31 - 1,  # https://www.w3.org/TR/png-3/#11IHDR
    ImageFormat.GIF: 65_535,  # https://www.w3.org/Graphics/GIF/spec-gif89a.txt
    ImageFormat.AVIF: 32_768,  # AVIF_DEFAULT_IMAGE_DIMENSION_LIMIT of libavif's decoder
}

SUBSAMPLINGS = ("4:4:4", "4:2:2", "4:2:0")
"""How much of the colour is kept: all, half, a quarter."""

OWN_KEYS: Mapping[str, tuple[ImageFormat, ...]] = {
    "quality": (ImageFormat.JPEG, ImageFormat.WEBP, ImageFormat.AVIF),
    "maxBytes": (ImageFormat.JPEG, ImageFormat.WEBP, ImageFormat.AVIF),
    "progressive": (ImageFormat.JPEG,),
    "subsampling": (ImageFormat.JPEG, ImageFormat.AVIF),
    "lossless": (ImageFormat.WEBP,),
    "animated": (ImageFormat.PNG,),
    "keepCopyright": (ImageFormat.JPEG, ImageFormat.PNG, ImageFormat.WEBP, ImageFormat.AVIF),
}
"""Keys of a variant that not every format has."""
