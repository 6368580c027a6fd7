"""The emulator's life: what is started can be found, and what is stopped leaves nothing."""

import socket
from pathlib import Path

import pytest

from local import emulator as emulators
from local import ministack
from local.clients import connect
from local.emulator import Emulator
from local.errors import LocalStackError
from tests.local.processes import is_listening, processes_in


def start(directory: Path) -> Emulator:
    return emulators.start(directory, region="eu-west-1")


def test_a_stopped_emulator_leaves_no_process_port_or_file(tmp_path: Path) -> None:
    started = start(tmp_path / "twin")
    assert is_listening(started.port)
    assert processes_in(tmp_path)
    started.stop()
    assert not is_listening(started.port)
    assert not processes_in(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_another_process_can_find_and_stop_it(tmp_path: Path) -> None:
    started = start(tmp_path / "twin")
    found = emulators.find(tmp_path / "twin")
    assert found is not None
    assert found.endpoint == started.endpoint
    found.stop()
    assert emulators.find(tmp_path / "twin") is None
    assert not is_listening(started.port)
    started.stop()


def test_stopping_what_does_not_run_is_fine(tmp_path: Path) -> None:
    emulators.stop(tmp_path / "twin")


def test_two_emulators_run_side_by_side_and_know_nothing_of_each_other(tmp_path: Path) -> None:
    first, second = start(tmp_path / "first"), start(tmp_path / "second")
    try:
        connect(first).sqs.create_queue(QueueName="photos")
        assert not connect(second).sqs.list_queues().get("QueueUrls")
    finally:
        first.stop()
        assert is_listening(second.port)
        second.stop()


def test_a_second_one_in_the_same_directory_is_an_error_that_says_how_to_stop_the_first(
    tmp_path: Path,
) -> None:
    started = start(tmp_path / "twin")
    try:
        with pytest.raises(
            LocalStackError, match=r"already runs .* `python -m local down --name twin`"
        ):
            start(tmp_path / "twin")
        assert is_listening(started.port)
    finally:
        started.stop()


def test_the_directory_of_a_killed_emulator_can_be_used_again(tmp_path: Path) -> None:
    killed = start(tmp_path / "twin")
    assert killed.process is not None
    killed.process.kill()
    killed.process.wait()
    (tmp_path / "twin" / "tmp" / "left-over").touch()
    assert emulators.find(tmp_path / "twin") is None
    started = start(tmp_path / "twin")
    try:
        assert not (tmp_path / "twin" / "tmp" / "left-over").exists()
    finally:
        started.stop()


def test_a_taken_port_is_an_error_that_names_it_and_leaves_nothing(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind((ministack.HOST, 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(LocalStackError, match=f"port {port} of 127.0.0.1 cannot be had"):
            emulators.start(tmp_path / "twin", region="eu-west-1", port=port)
    assert list(tmp_path.iterdir()) == []


def test_an_emulator_that_does_not_start_shows_its_log_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\necho no module named ministack\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setattr(ministack, "PYTHON", broken)
    with pytest.raises(
        LocalStackError, match="did not start; its log ends:\nno module named ministack"
    ):
        start(tmp_path / "twin")
    assert not (tmp_path / "twin").exists()


def test_an_emulator_that_is_not_installed_is_an_error_that_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ministack, "PYTHON", tmp_path / "none" / "bin" / "python")
    with pytest.raises(LocalStackError, match=r"not installed in .*: run make setup"):
        start(tmp_path / "twin")


def test_the_emulator_sees_nothing_of_this_machines_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "production")
    started = start(tmp_path / "twin")
    try:
        assert started.process is not None
        environment = Path(f"/proc/{started.process.pid}/environ").read_bytes()
        assert b"AUTH=true" in environment
        assert b"AWS_PROFILE" not in environment
    finally:
        started.stop()
