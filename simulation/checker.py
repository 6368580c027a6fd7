"""Check that each upload has its outcome, and nothing else, in the manner of Jepsen's total-queue.

https://github.com/jepsen-io/jepsen/blob/main/jepsen/src/jepsen/checker.clj
An upload is identified by its key and version id. A run is valid only if nothing is lost and
nothing is unexpected.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from handler.delivery.output_keys import output_key
from handler.events.parsing import read_body
from handler.events.s3_events import ObjectCreated
from handler.images.variants.rendition import Rendition
from handler.images.variants.variant import Variant
from handler.model.errors import Rejected
from simulation.aws.storage import Version
from simulation.conditions import PROCESSED, UPLOADS
from simulation.pictures import transformed
from simulation.world import World, rows

FINAL = frozenset({"processed", "rejected", "superseded", "deleted"})

UploadId = tuple[str, str]
"""Key and version id."""


@dataclass(kw_only=True)
class CheckResult:
    """The outcomes of all uploads."""

    acknowledged: int = 0
    statuses: Counter[str] = field(default_factory=Counter[str])
    lost: list[str] = field(default_factory=list[str])
    """Uploads without a final record, message or complete variants."""
    unexpected: list[str] = field(default_factory=list[str])
    """Records, variants, messages and statuses that no upload explains."""
    false_dead: list[str] = field(default_factory=list[str])
    """Dead letters about uploads, and rejected events that are not about a rejected upload."""
    rejected: Counter[UploadId] = field(default_factory=Counter[UploadId])
    """Number of events of each rejected upload in the queue of rejected uploads."""
    repeated: int = 0
    """Number of messages that repeat an earlier one, with the same id."""
    newest_rejected: int = 0
    """Number of rejected uploads that are the newest version of their key."""

    @property
    def is_valid(self) -> bool:
        """Whether nothing is lost or unexpected."""
        return not (self.lost or self.unexpected or self.false_dead)

    def __str__(self) -> str:
        statuses = ", ".join(f"{count} {status}" for status, count in sorted(self.statuses.items()))
        examples = [*self.lost, *self.unexpected, *self.false_dead][:2]
        return (
            f"{statuses}; lost {len(self.lost)}, unexpected {len(self.unexpected)}, "
            f"healthy in DLQ {len(self.false_dead)}, messages repeated {self.repeated}"
            + (f"; e.g. {'; '.join(examples)}" if examples else "")
        )


def check(world: World) -> CheckResult:
    """Check a world in which no message or event is pending."""
    result = CheckResult(acknowledged=len(world.uploads))
    _check_rows(world, result)
    check_variants(world, result)
    check_messages(world, result)
    check_dead_letters(world, result)
    check_rejected(world, result)
    _check_all_rejected(world, result)
    if world.buckets[UPLOADS].written != world.writes:
        result.unexpected.append("the upload bucket was written to")
    return result


def expected_variants(world: World, key: str, version: Version) -> dict[str, bytes]:
    """Return the variants of an upload in a run without faults; none if it is not an image."""
    settings = world.settings
    return outputs_of(
        key,
        version.data or b"",
        settings.variants,
        max_pixels=settings.max_source_pixels,
        background_colour=settings.background_colour,
    )


def outputs_of(
    key: str, data: bytes, variants: Sequence[Variant], *, max_pixels: int, background_colour: str
) -> dict[str, bytes]:
    """Return the variants of a file by output key; none if it is rejected."""
    try:
        made = transformed(
            data, variants, max_pixels=max_pixels, background_colour=background_colour
        )
        return {
            output_key(key, each.variant): each.data for each in made if isinstance(each, Rendition)
        }
    except Rejected:
        return {}


def newest(world: World, key: str) -> Version | None:
    """Return the newest version, with deletes propagated or not as configured."""
    bucket = world.buckets[UPLOADS]
    return bucket.newest(key) if world.settings.propagate_deletes else bucket.newest_stored(key)


def _check_rows(world: World, result: CheckResult) -> None:
    stored = dict(rows(world))
    finalized: set[tuple[str, str]] = set()
    for (key, version_id), version in world.uploads.items():
        status = stored.pop((key, version_id), {}).get("status")
        if status not in FINAL:
            result.lost.append(f"{key} {version_id} is {status}")
            continue
        result.statuses[status] += 1
        if status == "rejected" and version == newest(world, key):
            result.newest_rejected += 1
        if status not in _allowed(world, key, version):
            result.unexpected.append(f"{key} {version_id} is {status}")
        elif status in ("processed", "rejected"):
            finalized.add((key, version.etag))
    result.unexpected += [f"record of {key} {version_id}" for key, version_id in stored]
    for key in {key for key, _ in world.uploads}:
        if (version := newest(world, key)) and (key, version.etag) not in finalized:
            result.lost.append(f"no record of the newest version of {key}")


def _allowed(world: World, key: str, version: Version) -> frozenset[str]:
    current = newest(world, key)
    best = "processed" if expected_variants(world, key, version) else "rejected"
    if version == current and world.conditions.versioning:
        return frozenset({best})
    other = {"superseded", "deleted"}
    is_current = current is not None and current.etag == version.etag
    # Without versioning it cannot be distinguished from another upload of the same bytes.
    return frozenset({*other, best} if is_current or best == "rejected" else other)


def check_variants(world: World, result: CheckResult) -> None:
    """Compare the processed bucket with that of a run without faults."""
    found = world.buckets[PROCESSED].content()
    for key in {key for key, _ in world.uploads}:
        version = newest(world, key)
        expected = {} if version is None else expected_variants(world, key, version)
        for name, data in expected.items():
            stored = found.pop(name, None)
            if stored is None:
                result.lost.append(f"variant {name}")
            elif stored != data:
                result.unexpected.append(f"variant {name} is stale")
    result.unexpected += [f"variant {name} without an upload" for name in found]


def check_messages(world: World, result: CheckResult) -> None:
    """Check that each upload, and nothing else, has messages, with one id for each status."""
    ids: dict[tuple[str, str, str], set[str]] = {}
    announced: set[UploadId] = set()
    for message in world.published:
        state = (message["key"], message["version_id"])
        announced.add(state)
        ids.setdefault((*state, message["status"]), set()).add(message["id"])
        if state not in world.uploads:
            result.unexpected.append(f"message about {state}")
    result.lost += [f"no message about {state}" for state in world.uploads.keys() - announced]
    result.unexpected += [
        f"messages about {about} with several ids" for about in ids if len(ids[about]) > 1
    ]
    result.repeated = len(world.published) - sum(map(len, ids.values()))


def check_dead_letters(world: World, result: CheckResult) -> None:
    """Check that no dead letter is about an upload: none failed at all its deliveries."""
    result.false_dead += [
        f"dead letter about {_id_of(event)}"
        for message in world.dead_letters.visible
        for event in read_body(message.body)
        if isinstance(event, ObjectCreated)
    ]


def check_rejected(world: World, result: CheckResult) -> None:
    """Check that each event in the queue of rejected uploads is about one, and has its reason."""
    for message in world.rejected.visible:
        for event in read_body(message.body):
            if not isinstance(event, ObjectCreated):
                result.unexpected.append("a rejected event about no upload")
                continue
            state = _id_of(event)
            version = world.uploads.get(state)
            if version is None or expected_variants(world, event.key, version):
                result.false_dead.append(f"rejected event about {state}")
            elif "reason" not in message.attributes:
                result.false_dead.append(f"rejected event without a reason about {state}")
            else:
                result.rejected[state] += 1


def _id_of(event: ObjectCreated) -> UploadId:
    return event.key, event.version_id or ""


def _check_all_rejected(world: World, result: CheckResult) -> None:
    recorded = {state for state, row in rows(world) if row["status"] == "rejected"}
    result.lost += [f"no rejected event about {state}" for state in recorded - set(result.rejected)]
