"""The outcome of a file as a line of JSON."""

import json
from pathlib import Path

from corpus.made import Made
from corpus.trial import Trial
from handler.delivery.record_item import source_facts
from handler.model.facts import NO_VERSION, ObjectFacts


def json_line(trial: Trial, file: Path, size_bytes: int) -> str:
    """Return the line of a file: its facts are those of a record, and null stands for none."""
    described = ObjectFacts(version_id=NO_VERSION, size_bytes=size_bytes)
    return json.dumps(
        {
            "file": file.as_posix(),
            "outcome": trial.outcome,
            "reason": trial.reason or None,
            "detail": trial.detail or None,
            "facts": source_facts(described, trial.facts),
            "variants": [_variant(made) for made in trial.variants],
        }
    )


def _variant(made: Made) -> dict[str, object]:
    return {
        "name": made.name,
        "width": made.width,
        "height": made.height,
        "bytes": made.size_bytes,
        "frames": made.frames,
    }
