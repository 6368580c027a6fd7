"""Ready text for web pages: `srcset` and `<picture>` of each set of widths. Pure."""

import html
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Protocol
from urllib.parse import quote

from handler.images.variants.output_formats import FORMATS, ImageFormat
from handler.images.variants.variant import Variant

_BEST_FIRST = sorted(ImageFormat, key=lambda each: FORMATS[each].preference)
"""A browser takes the first it can show; the last is for those that can show nothing else."""


class Stored(Protocol):
    """What has to be known of a stored variant. Width and height are in pixels."""

    @property
    def variant(self) -> Variant: ...
    @property
    def key(self) -> str: ...
    @property
    def width(self) -> int: ...
    @property
    def height(self) -> int: ...


def srcset_html(stored: Iterable[Stored]) -> dict[str, dict[str, str]]:
    """Return, for each set by name, `srcset` text by content type and the text `picture`.

    URLs are the keys, percent-encoded and relative: put them behind the address that serves the
    bucket, by `<base>` or by replacing. `picture` has neither `alt` nor `sizes`: both are for the
    page to say.
    """
    in_sets = [each for each in stored if each.variant.srcset is not None]
    in_sets.sort(key=lambda each: str(each.variant.srcset))
    return {
        name: _of_set(list(of_set))
        for name, of_set in groupby(in_sets, lambda each: str(each.variant.srcset))
    }


def _of_set(stored: Sequence[Stored]) -> dict[str, str]:
    by_format = {
        image_format: _candidates(stored, image_format)
        for image_format in _BEST_FIRST
        if any(each.variant.format is image_format for each in stored)
    }
    srcsets = {
        image_format.content_type: _srcset(candidates)
        for image_format, candidates in by_format.items()
    }
    return {**srcsets, "picture": _picture(srcsets, list(by_format.values())[-1][-1])}


def _candidates(stored: Sequence[Stored], image_format: ImageFormat) -> list[Stored]:
    """Return one for each width, the smallest first: a small upload fills no large width."""
    by_width = {each.width: each for each in stored if each.variant.format is image_format}
    return [by_width[width] for width in sorted(by_width)]


def _srcset(candidates: Sequence[Stored]) -> str:
    """https://html.spec.whatwg.org/multipage/images.html#srcset-attributes"""
    return ", ".join(f"{_url(each)} {each.width}w" for each in candidates)


def _picture(srcsets: dict[str, str], largest: Stored) -> str:
    sources = "".join(
        f'<source type="{content_type}" srcset="{html.escape(text)}">'
        for content_type, text in srcsets.items()
    )
    image = (
        f'<img src="{html.escape(_url(largest))}" width="{largest.width}" '
        f'height="{largest.height}" loading="lazy">'
    )
    return f"<picture>{sources}{image}</picture>"


def _url(stored: Stored) -> str:
    return quote(stored.key, safe="/-._~")
