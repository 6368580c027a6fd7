"""Output formats of variants, with one record each. Standard library only.

A new format needs a member of `ImageFormat`, a record in `FORMATS`, and its options of the encoder
in `handler.images.render.encode`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class ImageFormat(StrEnum):
    """An output format of variants."""

    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"
    AVIF = "avif"
    GIF = "gif"

    @property
    def extension(self) -> str:
        """File name extension, without the dot."""
        return FORMATS[self].extension

    @property
    def content_type(self) -> str:
        """Media type, as registered with IANA."""
        return f"image/{self.value}"


SAME = "same"
"""Value of `format` for the format of the upload, or the nearest output format."""


class Transparency(StrEnum):
    """Kind of transparency of a format."""

    NONE = "none"
    ON_OR_OFF = "on or off"
    GRADUAL = "gradual"


@dataclass(frozen=True, kw_only=True)
class OutputFormat:
    """Capabilities, options and encoding costs of a format."""

    label: str
    """Name in documents."""
    extension: str
    sources: tuple[str, ...] = ()
    """Input formats for which `same` selects this format: equally lossy, with transparency and
    animation if they have them."""
    options: frozenset[str]
    """Keys of a variant that this format supports, out of `RESTRICTED_OPTIONS`."""
    transparency: Transparency
    is_animated: bool = False
    """Whether animations stay animated without the option `animated`."""
    highest_quality: int | None = None
    """None if the format has no quality setting."""
    default_quality: int | None = None
    max_side_pixels: int
    preference: int
    """Order in `<picture>`, where browsers use the first format that they support."""
    seconds_per_megapixel: float
    """Processor time of encoding, measured with Pillow 13 on 12-megapixel photographs."""
    bytes_per_pixel: int
    """Memory of the encoder, measured likewise."""
    outweighs_decoders: bool = False
    """Whether the encoder takes more memory than any decoder."""


FORMATS: Mapping[ImageFormat, OutputFormat] = {
    ImageFormat.JPEG: OutputFormat(
        label="JPEG",
        extension="jpg",
        sources=("JPEG", "HEIC", "JPEG2000"),
        options=frozenset(
            {
                *("quality", "maxBytes", "progressive", "subsampling"),
                *("keepCopyright", "keepGainMap"),
            }
        ),
        transparency=Transparency.NONE,
        # Pillow's handbook on saving JPEG: above 95, files grow with hardly any gain in quality.
        highest_quality=95,
        default_quality=85,
        max_side_pixels=65_500,  # JPEG_MAX_DIMENSION of libjpeg
        preference=3,
        seconds_per_megapixel=0.012,
        bytes_per_pixel=8,
    ),
    ImageFormat.PNG: OutputFormat(
        label="PNG",
        extension="png",
        sources=("PNG", "TIFF", "BMP"),
        options=frozenset({"animated", "keepCopyright"}),
        transparency=Transparency.GRADUAL,
        max_side_pixels=2**31 - 1,  # https://www.w3.org/TR/png-3/#11IHDR
        preference=4,
        seconds_per_megapixel=0.06,
        bytes_per_pixel=9,
    ),
    ImageFormat.WEBP: OutputFormat(
        label="WebP",
        extension="webp",
        sources=("WEBP", "GIF"),
        options=frozenset({"quality", "maxBytes", "lossless", "keepCopyright"}),
        transparency=Transparency.GRADUAL,
        is_animated=True,
        highest_quality=100,
        default_quality=80,
        max_side_pixels=16_383,  # https://developers.google.com/speed/webp/faq
        preference=2,
        seconds_per_megapixel=0.085,
        bytes_per_pixel=12,
    ),
    ImageFormat.AVIF: OutputFormat(
        label="AVIF",
        extension="avif",
        sources=("AVIF",),
        options=frozenset({"quality", "maxBytes", "subsampling", "keepCopyright"}),
        transparency=Transparency.GRADUAL,
        highest_quality=100,
        default_quality=60,
        max_side_pixels=32_768,  # AVIF_DEFAULT_IMAGE_DIMENSION_LIMIT of libavif's decoder
        preference=1,
        seconds_per_megapixel=0.1,
        bytes_per_pixel=32,
        outweighs_decoders=True,
    ),
    ImageFormat.GIF: OutputFormat(
        label="GIF",
        extension="gif",
        options=frozenset(),  # its quality is fixed by 256 colours
        transparency=Transparency.ON_OR_OFF,
        is_animated=True,
        max_side_pixels=65_535,  # https://www.w3.org/Graphics/GIF/spec-gif89a.txt
        preference=5,
        seconds_per_megapixel=0.15,
        bytes_per_pixel=16,
    ),
}

RESTRICTED_OPTIONS = frozenset[str]().union(*(found.options for found in FORMATS.values()))
"""Keys of a variant that not every format supports."""


def formats_of(name: str) -> tuple[ImageFormat, ...]:
    """Return the formats for a value of `format`: one, or several for `same`."""
    if name == SAME:
        return tuple(each for each, found in FORMATS.items() if found.sources)
    return (ImageFormat(name),)


def has_option(image_format: ImageFormat, key: str) -> bool:
    """Return whether a format supports a key of a variant."""
    return key not in RESTRICTED_OPTIONS or key in FORMATS[image_format].options
