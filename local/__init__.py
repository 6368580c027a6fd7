"""The local twin: the same Pulumi program on an embedded AWS, and a demo on top of it.

Imports point one way: __main__ -> demo -> {gallery, review, uploads} -> twin -> {deploy, emulator},
and deploy -> engine -> resources -> inputs. Nothing here imports `infra`.
"""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
"""Of the repository."""
