"""Options of where uploads come in and variants go."""

from typing import Annotated, Literal, cast

from pydantic import StringConstraints, ValidationInfo, field_validator

from handler.config.settings import overlap
from infra.config.options.base import Options

_FOLDERS = r"([A-Za-z0-9!_.'()=-]+/)"
"""Without what is special in the resources of policies (* ? $) or in a URL.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html"""

MAX_PREFIX = 1024
"""Of a notification's filter, keyPrefixes included.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html"""


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
        return self.layout == "one-bucket"

    @property
    def effective_upload_prefix(self) -> str:
        """What keys of uploads begin with."""
        return self.upload_prefix if self.has_one_bucket else ""

    @property
    def effective_processed_prefix(self) -> str:
        """What keys of variants begin with."""
        return self.processed_prefix if self.has_one_bucket else ""

    @field_validator("upload_prefix")
    @classmethod
    def _sets_uploads_apart(cls, prefix: str, info: ValidationInfo) -> str:
        if info.data.get("layout") != "one-bucket":
            return prefix
        if not prefix and info.data.get("variants"):
            raise ValueError("may be empty only if variants is: they would be uploads again")
        for within in cast("tuple[str, ...]", info.data.get("key_prefixes", ())):
            if prefix and within.startswith(prefix):
                raise ValueError(f"comes before keyPrefixes by itself: leave it out of {within!r}")
            if len(prefix + within) > MAX_PREFIX:
                raise ValueError(f"should have, with keyPrefixes, at most {MAX_PREFIX} characters")
        return prefix

    @field_validator("processed_prefix")
    @classmethod
    def _sets_variants_apart(cls, prefix: str, info: ValidationInfo) -> str:
        """Outputs among the inputs would be inputs again, for ever."""
        uploads = cast("str", info.data.get("upload_prefix", ""))
        if info.data.get("layout") == "one-bucket" and uploads and overlap(prefix, uploads):
            raise ValueError(
                f"should neither begin with uploadPrefix {uploads!r} nor the other way round:"
                " variants would be uploads again"
            )
        return prefix
