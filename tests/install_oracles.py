"""Install the oracles that are missing: `make oracles`, on Debian, as root or with sudo."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence

from tests.oracles import ORACLES, Oracle, find


def main() -> int:
    """Install what is missing, and say what is there; 1 where it cannot be had."""
    missing = [each for each in ORACLES if find(each) is None]
    if missing:
        commands = commands_for(
            missing,
            has_apt=shutil.which("apt-get") is not None,
            is_root=os.geteuid() == 0,
            has_sudo=shutil.which("sudo") is not None,
        )
        if isinstance(commands, str):
            print(f"error: {commands}", file=sys.stderr)
            return 1
        for command in commands:
            print(" ".join(command), flush=True)
            subprocess.run(command, check=True)
        find.cache_clear()
    for each in ORACLES:
        print(f"{each.title}: {find(each) or 'missing'}")
    return 0 if all(map(find, ORACLES)) else 1


def commands_for(
    missing: Sequence[Oracle], *, has_apt: bool, is_root: bool, has_sudo: bool
) -> list[list[str]] | str:
    """Return what installs these oracles, or why nothing can."""
    titles = ", ".join(each.title for each in missing)
    packages = [each.package for each in missing]
    if not has_apt:
        return (
            f"{titles} missing, and there is no apt-get to install them with. Install them in the "
            "way of this system; without them some tests are skipped"
        )
    if not (is_root or has_sudo):
        return f"{titles} missing; to install them, be root: apt-get install {' '.join(packages)}"
    apt = [*([] if is_root else ["sudo"]), "apt-get", "--quiet", "--quiet"]
    return [
        [*apt, "update"],
        [*apt, "install", "--yes", "--no-install-recommends", *packages],
    ]


if __name__ == "__main__":
    sys.exit(main())
