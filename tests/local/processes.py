"""Inspect processes and ports of this machine, to show that a stop leaves nothing behind."""

import socket
from pathlib import Path

from local.ministack import HOST


def is_listening(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex((HOST, port)) == 0


def processes_in(directory: Path) -> list[str]:
    """Return the command lines of all processes that run in a directory, or name it."""
    found: list[str] = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            working_directory = str((process / "cwd").readlink())
            command = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:  # the process has ended
            continue
        if str(directory) in working_directory or str(directory) in command:
            found.append(command)
    return found


def workers(emulator: Path, function_name: str) -> list[int]:
    """Return the process ids of an emulator's function: children of the emulator, see proc(5)."""
    started = (emulator / "pid").read_text().strip()
    found: list[int] = []
    for listed in Path(f"/proc/{started}/task").glob("*/children"):
        for child in listed.read_text().split():
            try:
                variables = Path(f"/proc/{child}/environ").read_bytes().split(b"\0")
            except OSError:  # it ended meanwhile
                continue
            if f"AWS_LAMBDA_FUNCTION_NAME={function_name}".encode() in variables:
                found.append(int(child))
    return found
