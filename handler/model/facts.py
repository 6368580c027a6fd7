"""What is known of an object and of the image in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from handler.images.metadata.exif import ExifValue

NO_VERSION = "null"
"""What S3 calls the version of an object in a bucket that keeps none:
https://docs.aws.amazon.com/AmazonS3/latest/userguide/versioning-workflows.html"""


@dataclass(frozen=True, kw_only=True)
class ObjectFacts:
    """What is known of a version of an object. None stands for unknown.

    Attributes:
        version_id: `NO_VERSION` where the bucket keeps none.
        size_bytes: As stored.
        content_type: As the uploader declared it; may be wrong.
        etag: Without the quotes. Not always a hash of the content.
        last_modified: When it was stored.
    """

    version_id: str
    size_bytes: int | None = None
    content_type: str | None = None
    etag: str | None = None
    last_modified: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class ImageFacts:
    """What is known of a decoded upload.

    Attributes:
        format: One of `handler.images.source.formats.READABLE`.
        width: As displayed, in pixels, as is `height`.
        mode: Pillow's name of the mode that the file holds, such as CMYK or I;16.
        exif: Clean values by tag name.
        details: All else, as values of JSON by name; see `handler.images.metadata.describe`.
    """

    format: str
    width: int
    height: int
    mode: str
    exif: dict[str, ExifValue]
    details: Mapping[str, object] = field(default_factory=dict[str, object])
