"""What is laid over a variant: a text or an image. Standard library only."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from handler.images.render.geometry import Position
from handler.images.variants.rules import (
    COLOUR,
    FLAG,
    Rule,
    integer,
    matches,
    one_of,
    problems_with,
)

DEFAULT_MARGIN_PERCENT = 2
DEFAULT_SCALE_PERCENT = 20
DEFAULT_COLOUR = "#ffffff"

_DRAWABLE = r"[ -~©«°±´·»‘’“”…‹›⁄™]{1,100}"  # noqa: RUF001 - these are the font's
"""What the font has that comes with Pillow, Aileron."""

_RULES: Mapping[str, Rule] = {
    "text": matches(
        _DRAWABLE,
        "1-100 characters of ASCII, ©, ™, ° or typographic quotes; others can be in an image",
    ),
    "image": matches(r"[^\0]{1,200}", "the path of a PNG, from the folder of Pulumi.yaml"),
    "content": matches("[0-9a-f]{16}", "nothing: the program says what is in the image"),
    "position": one_of(tuple(position.value for position in Position)),
    "margin": integer(0, 50, "percent of the shorter side"),
    "scale": integer(1, 100, "percent of the width"),
    "opacity": integer(1, 100, "percent"),
    "tiled": FLAG,
    "colour": COLOUR,
}


@dataclass(frozen=True, kw_only=True)
class Watermark:
    """A text or an image over a variant, each frame of it.

    Attributes:
        text: What is written; None if it is an image.
        image: Path of a PNG, as the stack names it; None if it is a text.
        content: The first 16 hex digits of the PNG's SHA-256.
        position: Where it is; if it is tiled, where the first is.
        margin_percent: Between it and the edges, or the next: 0-50 of the variant's shorter side.
        scale_percent: Its width: 1-100 of the variant's.
        opacity_percent: 1-100.
        tiled: Whether it is repeated over all of the variant.
        colour: `#rrggbb` of a text.
    """

    text: str | None = None
    image: str | None = None
    content: str | None = None
    position: Position = Position.SOUTHEAST
    margin_percent: int = DEFAULT_MARGIN_PERCENT
    scale_percent: int = DEFAULT_SCALE_PERCENT
    opacity_percent: int = 100
    tiled: bool = False
    colour: str = DEFAULT_COLOUR

    def to_spec(self) -> dict[str, object]:
        """Return the JSON form, which `read_watermark` reads back."""
        spec: dict[str, object] = {
            "text": self.text,
            "image": self.image,
            "content": self.content,
            "position": self.position.value,
            "margin": self.margin_percent,
            "scale": self.scale_percent,
            "opacity": self.opacity_percent,
            "tiled": self.tiled or None,
            "colour": self.colour if self.text else None,
        }
        return {key: value for key, value in spec.items() if value is not None}


def watermark_problems(value: object) -> list[str]:
    """Return all that is wrong with a watermark's JSON form: a clause each."""
    if not isinstance(value, Mapping):
        return [f"{value!r} is no object: give text or image"]
    spec = cast("Mapping[str, object]", value)
    problems = problems_with(spec, _RULES, ())
    if ("text" in spec) == ("image" in spec):
        problems.append("give either text or image")
    elif "image" in spec and "content" not in spec:
        problems.append(f"image is {spec['image']!r}: nobody read it, run `pulumi up`")
    if "colour" in spec and "image" in spec:
        problems.append("colour is for a text: omit it")
    return problems


def read_watermark(spec: Mapping[str, object]) -> Watermark:
    """Read a JSON form that has no problems."""
    text, image, content = (spec.get(key) for key in ("text", "image", "content"))
    return Watermark(
        text=None if text is None else str(text),
        image=None if image is None else str(image),
        content=None if content is None else str(content),
        position=Position(spec.get("position", Position.SOUTHEAST)),
        margin_percent=cast("int", spec.get("margin", DEFAULT_MARGIN_PERCENT)),
        scale_percent=cast("int", spec.get("scale", DEFAULT_SCALE_PERCENT)),
        opacity_percent=cast("int", spec.get("opacity", 100)),
        tiled=bool(spec.get("tiled")),
        colour=str(spec.get("colour", DEFAULT_COLOUR)).lower(),
    )
