"""The local stack: the unmodified Pulumi program on an embedded AWS, and a demo.

Imports point one way: __main__ -> demo -> {gallery, review, uploads} -> stack -> {deploy, emulator}
and deploy -> engine -> resources -> inputs. Nothing here imports `infra`.
"""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
"""Root directory of the repository."""
