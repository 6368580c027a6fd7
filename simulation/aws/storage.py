"""S3: buckets with versions, delete markers and sequencers."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from simulation.aws.errors import refusal

NO_VERSION = "null"
EPOCH = datetime(2026, 11, 21, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Labels:
    """Headers, user metadata and tags that are stored with an object."""

    cache_control: str = ""
    content_disposition: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict[str, str])
    tags: Mapping[str, str] = field(default_factory=dict[str, str])


NO_LABELS = Labels()


@dataclass(frozen=True, kw_only=True)
class Version:
    """A version of an object; with data None, a delete marker."""

    version_id: str
    number: int
    stored_at: datetime
    data: bytes | None
    content_type: str = "binary/octet-stream"
    labels: Labels = NO_LABELS

    @property
    def sequencer(self) -> str:
        """The sequencer, which orders the events of a key. AWS specifies no length."""
        return f"{self.number:X}".zfill(2 + self.number % 5 * 2)

    @property
    def etag(self) -> str:
        """The MD5 digest of the content."""
        return hashlib.sha256(self.data or b"").hexdigest()[:32]


@dataclass(frozen=True, kw_only=True)
class Change:
    """A change that a bucket sends an event of: an object that was created or removed."""

    bucket: str
    key: str
    event_name: str
    version: Version


class Bucket:
    """A bucket; without versioning it holds the latest of each key, as version `null`."""

    def __init__(
        self,
        name: str,
        new_id: Callable[[], str],
        now: Callable[[], float],
        *,
        versioning: bool = True,
    ) -> None:
        self.name = name
        self.versioning = versioning
        self.versions: dict[str, list[Version]] = {}
        self.changes: list[Change] = []
        self.on_change: Callable[[Change], None] = self.changes.append
        self._new_id = new_id
        self._now = now
        self.written = 0

    def put(
        self, key: str, data: bytes | None, content_type: str = "", labels: Labels = NO_LABELS
    ) -> Version:
        """Store a version, or with None a delete marker."""
        self.written += 1
        version = Version(
            version_id=self._new_id() if self.versioning else NO_VERSION,
            number=self.written,
            stored_at=EPOCH + timedelta(seconds=self._now()),
            data=data,
            content_type=content_type,
            labels=labels,
        )
        if not self.versioning:
            self.versions[key] = []
        if self.versioning or data is not None:
            self.versions.setdefault(key, []).append(version)
        name = "ObjectCreated:Put"
        if data is None:
            name = f"ObjectRemoved:{'DeleteMarkerCreated' if self.versioning else 'Delete'}"
        self.on_change(Change(bucket=self.name, key=key, event_name=name, version=version))
        return version

    def delete_version(self, key: str, version_id: str) -> None:
        """Remove a version or a delete marker permanently."""
        for version in self.versions.get(key, []):
            if version.version_id == version_id:
                self.versions[key].remove(version)
                name = "ObjectRemoved:Delete"
                self.on_change(Change(bucket=self.name, key=key, event_name=name, version=version))
                return

    def newest(self, key: str) -> Version | None:
        """The current version, unless that is a delete marker."""
        versions = self.versions.get(key)
        return versions[-1] if versions and versions[-1].data is not None else None

    def newest_stored(self, key: str) -> Version | None:
        """The newest version that is not a delete marker."""
        stored = [each for each in self.versions.get(key, []) if each.data is not None]
        return stored[-1] if stored else None

    def content(self) -> dict[str, bytes]:
        """All current objects."""
        found = ((key, self.newest(key)) for key in self.versions)
        return {key: version.data for key, version in found if version and version.data is not None}

    def find(self, key: str, version_id: str | None, operation: str) -> Version:
        """Return the version that a read returns, or raise its error."""
        versions = self.versions.get(key, [])
        if version_id is None:
            if (version := self.newest(key)) is None:
                raise refusal("NoSuchKey", operation, status=404)
            return version
        for version in versions:
            if version.version_id == version_id:
                if version.data is None:
                    raise refusal("MethodNotAllowed", operation, status=405)
                return version
        raise refusal("NoSuchVersion", operation, status=404)

    def page_after(self, prefix: str, key: str, version_id: str, size: int) -> dict[str, object]:
        """Return the page of ListObjectVersions after a version, or without one after a key."""
        listed = [place for place in self._listed(prefix) if place[0] >= key]
        same = [version.version_id for at, version in listed if at == key]
        if version_id and version_id not in same:
            raise refusal("InvalidArgument", "ListObjectVersions")
        start = same.index(version_id) + 1 if version_id else len(same)
        chunk = listed[start : start + size]
        page = self._page(chunk)
        if start + size >= len(listed):
            return {**page, "IsTruncated": False}
        last_key, last = chunk[-1]
        markers = {"NextKeyMarker": last_key, "NextVersionIdMarker": last.version_id}
        return {**page, "IsTruncated": True, **markers}

    def _listed(self, prefix: str) -> list[tuple[str, Version]]:
        return [
            (key, version)
            for key in sorted(self.versions)
            if key.startswith(prefix)
            for version in reversed(self.versions[key])
        ]

    def _page(self, chunk: Sequence[tuple[str, Version]]) -> dict[str, object]:
        facts_of = [
            (version, {**_listed(key, version), "IsLatest": version is self.versions[key][-1]})
            for key, version in chunk
        ]
        return {
            "Versions": [found for version, found in facts_of if version.data is not None],
            "DeleteMarkers": [found for version, found in facts_of if version.data is None],
        }


def _listed(key: str, version: Version) -> dict[str, object]:
    return {
        "Key": key,
        "VersionId": version.version_id,
        "Size": len(version.data or b""),
        "ETag": f'"{version.etag}"',
        "LastModified": version.stored_at,
    }


def facts(version: Version) -> dict[str, object]:
    """Return the response of HeadObject."""
    data = version.data or b""
    return {
        **version_header(version),
        "ContentLength": len(data),
        "ContentType": version.content_type,
        "ETag": f'"{version.etag}"',
        "LastModified": version.stored_at,
        "Metadata": dict(version.labels.metadata),
    }


def version_header(version: Version) -> dict[str, object]:
    """Return the version id of a response; nothing in a bucket without versioning."""
    return {} if version.version_id == NO_VERSION else {"VersionId": version.version_id}
