"""Proves that a started emulator can be found, and that a stopped one leaves nothing behind."""

import socket
import subprocess
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
    started = start(tmp_path / "local")
    assert is_listening(started.port)
    assert processes_in(tmp_path)
    started.stop()
    assert not is_listening(started.port)
    assert not processes_in(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_another_process_can_find_and_stop_it(tmp_path: Path) -> None:
    started = start(tmp_path / "local")
    found = emulators.find(tmp_path / "local")
    assert found is not None
    assert found.endpoint == started.endpoint
    found.stop()
    assert emulators.find(tmp_path / "local") is None
    assert not is_listening(started.port)
    started.stop()


def test_stopping_a_directory_that_does_not_exist_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "other").touch()
    emulators.stop(tmp_path / "local")
    assert list(tmp_path.iterdir()) == [tmp_path / "other"]


def test_stopping_a_stale_directory_removes_it_and_kills_no_process(tmp_path: Path) -> None:
    stale = tmp_path / "local"
    stale.mkdir()
    (stale / "lock").touch()
    with subprocess.Popen(["/bin/cat"], stdin=subprocess.PIPE, start_new_session=True) as other:
        try:
            (stale / "pid").write_text(str(other.pid))
            emulators.stop(stale)
            assert other.poll() is None
            assert not stale.exists()
        finally:
            other.kill()


def test_two_emulators_run_at_once_and_share_no_state(tmp_path: Path) -> None:
    first, second = start(tmp_path / "first"), start(tmp_path / "second")
    try:
        connect(first).sqs.create_queue(QueueName="photos")
        assert not connect(second).sqs.list_queues().get("QueueUrls")
    finally:
        first.stop()
        assert is_listening(second.port)
        second.stop()


def test_a_second_emulator_in_a_directory_fails_with_the_command_that_stops_the_first(
    tmp_path: Path,
) -> None:
    started = start(tmp_path / "local")
    try:
        with pytest.raises(
            LocalStackError, match=r"already runs .* `python -m local down --name local`"
        ):
            start(tmp_path / "local")
        assert is_listening(started.port)
    finally:
        started.stop()


def test_the_directory_of_a_killed_emulator_can_be_used_again(tmp_path: Path) -> None:
    killed = start(tmp_path / "local")
    assert killed.process is not None
    killed.process.kill()
    killed.process.wait()
    (tmp_path / "local" / "tmp" / "left-over").touch()
    assert emulators.find(tmp_path / "local") is None
    started = start(tmp_path / "local")
    try:
        assert not (tmp_path / "local" / "tmp" / "left-over").exists()
    finally:
        started.stop()


def test_a_taken_port_is_named_in_the_error_and_nothing_is_left(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind((ministack.HOST, 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(LocalStackError, match=f"cannot listen on port {port} of 127.0.0.1"):
            emulators.start(tmp_path / "local", region="eu-west-1", port=port)
    assert list(tmp_path.iterdir()) == []


def test_an_emulator_that_does_not_start_fails_with_its_log_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\necho no module named ministack\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setattr(ministack, "PYTHON", broken)
    with pytest.raises(
        LocalStackError, match="did not start; its log ends:\nno module named ministack"
    ):
        start(tmp_path / "local")
    assert not (tmp_path / "local").exists()


def test_an_emulator_that_is_not_installed_fails_with_the_command_that_installs_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ministack, "PYTHON", tmp_path / "none" / "bin" / "python")
    with pytest.raises(LocalStackError, match=r"not installed in .*: run make setup"):
        start(tmp_path / "local")


def test_the_emulator_does_not_inherit_the_environment_of_this_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "production")
    started = start(tmp_path / "local")
    try:
        assert started.process is not None
        environment = Path(f"/proc/{started.process.pid}/environ").read_bytes()
        assert b"AUTH=true" in environment
        assert b"AWS_PROFILE" not in environment
    finally:
        started.stop()
