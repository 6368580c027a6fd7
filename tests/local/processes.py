"""What runs on this machine, to show that nothing is left of what was stopped."""

import socket
from pathlib import Path

from local.ministack import HOST


def is_listening(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex((HOST, port)) == 0


def processes_in(directory: Path) -> list[str]:
    """Command lines of all processes that run in a directory, or name it."""
    found: list[str] = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            where = str((process / "cwd").readlink())
            command = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:  # it ended meanwhile
            continue
        if str(directory) in where or str(directory) in command:
            found.append(command)
    return found
