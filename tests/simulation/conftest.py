"""Fixtures of the tests of the simulation."""

import logging
from collections.abc import Generator

import pytest


@pytest.fixture
def quiet() -> Generator[None]:
    """Suppress the handler's log lines about the injected faults."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)
