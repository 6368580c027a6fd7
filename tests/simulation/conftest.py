"""What the tests of the simulation share."""

import logging
from collections.abc import Generator

import pytest


@pytest.fixture
def quiet() -> Generator[None]:
    """Keep back what the handler logs of all the faults."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)
