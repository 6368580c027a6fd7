"""What goes in must come out: judges a drained world, in the manner of Jepsen's total-queue.

https://github.com/jepsen-io/jepsen/blob/main/jepsen/src/jepsen/checker.clj
The ledger's key is an upload's key and version id. A run is valid only if nothing is lost and
nothing is unexpected.
"""

from collections import Counter
from dataclasses import dataclass, field

from drills.aws.storage import Version
from drills.conditions import PROCESSED, UPLOADS
from drills.pictures import developed
from drills.world import World, rows
from handler.errors import Rejected
from handler.events import read_body
from handler.images.render import Rendition
from handler.keys import output_key
from handler.notices import SourceObject

FINAL = frozenset({"processed", "rejected", "superseded", "deleted"})

Ledger = tuple[str, str]
"""Key and version id."""


@dataclass(kw_only=True)
class Verdict:
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
    dead: Counter[Ledger] = field(default_factory=Counter[Ledger])
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


def check(world: World, *, redriven: bool = False) -> Verdict:
    """Judge a drained world.

    Args:
        redriven: whether the dead letters were sent back; those of rejected uploads do not return.
    """
    verdict = Verdict(acknowledged=len(world.uploads))
    _check_rows(world, verdict)
    check_variants(world, verdict)
    check_messages(world, verdict)
    check_dead_letters(world, verdict)
    if not redriven:
        _check_rejected(world, verdict)
    if world.buckets[UPLOADS].written != world.writes:
        verdict.unexpected.append("the upload bucket was written to")
    return verdict


def expected_variants(world: World, key: str, version: Version) -> dict[str, bytes]:
    """Return what a run without faults makes of an upload: nothing, if it is no image."""
    settings = world.settings
    try:
        made = developed(
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


def _check_rows(world: World, verdict: Verdict) -> None:
    stored = dict(rows(world))
    settled: set[tuple[str, str]] = set()
    for (key, version_id), version in world.uploads.items():
        status = stored.pop((key, version_id), {}).get("status")
        if status not in FINAL:
            verdict.lost.append(f"{key} {version_id} is {status}")
            continue
        verdict.statuses[status] += 1
        if status == "rejected" and version == newest(world, key):
            verdict.newest_rejected += 1
        if status not in _allowed(world, key, version):
            verdict.unexpected.append(f"{key} {version_id} is {status}")
        elif status in ("processed", "rejected"):
            settled.add((key, version.etag))
    verdict.unexpected += [f"row of {key} {version_id}" for key, version_id in stored]
    for key in {key for key, _ in world.uploads}:
        if (version := newest(world, key)) and (key, version.etag) not in settled:
            verdict.lost.append(f"no record of what {key} holds")


def _allowed(world: World, key: str, version: Version) -> frozenset[str]:
    current = newest(world, key)
    best = "processed" if expected_variants(world, key, version) else "rejected"
    if version == current and world.conditions.versioning:
        return frozenset({best})
    other = {"superseded", "deleted"}
    is_current = current is not None and current.etag == version.etag
    # Without versioning nobody can tell it from another upload of the same bytes.
    return frozenset({*other, best} if is_current or best == "rejected" else other)


def check_variants(world: World, verdict: Verdict) -> None:
    """Compare what is in the processed bucket with what a run without faults leaves there."""
    found = world.buckets[PROCESSED].content()
    for key in {key for key, _ in world.uploads}:
        version = newest(world, key)
        expected = {} if version is None else expected_variants(world, key, version)
        for name, data in expected.items():
            stored = found.pop(name, None)
            if stored is None:
                verdict.lost.append(f"variant {name}")
            elif stored != data:
                verdict.unexpected.append(f"variant {name} is stale")
    verdict.unexpected += [f"variant {name} of nothing" for name in found]


def check_messages(world: World, verdict: Verdict) -> None:
    """See that each upload, and nothing else, was told of, each status by one id."""
    ids: dict[tuple[str, str, str], set[str]] = {}
    told: set[Ledger] = set()
    for message in world.published:
        ledger = (message["key"], message["version_id"])
        told.add(ledger)
        ids.setdefault((*ledger, message["status"]), set()).add(message["id"])
        if ledger not in world.uploads:
            verdict.unexpected.append(f"message about {ledger}")
    verdict.lost += [f"no message about {ledger}" for ledger in world.uploads.keys() - told]
    verdict.unexpected += [f"{about} told by several ids" for about in ids if len(ids[about]) > 1]
    verdict.repeated = len(world.published) - sum(map(len, ids.values()))


def check_dead_letters(world: World, verdict: Verdict) -> None:
    """See that each dead letter is about a rejected upload."""
    for message in world.dead_letters.visible:
        for notice in read_body(message.body):
            if not isinstance(notice, SourceObject):
                continue
            ledger = (notice.key, notice.version_id or "")
            version = world.uploads.get(ledger)
            if version is None or expected_variants(world, notice.key, version):
                verdict.false_dead.append(f"dead letter about {ledger}")
            elif "reason" not in message.attributes:
                verdict.false_dead.append(f"dead letter without a reason about {ledger}")
            else:
                verdict.dead[ledger] += 1


def _check_rejected(world: World, verdict: Verdict) -> None:
    rejected = {ledger for ledger, row in rows(world) if row["status"] == "rejected"}
    verdict.lost += [f"no dead letter about {ledger}" for ledger in rejected - set(verdict.dead)]
