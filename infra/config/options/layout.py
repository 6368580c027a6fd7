"""Options of the buckets' layout."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Literal

from pydantic import StringConstraints

from handler.config.settings import overlap
from handler.images.variants.variant import Variant
from infra.config.findings import Finding
from infra.config.option_rules import OptionRules
from infra.config.options.base import Options

_FOLDERS = r"([A-Za-z0-9!_.'()=-]+/)"
"""Without what is special in the resources of policies (* ? $) or in a URL.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html"""

MAX_PREFIX = 1024
"""Longest filter of a notification, keyPrefixes included.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html"""

ONE_BUCKET = "one-bucket"


class LayoutOptions(Options):
    """One bucket or two. The prefixes count only in one."""

    layout: Literal["two-buckets", "one-bucket"]
    upload_prefix: Annotated[
        str, StringConstraints(pattern=rf"^(|{_FOLDERS}+)$", max_length=MAX_PREFIX // 4)
    ]
    processed_prefix: Annotated[
        str, StringConstraints(pattern=rf"^{_FOLDERS}+$", max_length=MAX_PREFIX // 4)
    ]

    @property
    def has_one_bucket(self) -> bool:
        """Whether uploads and variants share a bucket, apart by their prefixes."""
        return self.layout == ONE_BUCKET

    @property
    def effective_upload_prefix(self) -> str:
        """What keys of uploads begin with."""
        return self.upload_prefix if self.has_one_bucket else ""

    @property
    def effective_processed_prefix(self) -> str:
        """What keys of variants begin with."""
        return self.processed_prefix if self.has_one_bucket else ""


def empty_prefix_makes_no_variants(
    upload_prefix: str, layout: str, variants: Sequence[Variant]
) -> Iterator[Finding]:
    if layout == ONE_BUCKET and not upload_prefix and variants:
        yield Finding(why="may be empty only if variants is: they would be uploads again")


def upload_prefix_precedes_key_prefixes(
    upload_prefix: str, layout: str, key_prefixes: Sequence[str]
) -> Iterator[Finding]:
    if layout != ONE_BUCKET:
        return
    for within in key_prefixes:
        if upload_prefix and within.startswith(upload_prefix):
            yield Finding(why=f"comes before keyPrefixes by itself: leave it out of {within!r}")
            return
        if len(upload_prefix + within) > MAX_PREFIX:
            yield Finding(why=f"should have, with keyPrefixes, at most {MAX_PREFIX} characters")
            return


def variants_are_apart_from_uploads(
    processed_prefix: str, upload_prefix: str, layout: str
) -> Iterator[Finding]:
    """Outputs among the inputs would be inputs again, for ever."""
    if layout == ONE_BUCKET and upload_prefix and overlap(processed_prefix, upload_prefix):
        why = (
            f"should neither begin with uploadPrefix {upload_prefix!r} nor the other way round:"
            " variants would be uploads again"
        )
        yield Finding(why=why)


RULES: OptionRules = {
    "upload_prefix": (empty_prefix_makes_no_variants, upload_prefix_precedes_key_prefixes),
    "processed_prefix": (variants_are_apart_from_uploads,),
}
