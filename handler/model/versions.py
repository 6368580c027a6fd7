"""Version ids of uploads, including those in buckets without versioning. Pure.

In a bucket without versioning, every object has the version id `null`, so that an overwritten
upload could not be distinguished from its predecessor. There the version id of an upload is
`null:<ETag>:<which>`. The ETag identifies the content, and can be compared with that of the stored
object. The last part distinguishes uploads of equal content: it is the sequencer of the event, or
the time at which the object was stored. A picture that is replaced and restored is three uploads.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/versioning-workflows.html
"""

from datetime import datetime

from handler.model.facts import NO_VERSION

_SEPARATOR = ":"


def version_of_event(version_id: str | None, etag: str | None, sequencer: str | None) -> str | None:
    """Return the version id for an event; None if the event does not identify a version."""
    if version_id not in (None, NO_VERSION):
        return version_id
    return etag and _SEPARATOR.join((NO_VERSION, _bare(etag), sequencer or ""))


def version_of_stored(version_id: str | None, etag: str | None, stored_at: datetime | None) -> str:
    """Return the version id for a response of S3."""
    if version_id not in (None, NO_VERSION):
        return version_id
    which = stored_at.isoformat(timespec="seconds") if stored_at else ""
    return _SEPARATOR.join((NO_VERSION, _bare(etag or ""), which.replace(_SEPARATOR, "")))


def is_same(one: str, other: str) -> bool:
    """Return whether two version ids have the same content: without versioning, equal ETags."""
    return _content(one) == _content(other)


def is_unnamed(version_id: str, stored_id: str, stored_etag: str | None) -> bool:
    """Return whether an event is about the stored version, but lacks its version id.

    Hand-written payloads lack it, and so do those of some S3-compatible services.

    Args:
        version_id: Version id for the event, by `version_of_event`.
        stored_id: Version id of the stored object.
        stored_etag: ETag of the stored object.
    """
    called = _content(version_id)
    return called == [NO_VERSION, _bare(stored_etag or "")] and not is_unversioned(stored_id)


def asked_version(version_id: str) -> str:
    """Return the version id for requests to S3."""
    return NO_VERSION if is_unversioned(version_id) else version_id


def is_unversioned(version_id: str) -> bool:
    """Return whether an upload was stored while its bucket had no versioning."""
    return _content(version_id)[0] == NO_VERSION


def _content(version_id: str) -> list[str]:
    return version_id.split(_SEPARATOR)[:2]


def _bare(etag: str) -> str:
    return etag.strip('"')
