"""The soak on the embedded AWS: real processes, which are killed by SIGKILL.

The timing of real processes varies, so a seed repeats the uploads but not the run.
"""

import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from random import Random
from typing import Any, cast

from handler.images.variants.parsing import parse_variants
from infra.config.settings import load_schema
from local import local_directory
from local import stack as stacks
from local.records import FINAL_STATUSES
from local.stack import LocalStack
from simulation.checker import outputs_of
from simulation.findings import Finding, Run
from simulation.pictures import picture, poison

UPLOADS = 1_000
POISON_EVERY = 100
CONNECTIONS = 8
KILL_SECONDS = (2.0, 6.0)
"""Random pause between two kills: a new worker takes a second or two to start."""

STUCK_SECONDS = 300.0
"""Time without progress after which an upload is lost: a message is redelivered after 60 s."""

CONFIG: Mapping[str, object] = {
    # The shortest timeout, so that messages of a killed worker are soon redelivered.
    "imagepipe:timeoutSeconds": 10,
    "imagepipe:batchSize": 1,
}


def soak_embedded(run: Run) -> Finding:
    """Upload, kill workers until all records are final, and read everything back."""
    files = {
        f"a folder/photo+{number}.jpg": (
            poison(number // POISON_EVERY) if number % POISON_EVERY == 0 else picture(number)
        )
        for number in range(run.scaled(UPLOADS))
    }
    with stacks.running(local_directory("soak"), CONFIG) as local_stack:
        started = time.monotonic()
        done = threading.Event()
        kills: list[int] = []
        choices = Random(run.seed)  # noqa: S311
        killer = threading.Thread(target=_kill_workers, args=(local_stack, choices, done, kills))
        killer.start()
        try:
            with ThreadPoolExecutor(CONNECTIONS) as pool:
                list(pool.map(partial(_upload, local_stack), files.items()))
            statuses = _wait(local_stack, len(files))
        finally:
            done.set()
            killer.join()
        seconds = time.monotonic() - started
        wrong = _compare(local_stack, files)
        rejected, dead = (
            _reasons(local_stack, queue) for queue in ("rejectedQueueUrl", "deadLetterQueueUrl")
        )
    poisoned = sum(not _expected(key, data) for key, data in files.items())
    return Finding(
        injected=f"{len(files):,} uploads to the embedded AWS, 1 % poison, {len(kills)} workers "
        "killed by SIGKILL",
        demanded="a final record for each, variants as of a clean run, only "
        "poison rejected, none in the DLQ",
        seen=f"{dict(statuses)} after {seconds:.0f} s; wrong variants {len(wrong)}; "
        f"rejected {dict(rejected)}, in the DLQ {dict(dead)}"
        + "".join(f"; {each}" for each in wrong[:2]),
        holds=not wrong
        and statuses["rejected"] == poisoned <= rejected.total()
        and statuses.total() == len(files)
        and "" not in rejected
        and not dead,
    )


def _upload(local_stack: LocalStack, file: tuple[str, bytes]) -> None:
    key, data = file
    local_stack.clients.s3.put_object(
        Bucket=local_stack.outputs["uploadBucketName"], Key=key, Body=data
    )


def _kill_workers(
    local_stack: LocalStack, random: Random, done: threading.Event, kills: list[int]
) -> None:
    """Kill a child of the emulator at intervals: each is a worker of the function."""
    emulator = int((local_stack.emulator.directory / "pid").read_text())
    while not done.wait(random.uniform(*KILL_SECONDS)):
        if workers := _children(emulator):
            victim = random.choice(workers)
            try:
                os.kill(victim, signal.SIGKILL)
            except ProcessLookupError:
                continue  # it ended by itself
            kills.append(victim)


def _children(parent: int) -> Sequence[int]:
    """Return the children of a process: proc(5)."""
    listed = Path(f"/proc/{parent}/task").glob("*/children")
    return [int(child) for each in listed for child in each.read_text().split()]


def _wait(local_stack: LocalStack, uploads: int) -> Counter[str]:
    """Wait until as many records are final, and return the number of each status."""
    deadline = time.monotonic() + STUCK_SECONDS
    statuses = Counter[str]()
    while time.monotonic() < deadline:
        found = Counter(item["status"]["S"] for item in _scan(local_stack))
        if sum(found[status] for status in FINAL_STATUSES) >= uploads:
            return found
        if found != statuses:
            statuses, deadline = found, time.monotonic() + STUCK_SECONDS
        time.sleep(1)
    return statuses


def _scan(local_stack: LocalStack) -> Sequence[Mapping[str, Any]]:
    pages = local_stack.clients.dynamodb.get_paginator("scan").paginate(
        TableName=local_stack.outputs["tableName"], ConsistentRead=True
    )
    return [item for page in pages for item in page["Items"]]


def _expected(key: str, data: bytes) -> dict[str, bytes]:
    schema = load_schema()
    return outputs_of(
        key,
        data,
        parse_variants(cast("list[object]", schema["variants"].default)),
        max_pixels=1_000_000,
        background_colour=str(schema["backgroundColour"].default),
    )


def _compare(local_stack: LocalStack, files: Mapping[str, bytes]) -> list[str]:
    """Return the variants that are missing, different, or without an upload."""
    bucket, s3 = local_stack.outputs["processedBucketName"], local_stack.clients.s3
    expected = {name: data for key in files for name, data in _expected(key, files[key]).items()}
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    names = [str(each.get("Key")) for page in pages for each in page.get("Contents", [])]

    def read(name: str) -> bytes:
        return s3.get_object(Bucket=bucket, Key=name)["Body"].read()

    with ThreadPoolExecutor(CONNECTIONS) as pool:
        found = dict(zip(names, pool.map(read, names), strict=True))
    return sorted(
        name for name in expected.keys() | found.keys() if expected.get(name) != found.get(name)
    )


def _reasons(local_stack: LocalStack, output: str) -> Counter[str]:
    """Return the number of messages in a queue by reason; it is empty for those without one."""
    reasons = Counter[str]()
    sqs, queue_url = local_stack.clients.sqs, local_stack.outputs[output]
    while messages := sqs.receive_message(
        QueueUrl=queue_url, MaxNumberOfMessages=10, MessageAttributeNames=["All"]
    ).get("Messages"):
        for message in messages:
            reason = message.get("MessageAttributes", {}).get("reason")
            reasons["" if reason is None else str(reason.get("StringValue"))] += 1
    return reasons
