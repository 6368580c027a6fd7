"""Describe a rendered variant, and save it."""

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image

from handler.images.variants.rendition import Rendition


@dataclass(frozen=True, kw_only=True)
class Made:
    """A rendered variant, without its bytes. Width and height are in pixels."""

    name: str
    width: int
    height: int
    size_bytes: int
    frames: int
    """Number of frames in the file; 1 if it is still."""
    path: Path | None
    """Where it was saved; None if it was not."""


def made_of(rendition: Rendition, folder: Path | None) -> Made:
    """Describe a rendition, and save it in the folder, if there is one."""
    variant = rendition.variant
    path = folder and folder / f"{variant.name}.{variant.format.extension}"
    if path:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(rendition.data)
    with Image.open(BytesIO(rendition.data)) as opened:
        frames = getattr(opened, "n_frames", 1)
    return Made(
        name=variant.name,
        width=rendition.width,
        height=rendition.height,
        size_bytes=len(rendition.data),
        frames=frames,
        path=path,
    )
