"""Proves that `python -m local` works as users run it, in separate processes."""

import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Generator
from pathlib import Path

import pytest

from local import ROOT
from local import emulator as emulators
from local.stack import local_directory
from tests.local.processes import is_listening, processes_in
from tests.local.sources import SOURCES


@pytest.fixture
def name() -> Generator[str]:
    """A unique name for a local stack, which is stopped after the test."""
    chosen = f"test-{uuid.uuid4().hex[:8]}"
    yield chosen
    emulators.stop(local_directory(chosen))


HANG_SECONDS = 600
"""Only a hang takes so long, on however busy a machine."""


def command(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-m", "local", *map(str, arguments)]


def run(*arguments: str | Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        command(*arguments),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=HANG_SECONDS,
        check=False,
    )


def leaves_nothing(name: str) -> bool:
    return not local_directory(name).exists() and not processes_in(local_directory(name))


def test_up_leaves_a_stack_running_that_down_removes(name: str) -> None:
    up = run("up", "--name", name)
    assert up.returncode == 0, up.stderr
    assert '"uploadBucketName": "imagepipe-local-uploads-' in up.stdout
    found = emulators.find(local_directory(name))
    assert found is not None
    assert f"AWS_ENDPOINT_URL={found.endpoint}" in up.stdout
    assert run("down", "--name", name).returncode == 0
    assert leaves_nothing(name)


def test_a_second_up_fails_with_one_line_and_leaves_the_first_stack_running(name: str) -> None:
    assert run("up", "--name", name).returncode == 0
    again = run("up", "--name", name)
    assert again.returncode == 1
    assert again.stderr.startswith("error: a local stack already runs")
    assert len(again.stderr.splitlines()) == 1
    assert emulators.find(local_directory(name)) is not None


def test_down_without_a_running_stack_succeeds(name: str) -> None:
    assert run("down", "--name", name).returncode == 0


def test_the_demo_pipes_a_folder_and_exits_0_when_every_variant_was_read_back(
    name: str, tmp_path: Path
) -> None:
    (tmp_path / "a b").mkdir()
    (tmp_path / "a b" / "plain.jpg").write_bytes(SOURCES["plain.jpg"])
    (tmp_path / "text.jpg").write_bytes(SOURCES["text.jpg"])
    gallery = tmp_path / "gallery.html"
    demo = run("demo", "--name", name, "--images", tmp_path, "--gallery", gallery)
    assert demo.returncode == 0, demo.stderr
    assert "2 images, 1 of them rejected; 5 variants read back and decoded" in demo.stdout
    assert "rejected: not-an-image" in demo.stdout
    assert gallery.read_text().count('src="data:image/') == 6
    assert leaves_nothing(name)


def test_a_missing_or_empty_folder_is_reported_before_anything_starts(
    name: str, tmp_path: Path
) -> None:
    missing = run("demo", "--name", name, "--images", tmp_path / "gone")
    empty = run("demo", "--name", name, "--images", tmp_path)
    assert (missing.returncode, empty.returncode) == (1, 1)
    assert missing.stderr.startswith(f"error: {tmp_path / 'gone'} is not a folder")
    assert empty.stderr.startswith(f"error: {tmp_path} has no files")
    assert leaves_nothing(name)


def test_a_name_with_a_path_in_it_is_rejected() -> None:
    rejected = run("down", "--name", "../build")
    assert rejected.returncode == 2
    assert "must be 1-31 characters of a-z, 0-9 and hyphen" in rejected.stderr


def is_starting(directory: Path) -> bool:
    return (directory / "pid").exists()


def is_deploying(directory: Path) -> bool:
    log = directory / "emulator.log"
    return log.exists() and "Running on https" in log.read_text()


def is_piping(directory: Path) -> bool:
    return (directory / "samples").exists() and any(directory.glob("tmp/ministack-lambda-*"))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda each: each.name)
@pytest.mark.parametrize(
    ("subcommand", "moment"),
    [("up", is_starting), ("up", is_deploying), ("demo", is_deploying), ("demo", is_piping)],
)
def test_an_interrupted_command_leaves_no_process_or_file(
    name: str, subcommand: str, moment: Callable[[Path], bool], number: signal.Signals
) -> None:
    directory = local_directory(name)
    with subprocess.Popen(
        command(subcommand, "--name", name),
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as started:
        while not moment(directory):
            assert started.poll() is None, f"{subcommand} ended before {moment.__name__}"
            time.sleep(0.05)
        started.send_signal(number)
        _, errors = started.communicate(timeout=HANG_SECONDS)
    assert errors.endswith("interrupted: nothing is left running\n")
    assert started.returncode == 130
    assert leaves_nothing(name)


def test_the_emulator_command_serves_until_it_is_interrupted() -> None:
    directory = local_directory("emulator")
    arguments = command("emulator", "--port", "0")
    with subprocess.Popen(arguments, cwd=ROOT, stdout=subprocess.PIPE, text=True) as started:
        assert started.stdout is not None
        endpoint = started.stdout.readline().split()[4].rstrip(";")
        found = emulators.find(directory)
        assert found is not None
        assert endpoint == found.endpoint
        assert is_listening(found.port)
        started.send_signal(signal.SIGINT)
        assert started.wait(timeout=HANG_SECONDS) == 130
    assert leaves_nothing("emulator")
