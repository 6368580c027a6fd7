"""The rendered form of a variant. Standard library only."""

from dataclasses import dataclass

from handler.images.variants.variant import Variant


@dataclass(frozen=True, kw_only=True)
class Rendition:
    """A rendered variant of one image. Width and height are in pixels."""

    variant: Variant
    data: bytes
    width: int
    height: int
