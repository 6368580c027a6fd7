"""A variant and its options, each declared once. Standard library only.

A new option needs a field here and the code that applies it: parsing, checks and docs/variants.md
are derived. An option that not every format supports is also listed in `FORMATS`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from handler.images.geometry import ATTENTION, Fit, Position
from handler.images.input_formats import READABLE
from handler.images.variants.documentation import FORMAT_TEXT, QUALITY_TEXT
from handler.images.variants.options import (
    Option,
    flag,
    option,
    optional,
    options_of,
    write_options,
)
from handler.images.variants.output_formats import FORMATS, SAME, ImageFormat
from handler.images.variants.rules import (
    ANYTHING,
    COLOUR,
    integer,
    list_of,
    matches,
    one_of,
)
from handler.images.variants.watermark import Watermark, read_watermark

MAX_SIDE_PIXELS = 16_384
"""Largest side of a box: about the limit of WebP (16,383) and of displays."""
MIN_BYTES, MAX_BYTES = 1_024, 100 * 1_024 * 1_024
"""Range of `maxBytes`. Below, a single pixel does not fit in every format."""
MAX_SHARPEN_PERCENT = 200
MAX_WIDTHS = 10

_NAME = matches("[a-z0-9_]{1,32}", "1-32 characters of a-z, 0-9 and underscore", "card")
_SIDE = integer(1, MAX_SIDE_PIXELS, "pixels")
_CACHE_CONTROL = r"(?=.{1,200}\Z)[a-z-]+(=\d{1,10})?(, ?[a-z-]+(=\d{1,10})?)*"
"""Directives of RFC 9111, section 5.2.2, RFC 5861 and RFC 8246, except those with field lists."""


class Subsampling(StrEnum):
    """Chroma subsampling."""

    ALL = "4:4:4"
    HALF = "4:2:2"
    QUARTER = "4:2:0"


class Disposition(StrEnum):
    """Disposition types of RFC 6266, for files that are opened directly."""

    INLINE = "inline"
    """The browser displays the file."""
    ATTACHMENT = "attachment"
    """The browser saves the file, under the last part of its key."""


def _read_position(value: str) -> Position | None:
    return None if value == ATTENTION else Position(value)


def _write_position(position: Position | None) -> str:
    return ATTENTION if position is None else position.value


@dataclass(frozen=True, kw_only=True)
class Variant:
    """A variant and its options. Colours are `#rrggbb`; None stands for an omitted key."""

    name: str = field(
        metadata=option("name", _NAME, f"{_NAME.allowed}; `cat.jpg` becomes `cat_NAME.EXTENSION`")
    )
    format: ImageFormat = field(
        metadata=option(
            "format", one_of((*ImageFormat, SAME)), FORMAT_TEXT, read=ImageFormat, write=str
        )
    )
    quality: int | None = optional("quality", ANYTHING, QUALITY_TEXT)
    """None if lossless. The range depends on the format."""
    max_width_pixels: int | None = optional(
        "maxWidth", _SIDE, f"width of the box, 1-{MAX_SIDE_PIXELS} pixels; none if omitted"
    )
    max_height_pixels: int | None = optional("maxHeight", _SIDE, "height of the box, likewise")
    fit: Fit = optional(
        "fit",
        one_of(tuple(Fit)),
        "`inside` (default): no larger than the box; `cover`: a crop in its proportions;"
        " `contain`: on a canvas of its size",
        read=Fit,
        write=str,
        default=Fit.INSIDE,
    )
    position: Position | None = optional(
        "position",
        one_of((*Position, ATTENTION)),
        "where `cover` crops: `centre` (default), `north`, `northeast` and so on, or `attention`"
        " (edges, skin, strong colours)",
        read=_read_position,
        write=_write_position,
        default=Position.CENTRE,
    )
    """None for `attention`."""
    enlarge: bool = flag(
        "enlarge", "`true`: a smaller picture is enlarged to its box; if omitted, it is not"
    )
    animated: bool = flag(
        "animated", "`true`: a PNG keeps animations (APNG); WebP and GIF always keep them"
    )
    lossless: bool = flag("lossless", "`true`: a WebP is compressed losslessly")
    progressive: bool = flag("progressive", "`true`: a JPEG is progressive")
    subsampling: str | None = optional(
        "subsampling",
        one_of(tuple(Subsampling)),
        "chroma subsampling of JPEG and AVIF: `4:4:4`, `4:2:2` or `4:2:0`",
    )
    max_bytes: int | None = optional(
        "maxBytes",
        integer(MIN_BYTES, MAX_BYTES, "bytes"),
        f"{MIN_BYTES}-{MAX_BYTES}; the highest quality up to `quality` that fits, or a smaller"
        " picture; up to eight encodings",
    )
    sharpen_percent: int | None = optional(
        "sharpen",
        integer(1, MAX_SHARPEN_PERCENT, "percent"),
        f"1-{MAX_SHARPEN_PERCENT} percent, applied after shrinking; 50-100 is usual",
    )
    greyscale: bool = flag("greyscale", "`true`: converted to greyscale")
    background_colour: str | None = optional(
        "background",
        COLOUR,
        "`#rrggbb` behind transparency and the canvas of `contain`; if omitted, transparent or"
        " `backgroundColour`",
    )
    watermark: Watermark | None = optional(
        "watermark",
        ANYTHING,  # checked by the options of a watermark
        "a text or an image over each frame, see below",
        read=read_watermark,
        write=Watermark.to_spec,
    )
    skip_if_larger: bool = flag(
        "skipIfLarger", "`true`: not stored if it takes at least as many bytes as the upload"
    )
    sources: tuple[str, ...] | None = optional(
        "sources",
        list_of(
            one_of(READABLE),
            len(READABLE),
            f"different formats out of {', '.join(READABLE)}",
        ),
        'the variant is made of uploads in these formats only, such as `["PNG", "GIF"]`',
        read=tuple,
        write=list,
    )
    srcset: str | None = optional(
        "srcset", _NAME, "name of the set of widths that the variant belongs to; set by `widths`"
    )
    keep_copyright: bool = flag(
        "keepCopyright",
        "`true`: creator and copyright of the upload are written as EXIF, without any other"
        " metadata; not in GIF",
    )
    keep_gain_map: bool = flag(
        "keepGainMap",
        "`true`: a JPEG of an Ultra HDR JPEG keeps its gain map; not with all options, see below",
    )
    cache_control: str | None = optional(
        "cacheControl",
        matches(
            _CACHE_CONTROL, "up to 200 characters of directives, such as public, max-age=86400"
        ),
        "the header Cache-Control, such as `public, max-age=86400`; none if omitted, see below",
    )
    disposition: Disposition | None = optional(
        "contentDisposition",
        one_of(tuple(Disposition)),
        "`inline`, or `attachment`: browsers save the file under the last part of its key",
        read=Disposition,
        write=str,
    )
    copy_user_metadata: bool = flag(
        "copyUserMetadata",
        "`true`: the upload's user metadata (`x-amz-meta-`) are copied, up to 2 KB; the rest is"
        " dropped",
    )
    copy_tags: bool = flag(
        "copyTags",
        "`true`: the upload's tags are copied; the function's role may read and write tags only"
        " if a variant has this option",
    )

    @property
    def key_suffix(self) -> str:
        """Suffix of the output key after the upload's stem, such as `_thumbnail.jpg`."""
        return f"_{self.name}.{self.format.extension}"

    @property
    def supports_animation(self) -> bool:
        """Whether animations stay animated."""
        return self.animated or FORMATS[self.format].is_animated

    @property
    def box(self) -> tuple[int | None, int | None]:
        """Largest width and height, in pixels."""
        return self.max_width_pixels, self.max_height_pixels

    def is_made_of(self, source_format: str) -> bool:
        """Return whether the variant is made of uploads in that format, one of `READABLE`."""
        return self.sources is None or source_format in self.sources

    def to_spec(self) -> dict[str, object]:
        """Return the JSON form, which `parse_variants` parses back."""
        return write_options(self)


WIDTHS = Option(
    key="widths",
    rule=list_of(
        _SIDE,
        MAX_WIDTHS,
        f"up to {MAX_WIDTHS} different widths of 1-{MAX_SIDE_PIXELS} pixels",
    ),
    documentation=f"up to {MAX_WIDTHS} widths; makes a variant for each, such as `NAME_640`, for"
    " `srcset`",
)
"""A key that expands to several variants, and so is not a field of one."""

OPTIONS: Mapping[str, Option] = {
    declared.key: declared for declared in (*options_of(Variant).values(), WIDTHS)
}
"""All keys of a variant's JSON form."""
