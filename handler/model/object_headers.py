"""HTTP headers, user metadata and tags of a stored object."""

from collections.abc import Mapping
from dataclasses import dataclass, field

MAX_METADATA_BYTES = 2_048
"""Names and values in total: https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html"""

MAX_TAGS = 10
"""https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html"""


@dataclass(frozen=True, kw_only=True)
class Headers:
    """HTTP headers, user metadata and tags of a stored object."""

    content_type: str
    """Media type."""
    cache_control: str | None = None
    """Caching directives; None to omit the header."""
    content_disposition: str | None = None
    """Disposition type and file name; None to omit the header."""
    user_metadata: Mapping[str, str] = field(default_factory=dict[str, str])
    """Values by name, in ASCII and within `MAX_METADATA_BYTES`."""
    tags: Mapping[str, str] = field(default_factory=dict[str, str])
    """Values by key, at most `MAX_TAGS`."""
