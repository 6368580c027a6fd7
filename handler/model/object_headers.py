"""What is stored with a variant beside its bytes: HTTP headers, user metadata and tags. Pure."""

import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

from handler.images.variants.variant import Disposition, Variant

MAX_METADATA_BYTES = 2_048
"""Names and values together: https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html"""

MAX_TAGS = 10
"""https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html"""

_MAX_FILE_NAME_BYTES = 1_000
"""Of a percent-encoded name; S3 takes 2 KB of headers of its own beside the user's metadata."""

_ATTR_CHARS = "!#$&+-.^_`|~"
"""What RFC 8187 (section 3.2.1) leaves as it is, beside letters and digits."""

_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
"""What a header's name can hold: RFC 9110, section 5.6.2."""


@dataclass(frozen=True, kw_only=True)
class Headers:
    """What is stored with an object.

    Attributes:
        content_type: The media type.
        cache_control: How long browsers and caches may keep it; None if nothing is said.
        content_disposition: Whether it is shown or saved, and as what; None if nothing is said.
        user_metadata: The values by name, in ASCII and within `MAX_METADATA_BYTES`.
        tags: The values by key, at most `MAX_TAGS`.
    """

    content_type: str
    cache_control: str | None = None
    content_disposition: str | None = None
    user_metadata: Mapping[str, str] = field(default_factory=dict[str, str])
    tags: Mapping[str, str] = field(default_factory=dict[str, str])


def variant_headers(
    variant: Variant, key: str, user_metadata: Mapping[str, str], tags: Mapping[str, str]
) -> Headers:
    """Return what is stored with a variant.

    Args:
        variant: What was made.
        key: Where it is stored; the last part is its file name.
        user_metadata: Of the upload, as storage returned it.
        tags: Of the upload; those of AWS itself, which nobody else can set, are left out.
    """
    own = {name: value for name, value in tags.items() if not name.lower().startswith("aws:")}
    return Headers(
        content_type=variant.format.content_type,
        cache_control=variant.cache_control,
        content_disposition=_disposition(variant.disposition, key.rpartition("/")[2]),
        user_metadata=_fitting(user_metadata) if variant.copy_user_metadata else {},
        tags=dict(sorted(own.items())[:MAX_TAGS]) if variant.copy_tags else {},
    )


def _disposition(disposition: Disposition | None, file_name: str) -> str | None:
    """Return the header, for a saved file with its name: RFC 6266, with an example in section 5.

    A name that is not plain ASCII is given twice, for programs that know RFC 8187 and for others.
    """
    if disposition is not Disposition.ATTACHMENT:
        return disposition
    plain = re.sub(r'[^ -~]|["%\\]', "_", file_name)
    header = f'attachment; filename="{plain[-_MAX_FILE_NAME_BYTES // 2 :]}"'
    if plain == file_name:
        return header
    shortest = next(
        name
        for start in range(len(file_name) + 1)
        if len(name := quote(file_name[start:], safe=_ATTR_CHARS)) <= _MAX_FILE_NAME_BYTES
    )
    return f"{header}; filename*=UTF-8''{shortest}"


def _fitting(user_metadata: Mapping[str, str]) -> dict[str, str]:
    """Return what S3 takes, by name, as long as it fits; what does not is left out."""
    remaining_bytes = MAX_METADATA_BYTES
    fitting: dict[str, str] = {}
    for name, value in sorted(user_metadata.items()):
        sent = _in_ascii(value)
        remaining_bytes -= len(name) + len(sent)
        if remaining_bytes < 0:
            break
        if _NAME.fullmatch(name):
            fitting[name] = sent
    return fitting


def _in_ascii(value: str) -> str:
    """Return a value as a header can hold it.

    S3 returns what is not ASCII as an encoded word (RFC 2047), which is ASCII, and takes it back as
    such. Other stores return UTF-8, which botocore reads as Latin-1.
    """
    if value.isascii():
        return re.sub(r"[^ -~]+", " ", value).strip()
    try:
        stored = value.encode("latin-1")
        stored.decode()
    except UnicodeError:
        stored = value.encode()
    return f"=?UTF-8?B?{b64encode(stored).decode()}?="
