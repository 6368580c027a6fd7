"""The watermark of a variant and its options: a text or an image. Standard library only."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from handler.images.render.geometry import Position
from handler.images.variants.options import (
    Option,
    flag,
    optional,
    options_of,
    problems_with,
    read_options,
    write_options,
)
from handler.images.variants.rules import COLOUR, SpecProblem, integer, matches, one_of

DEFAULT_MARGIN_PERCENT = 2
DEFAULT_SCALE_PERCENT = 20
DEFAULT_COLOUR = "#ffffff"

_DRAWABLE = r"[ -~©«°±´·»‘’“”…‹›⁄™]{1,100}"  # noqa: RUF001 - these are the font's
"""What the font has that comes with Pillow, Aileron."""


@dataclass(frozen=True, kw_only=True)
class Watermark:
    """A text or an image over a variant, each frame of it."""

    text: str | None = optional(
        "text",
        matches(
            _DRAWABLE,
            "1-100 characters of ASCII, ©, ™, ° or typographic quotes; others can be in an image",
        ),
        "1-100 characters of ASCII, ©, ™, ° or typographic quotes, in the font that comes with"
        " Pillow, with a dark or light outline",
    )
    image: str | None = optional(
        "image",
        matches(r"[^\0]{1,200}", "the path of a PNG, from the folder of Pulumi.yaml"),
        "path of a PNG from the folder of `Pulumi.yaml`, at most 1 MiB and 1,048,576 pixels",
    )
    content: str | None = optional(
        "content", matches("[0-9a-f]{16}", "nothing: the program reads the image"), ""
    )
    """The first 16 hex digits of the PNG's SHA-256."""
    position: Position = optional(
        "position",
        one_of(tuple(Position)),
        "`southeast` (if omitted), `centre`, `north` and so on; of the first one if it is tiled",
        default=Position.SOUTHEAST,
        read=Position,
        write=str,
    )
    scale_percent: int = optional(
        "scale",
        integer(1, 100, "percent of the width"),
        f"its width, 1-100 percent of the variant's ({DEFAULT_SCALE_PERCENT})",
        default=DEFAULT_SCALE_PERCENT,
    )
    margin_percent: int = optional(
        "margin",
        integer(0, 50, "percent of the shorter side"),
        "between it and the edges, 0-50 percent of the variant's shorter side"
        f" ({DEFAULT_MARGIN_PERCENT})",
        default=DEFAULT_MARGIN_PERCENT,
    )
    opacity_percent: int = optional(
        "opacity", integer(1, 100, "percent"), "1-100 percent (100)", default=100
    )
    tiled: bool = flag("tiled", "`true`: repeated over all of the variant, `margin` apart")
    colour: str = optional(
        "colour",
        COLOUR,
        f"of a text, `#rrggbb` (`{DEFAULT_COLOUR}`)",
        default=DEFAULT_COLOUR,
        read=str.lower,
    )

    def to_spec(self) -> dict[str, object]:
        """Return the JSON form, which `read_watermark` reads back.

        Numbers, position and colour are written even if they are the defaults, so that another
        default in a later version does not change what is deployed.
        """
        chosen = {
            "position": self.position.value,
            "margin": self.margin_percent,
            "scale": self.scale_percent,
            "opacity": self.opacity_percent,
            **({"colour": self.colour} if self.text else {}),
        }
        return {**write_options(self), **chosen}


WATERMARK_OPTIONS: Mapping[str, Option] = {
    declared.key: declared for declared in options_of(Watermark).values()
}
"""All keys of a watermark's JSON form."""


def watermark_problems(value: object) -> list[SpecProblem]:
    """Return all that is wrong with a watermark's JSON form."""
    if not isinstance(value, Mapping):
        return [SpecProblem(why=f"{value!r} is no object: give text or image")]
    spec = cast("Mapping[str, object]", value)
    problems = problems_with(spec, WATERMARK_OPTIONS, ())
    if "text" in spec and "image" in spec:
        problems.append(SpecProblem(why="give either text or image", place=("image",)))
    elif "text" not in spec and "image" not in spec:
        problems.append(SpecProblem(why="give either text or image"))
    elif "image" in spec and "content" not in spec:
        subject = f"image is {spec['image']!r}"
        why = "the program has not read it yet, run `pulumi up`"
        problems.append(SpecProblem(subject=subject, why=why, place=("image",)))
    if "colour" in spec and "image" in spec:
        problems.append(SpecProblem(why="colour is for a text: omit it", place=("colour",)))
    return problems


def read_watermark(spec: Mapping[str, object]) -> Watermark:
    """Read a JSON form that has no problems."""
    return Watermark(**read_options(Watermark, spec))
