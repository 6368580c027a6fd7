"""What versions of an object are called, also where a bucket keeps none. Pure.

A bucket without versioning has the same version, `null`, for whatever a key holds, so that an
overwritten upload would be taken for the one before it. There an upload is called
`null:<ETag>:<which>`. The ETag says what its bytes are, and is what storage can be asked for. Which
of the uploads of these bytes it is, the sequencer of its event says, or the time it was stored at:
a picture that is replaced and then put back is three uploads.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/versioning-workflows.html
"""

from datetime import datetime

from handler.model.facts import NO_VERSION

_SEPARATOR = ":"


def version_of_event(version_id: str | None, etag: str | None, sequencer: str | None) -> str | None:
    """Return what an event calls a version; None if it does not tell."""
    if version_id not in (None, NO_VERSION):
        return version_id
    return etag and _SEPARATOR.join((NO_VERSION, _bare(etag), sequencer or ""))


def version_of_stored(version_id: str | None, etag: str | None, stored_at: datetime | None) -> str:
    """Return what an answer of S3 calls a version."""
    if version_id not in (None, NO_VERSION):
        return version_id
    which = stored_at.isoformat(timespec="seconds") if stored_at else ""
    return _SEPARATOR.join((NO_VERSION, _bare(etag or ""), which.replace(_SEPARATOR, "")))


def is_same(one: str, other: str) -> bool:
    """Say whether two versions hold the same: without versioning, whether their bytes are equal."""
    return _content(one) == _content(other)


def is_unnamed(version_id: str, stored_id: str, stored_etag: str | None) -> bool:
    """Say whether an event, after which an upload is called `version_id`, was of a stored version
    and did not tell the name that S3 gave it.

    Payloads that are written by hand do not, and nor do some programs that speak for S3.
    """
    called = _content(version_id)
    return called == [NO_VERSION, _bare(stored_etag or "")] and not is_unversioned(stored_id)


def asked_version(version_id: str) -> str:
    """Return what S3 itself calls a version."""
    return NO_VERSION if is_unversioned(version_id) else version_id


def is_unversioned(version_id: str) -> bool:
    """Say whether an upload was put while its bucket kept no versions."""
    return _content(version_id)[0] == NO_VERSION


def _content(version_id: str) -> list[str]:
    return version_id.split(_SEPARATOR)[:2]


def _bare(etag: str) -> str:
    return etag.strip('"')
