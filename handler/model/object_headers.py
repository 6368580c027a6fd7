"""What is stored with an object beside its bytes: HTTP headers, user metadata and tags."""

from collections.abc import Mapping
from dataclasses import dataclass, field

MAX_METADATA_BYTES = 2_048
"""Names and values together: https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html"""

MAX_TAGS = 10
"""https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html"""


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
