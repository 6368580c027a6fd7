"""Start, find and stop the embedded AWS: one ministack process with IAM and TLS enabled.

All files of the process (log, code of functions, temporary files) are in one directory, in which
the process holds a lock on a file for as long as it lives. If the lock is taken, the recorded
process id is valid; if it is free, no process runs. So another process can stop the emulator and
recognise a stale directory, and the kernel frees the lock however the process ends.
"""

import contextlib
import fcntl
import json
import os
import shutil
import signal
import socket
import ssl
import subprocess
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from local import ministack
from local.errors import LocalStackError
from local.interrupts import held_back

START_SECONDS = 120.0
STOP_SECONDS = 60.0
LOG_TAIL_LINES = 20


@dataclass(frozen=True, kw_only=True)
class Emulator:
    """A running emulator, started by this process or by another."""

    directory: Path
    port: int
    region: str
    process: subprocess.Popen[bytes] | None = None
    """None if another process started it."""

    @property
    def endpoint(self) -> str:
        """URL by IP address, with which boto3 uses path-style bucket URLs, as needed here."""
        return f"https://{ministack.HOST}:{self.port}"

    @property
    def ca_bundle(self) -> Path:
        """Certificate of the authority that signed the emulator's certificate."""
        return self.directory / "ca.pem"

    @property
    def process_group(self) -> int:
        """Id of the process group of the emulator and its functions."""
        return int(_wait_for_file(self.directory / "pid"))

    def log_tail(self) -> str:
        """Return the last lines of the emulator's log."""
        return _log_tail(self.directory)

    def stop(self) -> None:
        """Kill the emulator and its functions, and remove its directory."""
        stop(self.directory)
        if self.process is not None:
            self.process.wait()


def start(directory: Path, *, region: str, port: int = 0) -> Emulator:
    """Start an emulator and wait until it answers.

    Args:
        directory: folder for its files; created here, removed by `stop`.
        region: AWS region that it simulates.
        port: port on loopback; 0 picks a free one.

    Raises:
        LocalStackError: If it is not installed, the directory is in use, the port is taken, or it
            does not answer within two minutes. No process or file is left in that case.
    """
    if not ministack.PYTHON.exists():
        raise LocalStackError(
            f"the emulator is not installed in {ministack.PYTHON.parents[1]}: run make setup"
        )
    if running := find(directory):
        raise LocalStackError(
            f"a local stack already runs in {directory}, at {running.endpoint}: stop it with "
            f"`python -m local down --name {directory.name}`, or choose another --name"
        )
    shutil.rmtree(directory, ignore_errors=True)  # files of a stack that was killed
    emulator = None
    try:
        emulator = _launch(directory, region=region, port=port)
        _wait_until_ready(emulator)
    except BaseException:
        emulator.stop() if emulator else stop(directory)
        raise
    return emulator


def find(directory: Path) -> Emulator | None:
    """Return the emulator that runs in `directory`, if any."""
    if not _is_locked(directory):
        return None
    state = json.loads(_wait_for_file(directory / "state.json"))
    return Emulator(directory=directory, port=state["port"], region=state["region"])


def stop(directory: Path) -> None:
    """Kill the emulator in `directory`, if any, and remove the directory.

    The emulator's state is in memory only, so the whole process group, functions included, is
    killed without a graceful shutdown.

    Raises:
        LocalStackError: If a process of it is still alive after a minute.
    """
    with held_back():
        if _is_locked(directory):
            _kill(int(_wait_for_file(directory / "pid")), directory)
        shutil.rmtree(directory, ignore_errors=True)


def _kill(process_group: int, directory: Path) -> None:
    with contextlib.suppress(ProcessLookupError):  # it has just exited by itself
        os.killpg(process_group, signal.SIGKILL)
    deadline = time.monotonic() + STOP_SECONDS
    while _is_locked(directory):
        if time.monotonic() > deadline:
            raise LocalStackError(
                f"process group {process_group} is still alive: kill -9 -{process_group}"
            )
        time.sleep(0.01)


def _launch(directory: Path, *, region: str, port: int) -> Emulator:
    """Start the process; it inherits the listening socket, so that its port cannot be lost."""
    for name in ("home", "tmp"):
        (directory / name).mkdir(parents=True, exist_ok=True)
    ministack.write_certificates(directory)
    with (directory / "lock").open("w") as lock, socket.socket() as listener:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((ministack.HOST, port))
        except OSError as error:
            raise LocalStackError(
                f"cannot listen on port {port} of {ministack.HOST}: {error.strerror}"
            ) from error
        port = listener.getsockname()[1]
        (directory / "state.json").write_text(json.dumps({"port": port, "region": region}))
        with (directory / "emulator.log").open("wb") as log:
            process = subprocess.Popen(
                ministack.command(listener.fileno()),
                cwd=directory,
                env=ministack.environment(directory, region=region, port=port),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                pass_fds=(lock.fileno(), listener.fileno()),
            )
    return Emulator(directory=directory, port=port, region=region, process=process)


def _wait_until_ready(emulator: Emulator) -> None:
    """Poll the emulator's readiness page."""
    page = f"{emulator.endpoint}/_ministack/ready"
    trust = ssl.create_default_context(cafile=emulator.ca_bundle)
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if emulator.process is not None and emulator.process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(page, context=trust, timeout=2):  # noqa: S310 - https, above
                return
        except (urllib.error.URLError, TimeoutError):
            time.sleep(0.02)
    raise LocalStackError(f"the emulator did not start; its log ends:\n{emulator.log_tail()}")


def _is_locked(directory: Path) -> bool:
    try:
        with (directory / "lock").open() as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def _wait_for_file(path: Path) -> str:
    """Read a file that the process with the lock writes shortly after it starts."""
    deadline = time.monotonic() + STOP_SECONDS
    while time.monotonic() < deadline:
        if path.exists() and (text := path.read_text()):
            return text
        time.sleep(0.01)
    raise LocalStackError(
        f"{path} is missing though the emulator in its directory is alive: end it by hand"
    )


def _log_tail(directory: Path) -> str:
    log = directory / "emulator.log"
    lines = log.read_text(errors="replace").splitlines() if log.exists() else []
    return "\n".join(lines[-LOG_TAIL_LINES:])
