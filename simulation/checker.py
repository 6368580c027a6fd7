"""What goes in must come out: judges a drained world, in the manner of Jepsen's total-queue.

https://github.com/jepsen-io/jepsen/blob/main/jepsen/src/jepsen/checker.clj
The ledger's key is an upload's key and version id. A run is valid only if nothing is lost and
nothing is unexpected.
"""

from collections import Counter
from dataclasses import dataclass, field

from handler.events.notices import ObjectCreated
from handler.events.parsing import read_body
from handler.images.render.render import Rendition
from handler.model.errors import Rejected
from handler.model.output_keys import output_key
from simulation.aws.storage import Version
from simulation.conditions import PROCESSED, UPLOADS
from simulation.pictures import transformed
from simulation.world import World, rows

FINAL = frozenset({"processed", "rejected", "superseded", "deleted"})

ReconcilerState = tuple[str, str]
"""Key and version id."""


@dataclass(kw_only=True)
class CheckResult:
    """What became of all uploads.

    Attributes:
        lost: Uploads without a final record, message or complete variants.
        unexpected: Rows, variants, messages and states that no upload accounts for.
        false_dead: Dead letters that are not about a rejected upload.
        dead: How many dead letters each rejected upload has.
        repeated: Messages that were sent more than once, with the same id.
        newest_rejected: Rejected uploads that nothing took the place of.
    """

    acknowledged: int = 0
    statuses: Counter[str] = field(default_factory=Counter[str])
    lost: list[str] = field(default_factory=list[str])
    unexpected: list[str] = field(default_factory=list[str])
    false_dead: list[str] = field(default_factory=list[str])
    dead: Counter[ReconcilerState] = field(default_factory=Counter[ReconcilerState])
    repeated: int = 0
    newest_rejected: int = 0

    @property
    def is_valid(self) -> bool:
        """Whether what went in came out, and only that."""
        return not (self.lost or self.unexpected or self.false_dead)

    def __str__(self) -> str:
        statuses = ", ".join(f"{count} {status}" for status, count in sorted(self.statuses.items()))
        examples = [*self.lost, *self.unexpected, *self.false_dead][:2]
        return (
            f"{statuses}; lost {len(self.lost)}, unexpected {len(self.unexpected)}, "
            f"healthy in DLQ {len(self.false_dead)}, messages repeated {self.repeated}"
            + (f"; e.g. {'; '.join(examples)}" if examples else "")
        )


def check(world: World, *, redriven: bool = False) -> CheckResult:
    """Judge a drained world.

    Args:
        redriven: whether the dead letters were sent back; those of rejected uploads do not return.
    """
    result = CheckResult(acknowledged=len(world.uploads))
    _check_rows(world, result)
    check_variants(world, result)
    check_messages(world, result)
    check_dead_letters(world, result)
    if not redriven:
        _check_rejected(world, result)
    if world.buckets[UPLOADS].written != world.writes:
        result.unexpected.append("the upload bucket was written to")
    return result


def expected_variants(world: World, key: str, version: Version) -> dict[str, bytes]:
    """Return what a run without faults makes of an upload: nothing, if it is no image."""
    settings = world.settings
    try:
        made = transformed(
            version.data or b"",
            settings.variants,
            max_pixels=settings.max_source_pixels,
            background_colour=settings.background_colour,
        )
        return {
            output_key(key, each.variant): each.data for each in made if isinstance(each, Rendition)
        }
    except Rejected:
        return {}


def newest(world: World, key: str) -> Version | None:
    """Return the version that counts."""
    bucket = world.buckets[UPLOADS]
    return bucket.newest(key) if world.settings.propagate_deletes else bucket.newest_stored(key)


def _check_rows(world: World, result: CheckResult) -> None:
    stored = dict(rows(world))
    settled: set[tuple[str, str]] = set()
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
            settled.add((key, version.etag))
    result.unexpected += [f"row of {key} {version_id}" for key, version_id in stored]
    for key in {key for key, _ in world.uploads}:
        if (version := newest(world, key)) and (key, version.etag) not in settled:
            result.lost.append(f"no record of what {key} holds")


def _allowed(world: World, key: str, version: Version) -> frozenset[str]:
    current = newest(world, key)
    best = "processed" if expected_variants(world, key, version) else "rejected"
    if version == current and world.conditions.versioning:
        return frozenset({best})
    other = {"superseded", "deleted"}
    is_current = current is not None and current.etag == version.etag
    # Without versioning nobody can tell it from another upload of the same bytes.
    return frozenset({*other, best} if is_current or best == "rejected" else other)


def check_variants(world: World, result: CheckResult) -> None:
    """Compare what is in the processed bucket with what a run without faults leaves there."""
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
    result.unexpected += [f"variant {name} of nothing" for name in found]


def check_messages(world: World, result: CheckResult) -> None:
    """See that each upload, and nothing else, was told of, each status by one id."""
    ids: dict[tuple[str, str, str], set[str]] = {}
    told: set[ReconcilerState] = set()
    for message in world.published:
        state = (message["key"], message["version_id"])
        told.add(state)
        ids.setdefault((*state, message["status"]), set()).add(message["id"])
        if state not in world.uploads:
            result.unexpected.append(f"message about {state}")
    result.lost += [f"no message about {state}" for state in world.uploads.keys() - told]
    result.unexpected += [f"{about} told by several ids" for about in ids if len(ids[about]) > 1]
    result.repeated = len(world.published) - sum(map(len, ids.values()))


def check_dead_letters(world: World, result: CheckResult) -> None:
    """See that each dead letter is about a rejected upload."""
    for message in world.dead_letters.visible:
        for notice in read_body(message.body):
            if not isinstance(notice, ObjectCreated):
                continue
            state = (notice.key, notice.version_id or "")
            version = world.uploads.get(state)
            if version is None or expected_variants(world, notice.key, version):
                result.false_dead.append(f"dead letter about {state}")
            elif "reason" not in message.attributes:
                result.false_dead.append(f"dead letter without a reason about {state}")
            else:
                result.dead[state] += 1


def _check_rejected(world: World, result: CheckResult) -> None:
    rejected = {state for state, row in rows(world) if row["status"] == "rejected"}
    result.lost += [f"no dead letter about {state}" for state in rejected - set(result.dead)]
