"""The drill of privacy sees metadata that a search of the bytes does not know."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from handler.aws.connect import assemble
from handler.delivery.services import Pipeline
from handler.images.render.render import Rendition
from simulation.conditions import SystemUnderTest
from simulation.findings import Run
from simulation.metadata import metadata_in
from simulation.privacy import TRACES, privacy

COMMENT = b"\xff\xfe\x00\x0bAnn's cat"
"""A comment of JPEG, with its length: none of the traces is in it."""


@dataclass(frozen=True)
class _Comments:
    """Develops as the handler does, and leaves a comment in each JPEG."""

    transform: Callable[..., Any]

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return [self._commented(made) for made in self.transform(*args, **kwargs)]

    def _commented(self, made: object) -> object:
        if not isinstance(made, Rendition) or not made.data.startswith(b"\xff\xd8"):
            return made
        return replace(made, data=made.data[:2] + COMMENT + made.data[2:])


def _assemble(*args: Any, **kwargs: Any) -> Pipeline:
    real = assemble(*args, **kwargs)
    return replace(real, transform=_Comments(real.transform))


@pytest.mark.usefixtures("quiet")
def test_a_comment_that_has_no_known_trace_is_found() -> None:
    assert not any(trace in COMMENT for trace in TRACES)
    found = privacy(Run(seed=1, system=SystemUnderTest(assemble=_assemble)))
    assert not found.holds
    assert found.seen == "0 of 96 outputs with traces, 0 turned; exiv2: 64 with metadata"


def test_exiv2_reads_what_was_written() -> None:
    exif = Image.Exif()
    exif[315] = "Ann"
    output = BytesIO()
    Image.new("RGB", (8, 8)).save(output, "JPEG", exif=exif, comment="hello")
    assert metadata_in(output.getvalue()) == {"Exif.Image.Artist": "Ann", "Comment": "hello"}
