"""Texts for docs/variants.md, generated from the output formats. Standard library only."""

from handler.images.variants.output_formats import FORMATS, SAME, ImageFormat


def _format_text() -> str:
    names = ", ".join(f"`{each}`" for each in ImageFormat)
    conversions = [
        f"{' and '.join(others)} as {found.label}"
        for found in FORMATS.values()
        if (others := [each for each in found.sources if each != found.label.upper()])
    ]
    return f"{names}, or `{SAME}`: as the upload ({', '.join(conversions)})"


def _quality_text() -> str:
    ranges = [
        f"1-{found.highest_quality} for {found.label} ({found.default_quality} if omitted)"
        for found in FORMATS.values()
        if found.highest_quality
    ]
    without = [found.label for found in FORMATS.values() if not found.highest_quality]
    return f"{', '.join(ranges)}; {' and '.join(without)} have none"


FORMAT_TEXT = _format_text()
QUALITY_TEXT = _quality_text()
