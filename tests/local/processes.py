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
