"""Wrappers of the real ports, with a known mistake each."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

from handler.delivery.services import Services
from handler.events.s3_events import Attempt, ObjectCreated
from handler.images.ports import Transform
from handler.images.variants.rendition import Rendition
from handler.images.variants.variant import Variant
from handler.model.errors import Rejected, SourceGone, Superseded
from handler.model.facts import ImageFacts, ObjectFacts
from handler.model.object_headers import Headers
from handler.model.record import RecordState, Status
from handler.ports import (
    Claim,
    Notifier,
    ObjectStore,
    RecordStore,
    SelfQueue,
    StoredObject,
)
from simulation.aws.storage import Bucket


@dataclass(kw_only=True)
class AlwaysClaims:
    """Writes without a condition, as a plain PutItem does."""

    record_store: RecordStore

    def claim(self, record: Mapping[str, object], attempt: Attempt, **_: object) -> Claim:
        return replace(
            self.record_store.claim(record, attempt, waited_for=None, again=True),
            won=True,
            before=None,
        )

    def rows(self, image_id: str) -> Sequence[RecordState]:
        return self.record_store.rows(image_id)

    def finalize(self, record: Mapping[str, object], attempt: Attempt, *, converged: bool) -> bool:
        return self.record_store.finalize(record, attempt, converged=converged)

    def supersede(self, image_id: str, row: RecordState) -> None:
        self.record_store.supersede(image_id, row)

    def clear_attempt(self, image_id: str, row: RecordState) -> None:
        self.record_store.clear_attempt(image_id, row)


@dataclass(kw_only=True)
class OneRowForAllVersions(AlwaysClaims):
    """Identifies uploads by their key only."""

    def claim(self, record: Mapping[str, object], attempt: Attempt, **more: Any) -> Claim:
        return self.record_store.claim({**record, "version_id": "any"}, attempt, **more)

    def finalize(self, record: Mapping[str, object], attempt: Attempt, *, converged: bool) -> bool:
        return self.record_store.finalize(
            {**record, "version_id": "any"}, attempt, converged=converged
        )


@dataclass(kw_only=True)
class FinalizesFirst(AlwaysClaims):
    """Finalizes the record of an upload before it is processed."""

    def claim(self, record: Mapping[str, object], attempt: Attempt, **more: Any) -> Claim:
        claim = self.record_store.claim(record, attempt, **more)
        if claim.won:
            done = {**record, "status": Status.PROCESSED.value}
            self.record_store.finalize(done, attempt, converged=True)
        return claim

    def finalize(self, record: Mapping[str, object], attempt: Attempt, *, converged: bool) -> bool:
        claim = self.record_store.claim(record, attempt, waited_for=None, again=True)
        return claim.won and self.record_store.finalize(record, attempt, converged=converged)


@dataclass(kw_only=True)
class ForgetsTraces(AlwaysClaims):
    """Clears the attempt in a record although it may have left variants when it was superseded."""

    def claim(self, record: Mapping[str, object], attempt: Attempt, **more: Any) -> Claim:
        return self.record_store.claim(record, attempt, **more)

    def finalize(self, record: Mapping[str, object], attempt: Attempt, *, converged: bool) -> bool:
        del converged
        return self.record_store.finalize(record, attempt, converged=True)


@dataclass(kw_only=True)
class TrustsPadding:
    """Finds the newest version by sequencers padded on the right, as S3 once documented."""

    objects: ObjectStore
    bucket: Bucket

    def newest(self, bucket: str, key: str) -> ObjectFacts:
        versions = [each for each in self.bucket.versions[key] if each.data is not None]
        if not versions:
            raise SourceGone(key)
        latest = max(versions, key=lambda each: each.sequencer.ljust(32, "0"))
        facts = self.objects.newest(bucket, key)
        return replace(facts, version_id=latest.version_id)

    def get_newest(self, bucket: str, key: str, version_id: str, max_bytes: int) -> StoredObject:
        del max_bytes
        if self.newest(bucket, key).version_id != version_id:
            raise Superseded(version_id)
        stored = self.bucket.find(key, version_id, "GetObject")
        facts = ObjectFacts(version_id=version_id, size_bytes=len(stored.data or b""))
        return StoredObject(facts=facts, data=stored.data or b"")

    def tags(self, bucket: str, key: str, version_id: str) -> Mapping[str, str]:
        return self.objects.tags(bucket, key, version_id)

    def put(self, bucket: str, key: str, data: bytes, headers: Headers) -> None:
        self.objects.put(bucket, key, data, headers)

    def remove(self, bucket: str, keys: Sequence[str]) -> None:
        self.objects.remove(bucket, keys)


@dataclass(kw_only=True)
class NeverRechecks(TrustsPadding):
    """Assumes that the newest version at the start is still the newest."""

    def newest(self, bucket: str, key: str) -> ObjectFacts:
        del bucket, key
        return ObjectFacts(version_id=self.version_id)

    def get_newest(self, bucket: str, key: str, version_id: str, max_bytes: int) -> StoredObject:
        self.version_id = version_id
        return self.objects.get_newest(bucket, key, version_id, max_bytes)

    version_id: str = ""


@dataclass(kw_only=True)
class ChecksOnce(TrustsPadding):
    """Checks only once in an invocation which version of a key is the newest."""

    answers: dict[str, ObjectFacts] = field(default_factory=dict[str, ObjectFacts])

    def newest(self, bucket: str, key: str) -> ObjectFacts:
        if key not in self.answers:
            self.answers[key] = self.objects.newest(bucket, key)
        return self.answers[key]

    def get_newest(self, bucket: str, key: str, version_id: str, max_bytes: int) -> StoredObject:
        return self.objects.get_newest(bucket, key, version_id, max_bytes)


@dataclass(kw_only=True)
class RemovesNothing(ChecksOnce):
    """Leaves variants that the newest version does not have."""

    def newest(self, bucket: str, key: str) -> ObjectFacts:
        return self.objects.newest(bucket, key)

    def remove(self, bucket: str, keys: Sequence[str]) -> None:
        del bucket, keys


@dataclass(kw_only=True)
class NeverDefers:
    """Acknowledges duplicates of uploads in progress without deferring them."""

    self_queue: SelfQueue

    def defer(self, source: ObjectCreated) -> None:
        del source

    def resend(self, body: str) -> None:
        self.self_queue.resend(body)


@dataclass(kw_only=True)
class RandomIds:
    """Gives each message a random id."""

    notifier: Notifier
    new_id: Callable[[], object]

    def publish(self, message: Mapping[str, object]) -> None:
        self.notifier.publish({**message, "id": str(self.new_id())})


@dataclass(kw_only=True)
class CatchesOSErrorOnly:
    """Treats all exceptions of decoders except OSError as defects."""

    transform: Transform

    def __call__(
        self, data: bytes, variants: Sequence[Variant], *, max_pixels: int, background_colour: str
    ) -> Iterator[ImageFacts | Rendition]:
        try:
            yield from self.transform(
                data, variants, max_pixels=max_pixels, background_colour=background_colour
            )
        except Rejected as rejection:
            if not isinstance(rejection.__cause__, OSError):
                raise ValueError(rejection.detail) from rejection
            raise


def uploads_of(services: Services) -> Bucket:
    """Return the simulated upload bucket of the services."""
    client = cast("Any", services.objects)._client
    return cast("Bucket", client._buckets[services.settings.upload_bucket])
