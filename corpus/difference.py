"""Measure how two pictures of the same size differ."""

from dataclasses import dataclass

from PIL import Image, ImageChops, ImageStat

TILE_PIXELS = 16
MAX_MEAN = 2.0
"""Largest mean difference of pictures that count as the same, out of 255: decoders round lossy
formats and colour profiles differently."""
MAX_TILE = 16.0
"""Likewise in one tile, so that a fault in a small part is found."""


@dataclass(frozen=True, kw_only=True)
class Difference:
    """Mean absolute differences out of 255, of the channel that differs most."""

    mean: float
    """Mean of all pixels."""
    tile: float
    """Mean of the tile that differs most."""

    @property
    def is_small(self) -> bool:
        """Whether the pictures count as the same."""
        return self.mean <= MAX_MEAN and self.tile <= MAX_TILE


def difference(first: Image.Image, second: Image.Image) -> Difference:
    """Compare two pictures of the same size: their colours on white, and their alpha."""
    channels = [
        ImageChops.difference(a, b)
        for a, b in zip(_channels(first), _channels(second), strict=True)
    ]
    return Difference(
        mean=max(ImageStat.Stat(channel).mean[0] for channel in channels),
        tile=max(_largest(channel.reduce(TILE_PIXELS)) for channel in channels),
    )


def _channels(image: Image.Image) -> list[Image.Image]:
    whole = image.convert("RGBA")
    on_white = Image.new("RGBA", whole.size, "white")
    on_white.alpha_composite(whole)
    return [*on_white.convert("RGB").split(), whole.getchannel("A")]


def _largest(channel: Image.Image) -> float:
    _, largest = channel.getextrema()
    return float(largest) if isinstance(largest, int | float) else largest[1]
