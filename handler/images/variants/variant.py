"""One variant: what is asked for, in full. Standard library only."""

from dataclasses import dataclass
from enum import StrEnum

from handler.images.render.geometry import ATTENTION, Fit, Position
from handler.images.variants.encodings import MOVING, ImageFormat
from handler.images.variants.watermark import Watermark


class Disposition(StrEnum):
    """What a browser does with a file that is opened by itself; the terms are those of RFC 6266."""

    INLINE = "inline"
    """It is shown."""
    ATTACHMENT = "attachment"
    """It is saved, under the last part of its key."""


@dataclass(frozen=True, kw_only=True)
class Variant:
    """One rendition of every upload.

    Attributes:
        name: 1-32 characters of a-z, 0-9 and underscore; part of the output key.
        format: What it is encoded as.
        quality: 1-95 for JPEG, 1-100 for WebP and AVIF; None if it is lossless.
        max_width_pixels: Width of the box that it has to fit in, 1-16384; None for no limit.
        max_height_pixels: Height of that box.
        fit: How the picture is placed in the box.
        position: Which part covers the box; None for what people look at.
        enlarge: Whether it may have more pixels than the upload.
        animated: Whether a PNG moves; WebP and GIF always do.
        lossless: Whether a WebP keeps each pixel; a PNG always does.
        progressive: Whether a JPEG is shown coarsely while it is loading.
        subsampling: How much of the colour is kept; None for what the encoder does by itself.
        max_bytes: What it may take; the quality is lowered for it, and then the size.
        sharpen_percent: How much it is sharpened after it was shrunk, 1-200; None for not at all.
        greyscale: Whether it has no colours.
        background_colour: `#rrggbb`, in place of transparency and around a picture on a canvas;
            None for transparent where the format can be, and else the stack's colour.
        watermark: What is laid over it.
        skip_if_larger: Whether it is left out if it takes at least as many bytes as the upload.
        sources: The formats of uploads that it is made of; None for all.
        srcset: Name of the set of widths that it belongs to.
        keep_copyright: Whether it says who made the upload and whose it is.
        cache_control: The header that it is served with; None for none.
        disposition: What browsers are told to do with it; None if they are told nothing.
        copy_user_metadata: Whether the upload's user metadata is stored with it.
        copy_tags: Whether the upload's tags are.
    """

    name: str
    format: ImageFormat
    quality: int | None
    max_width_pixels: int | None = None
    max_height_pixels: int | None = None
    fit: Fit = Fit.INSIDE
    position: Position | None = Position.CENTRE
    enlarge: bool = False
    animated: bool = False
    lossless: bool = False
    progressive: bool = False
    subsampling: str | None = None
    max_bytes: int | None = None
    sharpen_percent: int | None = None
    greyscale: bool = False
    background_colour: str | None = None
    watermark: Watermark | None = None
    skip_if_larger: bool = False
    sources: tuple[str, ...] | None = None
    srcset: str | None = None
    keep_copyright: bool = False
    cache_control: str | None = None
    disposition: Disposition | None = None
    copy_user_metadata: bool = False
    copy_tags: bool = False

    @property
    def key_suffix(self) -> str:
        """What follows the source's stem in the output key, such as `_thumbnail.jpg`."""
        return f"_{self.name}.{self.format.extension}"

    @property
    def supports_animation(self) -> bool:
        """Whether an animation stays one."""
        return self.animated or self.format in MOVING

    @property
    def box(self) -> tuple[int | None, int | None]:
        """Largest width and height, in pixels."""
        return self.max_width_pixels, self.max_height_pixels

    def is_made_of(self, source_format: str) -> bool:
        """Say whether uploads of that format, one of `READABLE` of formats, get this variant."""
        return self.sources is None or source_format in self.sources

    def to_spec(self) -> dict[str, object]:
        """Return the JSON form, which `parse_variants` reads back."""
        spec: dict[str, object] = {
            "name": self.name,
            "format": self.format.value,
            "quality": self.quality,
            "maxWidth": self.max_width_pixels,
            "maxHeight": self.max_height_pixels,
            "fit": None if self.fit is Fit.INSIDE else self.fit.value,
            "position": self._position_text(),
            "enlarge": self.enlarge or None,
            "animated": self.animated or None,
            "lossless": self.lossless or None,
            "progressive": self.progressive or None,
            "subsampling": self.subsampling,
            "maxBytes": self.max_bytes,
            "sharpen": self.sharpen_percent,
            "greyscale": self.greyscale or None,
            "background": self.background_colour,
            "watermark": self.watermark and self.watermark.to_spec(),
            "skipIfLarger": self.skip_if_larger or None,
            "sources": self.sources and list(self.sources),
            "srcset": self.srcset,
            "keepCopyright": self.keep_copyright or None,
            "cacheControl": self.cache_control,
            "contentDisposition": self.disposition and self.disposition.value,
            "copyUserMetadata": self.copy_user_metadata or None,
            "copyTags": self.copy_tags or None,
        }
        return {key: value for key, value in spec.items() if value is not None}

    def _position_text(self) -> str | None:
        if self.position is None:
            return ATTENTION
        return None if self.position is Position.CENTRE else self.position.value
