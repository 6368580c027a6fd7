"""The local stack: the unmodified Pulumi program on an embedded AWS, and a demo.

Imports point one way: commands -> demo -> {gallery, review, uploads} -> stack -> {deploy, emulator}
and deploy -> engine -> resources -> inputs. Nothing here imports `infra`.
"""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
"""Root directory of the repository."""

DEFAULT_NAME = "local"
"""Name of the local stack of a command without `--name`."""


def local_directory(name: str) -> Path:
    """Return the folder for all files of the local stack `name`."""
    return ROOT / ".local" / name
