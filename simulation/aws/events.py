"""What S3 sends when an object changes, as the S3 user guide shows it."""

from urllib.parse import quote_plus

from simulation.aws.storage import NO_VERSION, Change


def notification(change: Change) -> dict[str, object]:
    """The message to a queue or function: the key is form-encoded."""
    version = change.version
    stored: dict[str, object] = {
        "key": quote_plus(change.key, safe="/"),
        "sequencer": version.sequencer,
    }
    if version.version_id != NO_VERSION:
        stored["versionId"] = version.version_id
    if version.data is not None:
        stored |= {"size": len(version.data), "eTag": version.etag}
    record = {
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "eventTime": version.stored_at.isoformat(timespec="milliseconds"),
        "eventName": change.event_name,
        "s3": {"bucket": {"name": change.bucket}, "object": stored},
    }
    return {"Records": [record]}


def bridged(change: Change) -> dict[str, object]:
    """The event to EventBridge: the key is as it is stored."""
    version = change.version
    created = change.event_name.startswith("ObjectCreated:")
    stored: dict[str, object] = {
        "key": change.key,
        "sequencer": version.sequencer,
    }
    if version.version_id != NO_VERSION:
        stored["version-id"] = version.version_id
    if version.data is not None:
        stored |= {"size": len(version.data), "etag": version.etag}
    return {
        "version": "0",
        "source": "aws.s3",
        "detail-type": "Object Created" if created else "Object Deleted",
        "time": version.stored_at.isoformat(timespec="seconds"),
        "detail": {"version": "0", "bucket": {"name": change.bucket}, "object": stored},
    }
