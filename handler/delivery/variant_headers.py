"""HTTP headers, user metadata and tags that are stored with a variant. Pure."""

import re
from base64 import b64encode
from collections.abc import Mapping
from urllib.parse import quote

from handler.images.variants.variant import Disposition, Variant
from handler.model.object_headers import MAX_METADATA_BYTES, MAX_TAGS, Headers

_MAX_FILE_NAME_BYTES = 1_000
"""Limit of a percent-encoded name; S3 allows 2 KB of system-defined metadata."""

_ATTR_CHARS = "!#$&+-.^_`|~"
"""Characters that RFC 8187 (section 3.2.1) does not encode, in addition to letters and digits."""

_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
"""Syntax of a header's name: RFC 9110, section 5.6.2."""


def variant_headers(
    variant: Variant, key: str, user_metadata: Mapping[str, str], tags: Mapping[str, str]
) -> Headers:
    """Return the headers, user metadata and tags of a variant.

    Args:
        variant: The variant, whose options select them.
        key: Key of the variant; the last part is its file name.
        user_metadata: User metadata of the upload, as returned by S3.
        tags: Tags of the upload; reserved tags (`aws:`) are not copied.
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
    """Return the header Content-Disposition, for an attachment with its file name: RFC 6266.

    A name that is not plain ASCII is given twice, with RFC 8187 encoding and in plain ASCII.
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
    """Return the user metadata that S3 accepts, in order of names up to the size limit."""
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
    """Return a value in the ASCII form that a header can have.

    S3 returns non-ASCII values as encoded words (RFC 2047), which are ASCII, and accepts them as
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
