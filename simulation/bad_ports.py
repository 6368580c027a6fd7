"""Ports with a known mistake each, around the real ones."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

from handler.delivery.services import Pipeline
from handler.events.notices import Attempt, ObjectCreated
from handler.images.render.render import Rendition
from handler.images.variants.parsing import Variant
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
    Transform,
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

    def mark(self, record: Mapping[str, object], attempt: Attempt, *, settled: bool) -> bool:
        return self.record_store.mark(record, attempt, settled=settled)

    def retire(self, image_id: str, row: RecordState, status: Status) -> None:
        self.record_store.retire(image_id, row, status)

    def forget(self, image_id: str, row: RecordState) -> None:
        self.record_store.forget(image_id, row)


@dataclass(kw_only=True)
class OneRowForAllVersions(AlwaysClaims):
    """Identifies uploads by their key only."""

    def claim(self, record: Mapping[str, object], attempt: Attempt, **more: Any) -> Claim:
        return self.record_store.claim({**record, "version_id": "any"}, attempt, **more)

    def mark(self, record: Mapping[str, object], attempt: Attempt, *, settled: bool) -> bool:
        return self.record_store.mark({**record, "version_id": "any"}, attempt, settled=settled)


@dataclass(kw_only=True)
class MarksFirst(AlwaysClaims):
    """Marks an upload as done when it begins."""

    def claim(self, record: Mapping[str, object], attempt: Attempt, **more: Any) -> Claim:
        claim = self.record_store.claim(record, attempt, **more)
        if claim.won:
            done = {**record, "status": Status.PROCESSED.value}
            self.record_store.mark(done, attempt, settled=True)
        return claim

    def mark(self, record: Mapping[str, object], attempt: Attempt, *, settled: bool) -> bool:
        claim = self.record_store.claim(record, attempt, waited_for=None, again=True)
        return claim.won and self.record_store.mark(record, attempt, settled=settled)


@dataclass(kw_only=True)
class ForgetsTraces(AlwaysClaims):
    """Drops from a record whatever an attempt may have left in storage when it was overtaken."""

    def claim(self, record: Mapping[str, object], attempt: Attempt, **more: Any) -> Claim:
        return self.record_store.claim(record, attempt, **more)

    def mark(self, record: Mapping[str, object], attempt: Attempt, *, settled: bool) -> bool:
        del settled
        return self.record_store.mark(record, attempt, settled=True)


@dataclass(kw_only=True)
class TrustsPadding:
    """Decides by sequencer which version is the newest, padded on the right as S3 once wrote."""

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
class NeverAsksAgain(TrustsPadding):
    """Believes that what was the newest version at the start still is."""

    def newest(self, bucket: str, key: str) -> ObjectFacts:
        del bucket, key
        return ObjectFacts(version_id=self.version_id)

    def get_newest(self, bucket: str, key: str, version_id: str, max_bytes: int) -> StoredObject:
        self.version_id = version_id
        return self.objects.get_newest(bucket, key, version_id, max_bytes)

    version_id: str = ""


@dataclass(kw_only=True)
class AsksOnce(TrustsPadding):
    """Asks once in an invocation which version of a key is the newest."""

    answers: dict[str, ObjectFacts] = field(default_factory=dict[str, ObjectFacts])

    def newest(self, bucket: str, key: str) -> ObjectFacts:
        if key not in self.answers:
            self.answers[key] = self.objects.newest(bucket, key)
        return self.answers[key]

    def get_newest(self, bucket: str, key: str, version_id: str, max_bytes: int) -> StoredObject:
        return self.objects.get_newest(bucket, key, version_id, max_bytes)


@dataclass(kw_only=True)
class RemovesNothing(AsksOnce):
    """Leaves variants that the newest version does not have."""

    def newest(self, bucket: str, key: str) -> ObjectFacts:
        return self.objects.newest(bucket, key)

    def remove(self, bucket: str, keys: Sequence[str]) -> None:
        del bucket, keys


@dataclass(kw_only=True)
class ForgetsReminders:
    """Acknowledges duplicates in flight, and never looks a second time."""

    self_queue: SelfQueue

    def defer(self, source: ObjectCreated) -> None:
        del source

    def repeat(self, body: str) -> None:
        self.self_queue.repeat(body)


@dataclass(kw_only=True)
class RandomIds:
    """Gives each message an id of its own."""

    notifier: Notifier
    new_id: Callable[[], object]

    def publish(self, message: Mapping[str, object]) -> None:
        self.notifier.publish({**message, "id": str(self.new_id())})


@dataclass(kw_only=True)
class CatchesOSErrorOnly:
    """Lets what decoders raise beside OSError pass for a defect."""

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


def uploads_of(pipeline: Pipeline) -> Bucket:
    """Return the simulated upload bucket that a pipeline reads."""
    client = cast("Any", pipeline.objects)._client
    return cast("Bucket", client._buckets[pipeline.settings.upload_bucket])
