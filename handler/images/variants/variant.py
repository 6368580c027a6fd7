"""One variant and all its options, each declared once. Standard library only.

A new option is a field here, and the code that does what it says: parsing, checks and
docs/variants.md follow. An option that not every format has is also named in `FORMATS`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from handler.images.render.geometry import ATTENTION, Fit, Position
from handler.images.source.formats import READABLE
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
"""Largest box that can be asked for: about what WebP can hold (16,383) and screens can show."""
MIN_BYTES, MAX_BYTES = 1_024, 100 * 1_024 * 1_024
"""Least and most that `maxBytes` can ask for. Below, even one pixel does not fit in each format."""
MAX_SHARPEN_PERCENT = 200
MAX_WIDTHS = 10

_NAME = matches("[a-z0-9_]{1,32}", "1-32 characters of a-z, 0-9 and underscore", "card")
_SIDE = integer(1, MAX_SIDE_PIXELS, "pixels")
_CACHE_CONTROL = r"(?=.{1,200}\Z)[a-z-]+(=\d{1,10})?(, ?[a-z-]+(=\d{1,10})?)*"
"""Directives of RFC 9111, section 5.2.2, RFC 5861 and RFC 8246, but for lists of fields."""


class Subsampling(StrEnum):
    """How much of the colour is kept: all, half, a quarter."""

    ALL = "4:4:4"
    HALF = "4:2:2"
    QUARTER = "4:2:0"


class Disposition(StrEnum):
    """What a browser does with a file that is opened by itself; the terms are those of RFC 6266."""

    INLINE = "inline"
    """It is shown."""
    ATTACHMENT = "attachment"
    """It is saved, under the last part of its key."""


def _read_position(value: str) -> Position | None:
    return None if value == ATTENTION else Position(value)


def _write_position(position: Position | None) -> str:
    return ATTENTION if position is None else position.value


@dataclass(frozen=True, kw_only=True)
class Variant:
    """One rendition of every upload. Colours are `#rrggbb`; None means what is omitted."""

    name: str = field(
        metadata=option("name", _NAME, f"{_NAME.allowed}; `cat.jpg` becomes `cat_NAME.EXTENSION`")
    )
    format: ImageFormat = field(
        metadata=option(
            "format", one_of((*ImageFormat, SAME)), FORMAT_TEXT, read=ImageFormat, write=str
        )
    )
    quality: int | None = optional("quality", ANYTHING, QUALITY_TEXT)
    """None if it is lossless. Its range depends on the format."""
    max_width_pixels: int | None = optional(
        "maxWidth", _SIDE, f"width of the box, 1-{MAX_SIDE_PIXELS} pixels; none if omitted"
    )
    max_height_pixels: int | None = optional("maxHeight", _SIDE, "height of the box, likewise")
    fit: Fit = optional(
        "fit",
        one_of(tuple(Fit)),
        "`inside` (if omitted): all of the picture, no larger than the box; `cover`: a part of "
        "it, in the box's proportions; `contain`: all of it on a canvas of the box's size",
        read=Fit,
        write=str,
        default=Fit.INSIDE,
    )
    position: Position | None = optional(
        "position",
        one_of((*Position, ATTENTION)),
        "which part `cover` takes: `centre` (if omitted), `north`, `northeast`, `east` and so "
        "on, or `attention`: where edges, skin and strong colours are",
        read=_read_position,
        write=_write_position,
        default=Position.CENTRE,
    )
    """None for attention."""
    enlarge: bool = flag(
        "enlarge", "`true`: a small picture grows to its box. If omitted, none ever does"
    )
    animated: bool = flag("animated", "`true`: a PNG moves (APNG); WebP and GIF always do")
    lossless: bool = flag("lossless", "`true`: a WebP keeps each pixel")
    progressive: bool = flag("progressive", "`true`: a JPEG is shown coarsely while it loads")
    subsampling: str | None = optional(
        "subsampling",
        one_of(tuple(Subsampling)),
        "`4:4:4`, `4:2:2` or `4:2:0`, for JPEG and AVIF: how much of the colour is kept",
    )
    max_bytes: int | None = optional(
        "maxBytes",
        integer(MIN_BYTES, MAX_BYTES, "bytes"),
        f"{MIN_BYTES}-{MAX_BYTES}; the highest quality that fits is searched for, up to "
        "`quality`, and at quality 1 the picture shrinks. Takes up to eight encodings",
    )
    sharpen_percent: int | None = optional(
        "sharpen",
        integer(1, MAX_SHARPEN_PERCENT, "percent"),
        f"1-{MAX_SHARPEN_PERCENT} percent, applied after shrinking; 50-100 is usual",
    )
    greyscale: bool = flag("greyscale", "`true`: without colours")
    background_colour: str | None = optional(
        "background",
        COLOUR,
        "`#rrggbb` in place of transparency and around a contained picture; if omitted both are"
        " transparent where the format can be, and `backgroundColour` where not",
    )
    watermark: Watermark | None = optional(
        "watermark",
        ANYTHING,  # it has options of its own
        "a text or an image over each frame, see below",
        read=read_watermark,
        write=Watermark.to_spec,
    )
    skip_if_larger: bool = flag(
        "skipIfLarger", "`true`: left out if it takes at least as many bytes as the upload"
    )
    sources: tuple[str, ...] | None = optional(
        "sources",
        list_of(
            one_of(READABLE),
            len(READABLE),
            f"different formats out of {', '.join(READABLE)}",
        ),
        'only uploads of these formats get the variant, such as `["PNG", "GIF"]`',
        read=tuple,
        write=list,
    )
    srcset: str | None = optional(
        "srcset", _NAME, "name of the set of widths that it belongs to; `widths` sets it"
    )
    keep_copyright: bool = flag(
        "keepCopyright",
        "`true`: the upload's creator and copyright, from its XMP, IPTC or EXIF, are written as"
        " EXIF (Artist, Copyright) and nothing else is; not in GIF",
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
        "`inline`, or `attachment`: a browser saves it under the last part of its key",
        read=Disposition,
        write=str,
    )
    copy_user_metadata: bool = flag(
        "copyUserMetadata",
        "`true`: the upload's user metadata (`x-amz-meta-`) are stored with it, up to 2 KB; what"
        " does not fit is left out",
    )
    copy_tags: bool = flag(
        "copyTags",
        "`true`: the upload's tags too; the function is allowed to read and to write tags only"
        " if a variant asks for it",
    )

    @property
    def key_suffix(self) -> str:
        """What follows the source's stem in the output key, such as `_thumbnail.jpg`."""
        return f"_{self.name}.{self.format.extension}"

    @property
    def supports_animation(self) -> bool:
        """Whether an animation stays one."""
        return self.animated or FORMATS[self.format].is_animated

    @property
    def box(self) -> tuple[int | None, int | None]:
        """Largest width and height, in pixels."""
        return self.max_width_pixels, self.max_height_pixels

    def is_made_of(self, source_format: str) -> bool:
        """Say whether uploads of that format, one of `READABLE` of formats, get this variant."""
        return self.sources is None or source_format in self.sources

    def to_spec(self) -> dict[str, object]:
        """Return the JSON form, which `parse_variants` reads back."""
        return write_options(self)


WIDTHS = Option(
    key="widths",
    rule=list_of(
        _SIDE,
        MAX_WIDTHS,
        f"up to {MAX_WIDTHS} different widths of 1-{MAX_SIDE_PIXELS} pixels",
    ),
    documentation=f"up to {MAX_WIDTHS} widths; makes a variant of each, `NAME_640` and so on, for"
    " `srcset`",
)
"""A key that stands for several variants, and so is no field of one."""

OPTIONS: Mapping[str, Option] = {
    declared.key: declared for declared in (*options_of(Variant).values(), WIDTHS)
}
"""All keys of a variant's JSON form."""
