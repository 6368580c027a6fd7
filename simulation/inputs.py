"""Drills of inputs: unusual messages and keys, broken files, and the pipeline's own outputs."""

import json
from collections.abc import Iterator
from resource import RUSAGE_CHILDREN, getrusage

from handler.config.environment import SettingsError
from handler.config.settings import read_settings
from handler.delivery.isolation import IsolatedTransform
from handler.images.transform import transform
from handler.model.errors import DEATHS
from simulation.checker import check
from simulation.conditions import PROCESSED, UPLOADS, Conditions
from simulation.findings import Finding, Run, writes
from simulation.hostile import KINDS, hostile
from simulation.pictures import picture
from simulation.world import World, rows

MEMORY_MIB = 1_024

KEYS = (
    "a b.jpg",
    "a+b.jpg",
    "100%.jpg",
    "a%20b.jpg",
    "åé/日本.jpg",
    "🐈.jpg",
    "new\nline.jpg",
    "../up.jpg",
    "//.jpg",
    ".JPG",
    "x" * 900 + ".jpg",
)


def odd_messages(run: Run) -> Finding:
    """Send each odd message between two uploads."""
    wrong: list[str] = []
    table = dict(_odd_messages())
    for name, (body, expected) in table.items():
        world = World(run.seed, Conditions(system=run.system, event_delay=1))
        world.upload("before.jpg", picture(1))
        world.queue.send(body)
        world.upload("after.jpg", picture(2))
        world.drain()
        dead = [message.attributes.get("reason") for message in world.dead_letters.visible]
        healthy = sum(row["status"] == "processed" for _, row in rows(world)) == 2
        if dead != expected or not healthy or world.mapping.errors:
            wrong.append(f"{name}: {dead}")
    return Finding(
        injected=f"{len(table)} odd messages: {', '.join(table)}",
        demanded="each its outcome, the uploads around it processed, no error",
        seen=f"{len(table) - len(wrong)} of {len(table)}; {'; '.join(wrong)}".rstrip("; "),
        holds=not wrong,
    )


def _odd_messages() -> Iterator[tuple[str, tuple[str, list[str]]]]:
    def about(bucket: str, key: str, **more: object) -> str:
        s3 = {"bucket": {"name": bucket}, "object": {"key": key, "versionId": "v"}}
        return json.dumps({"Records": [{"s3": s3, **more}]})

    malformed = ["malformed-event"]

    def by_sns(message: str) -> str:
        return json.dumps({"Type": "Notification", "Message": message})

    yield "test event", (json.dumps({"Service": "Amazon S3", "Event": "s3:TestEvent"}), [])
    yield "no records", (json.dumps({"Records": []}), [])
    yield "not JSON", ("{", malformed)
    yield "no object", (json.dumps([1]), malformed)
    yield "null record", (json.dumps({"Records": [None]}), malformed)
    yield "other bucket", (about("other", "a.jpg"), ["wrong-bucket"])
    yield "own output", (about(PROCESSED, "a_compressed.jpg"), [])
    yield "major version 3", (about(UPLOADS, "a.jpg", eventVersion="3.0"), malformed)
    yield "64 KB", (json.dumps({"Records": "x" * 65_000}), malformed)
    yield "wrapped by SNS", (by_sns(about("other", "a.jpg")), ["wrong-bucket"])
    yield "text by SNS", (by_sns("hello"), malformed)
    yield "folder marker", (about(UPLOADS, "folder/"), [])
    yield "key too long", (about(UPLOADS, "x" * 1_025), malformed)
    yield "deep", ("[" * 30_000, malformed)
    yield "unknown fields", (about(PROCESSED, "a.jpg", eventVersion="2.9", new={"x": 1}), [])


def odd_keys(run: Run) -> Finding:
    """Upload keys that a wrong number of URL decodings would change, by S3 and by EventBridge."""
    seen: list[str] = []
    holds = True
    for bridged in (False, True):
        world = World(run.seed, Conditions(system=run.system, event_delay=1, bridged=bridged))
        for number, key in enumerate(KEYS):
            world.upload(key, picture(number))
        world.drain()
        result = check(world)
        holds = holds and result.is_valid and result.statuses["processed"] == len(KEYS)
        seen.append(f"{'EventBridge' if bridged else 'S3'}: {result}")
    return Finding(
        injected=f"{len(KEYS)} keys with spaces, +, %, unicode, emoji, newline, ../, 904 bytes",
        demanded="all processed under their own keys",
        seen="; ".join(seen),
        holds=holds,
    )


def broken_files(run: Run) -> Finding:
    """Process malicious and damaged files, each in a process with the function's memory."""
    isolated = IsolatedTransform(
        transform=transform, step_timeout_seconds=10, growth_bytes=MEMORY_MIB * 2**20
    )
    conditions = Conditions(system=run.system, transform=isolated, event_delay=1)
    world = World(run.seed, conditions)
    files = {
        f"{number}.jpg": hostile(world.engine.random, number) for number in range(run.scaled(1_200))
    }
    for key, file in files.items():
        world.upload(key, file.data)
    world.drain()
    found = {key: row["reason"] or row["status"] for (key, _), row in _final_rows(world)}
    wrong = [
        f"{file.kind} is {found.get(key)}"
        for key, file in files.items()
        if file.allowed and found.get(key) not in file.allowed
    ]
    died = sum(found.get(key) in DEATHS for key in files)
    processed = sum(result == "processed" for result in found.values())
    # In KiB on Linux: getrusage(2).
    most_mib = getrusage(RUSAGE_CHILDREN).ru_maxrss // 1_024
    return Finding(
        injected=f"{len(files):,} files of {len(KINDS)} kinds ({', '.join(KINDS)}), memory limit "
        f"{MEMORY_MIB} MiB",
        demanded="each an outcome, and an allowed one; 0 deaths, 0 hangs over "
        "10 s, memory under 90 %",
        seen=f"{processed} processed, {len(found) - processed} rejected, wrong outcomes "
        f"{len(wrong)}, deaths and hangs {died}, {most_mib} MiB"
        + "".join(f"; {w}" for w in wrong[:2]),
        holds=len(found) == len(files) and not wrong and not died and most_mib < 0.9 * MEMORY_MIB,
    )


def _final_rows(world: World) -> Iterator[tuple[tuple[str, str], dict[str, str | None]]]:
    for state, row in rows(world):
        if row["status"] in ("processed", "rejected"):
            yield state, {"status": row["status"], "reason": row.get("reason")}


def loop_guard(run: Run) -> Finding:
    """Send events of the pipeline's own outputs, and configure one bucket as both."""
    world = World(run.seed, Conditions(system=run.system, event_delay=1))
    world.upload("photo.jpg", picture(1))
    world.drain()
    before = writes(world)
    send_outputs_back(world)
    world.drain()
    written = writes(world) - before
    mixed_up = {"UPLOAD_BUCKET": UPLOADS, "PROCESSED_BUCKET": UPLOADS}
    try:
        read_settings(mixed_up)
        refused = False
    except SettingsError as error:
        refused = any("for ever" in problem for problem in error.problems)
    return Finding(
        injected=f"events of all {before} outputs; one bucket for both",
        demanded="acknowledged and nothing written; refused at the start",
        seen=f"{written} written, {len(world.dead_letters.visible)} dead; refused: {refused}",
        holds=written == 0 and refused and check(world).is_valid,
    )


def send_outputs_back(world: World) -> None:
    """Send events of all outputs, as a notification on the processed bucket would."""
    for key in world.buckets[PROCESSED].content():
        s3 = {"bucket": {"name": PROCESSED}, "object": {"key": key}}
        world.queue.send(json.dumps({"Records": [{"s3": s3}]}))
