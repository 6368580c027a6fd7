"""Proves that no plugin and no program is left when the engine is killed."""

import subprocess
import sys
from pathlib import Path

import pytest

from local import ROOT

PLUGIN = "from engine.bridge.__main__ import main; main(['random'])"
BUSY_PROGRAM = (
    "import time; from engine.parent import end_with_parent; end_with_parent();"
    " print('started', flush=True); time.sleep(600)"
)
CHILD = (
    "import subprocess, sys; child = subprocess.Popen([sys.executable, '-c', sys.argv[1]]);"
    " print(child.pid, flush=True); child.wait()"
)


def start_under_a_parent(code: str) -> "tuple[subprocess.Popen[str], int]":
    """Run code as the child of a process; return the process and the child's id."""
    parent = subprocess.Popen(
        [sys.executable, "-c", CHILD, code], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    assert parent.stdout.readline()  # the child's own: it runs now
    return parent, child


@pytest.mark.parametrize("code", [PLUGIN, BUSY_PROGRAM], ids=["a plugin", "a busy program"])
def test_a_process_ends_soon_after_its_parent_was_killed(code: str) -> None:
    parent, child = start_under_a_parent(code)
    assert Path(f"/proc/{child}").exists()
    parent.kill()
    assert parent.stdout is not None
    assert parent.stdout.read() == ""  # the pipe is closed only when the child has ended, too
    parent.wait()
    parent.stdout.close()


def test_what_a_process_owns_is_ended_before_it(tmp_path: Path) -> None:
    ended = tmp_path / "ended"
    code = BUSY_PROGRAM.replace(
        "end_with_parent();", f"end_with_parent(lambda: open({str(ended)!r}, 'w').close());"
    )
    parent, _ = start_under_a_parent(code)
    parent.kill()
    assert parent.stdout is not None
    parent.stdout.read()
    parent.wait()
    parent.stdout.close()
    assert ended.exists()
