"""Facts about an object and the image in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

MAX_KEY_BYTES = 1_024
"""Longest key, as UTF-8: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html"""

NO_VERSION = "null"
"""Version id of S3 for objects in a bucket without versioning:
https://docs.aws.amazon.com/AmazonS3/latest/userguide/versioning-workflows.html"""

ExifValue = str | int | float | list[int | float]
"""A value of EXIF, suitable for JSON and DynamoDB."""


@dataclass(frozen=True, kw_only=True)
class ObjectFacts:
    """Facts about a version of an object. None stands for unknown."""

    version_id: str
    """See `handler.model.versions`; `NO_VERSION` if the event names none."""
    size_bytes: int | None = None
    """Size of the object."""
    content_type: str | None = None
    """Media type declared by the uploader, which may be wrong."""
    etag: str | None = None
    """ETag without the quotes. Not always a hash of the content."""
    last_modified: datetime | None = None
    """Time at which the version was stored."""


@dataclass(frozen=True, kw_only=True)
class ImageFacts:
    """Facts about the image in an upload."""

    format: str
    """One of `handler.images.input_formats.READABLE`."""
    width: int
    """Displayed width in pixels; so is `height`."""
    height: int
    mode: str
    """Pillow's mode of the stored pixels, such as CMYK or I;16."""
    exif: dict[str, ExifValue]
    """Clean EXIF values by tag name."""
    details: Mapping[str, object] = field(default_factory=dict[str, object])
    """Further facts as JSON values by name; see `handler.images.source.describe`."""
