"""Restores what the command of the corpus changes for its whole process."""

import logging
from collections.abc import Generator

import pytest


@pytest.fixture(autouse=True)
def _logging() -> Generator[None]:
    yield
    logging.disable(logging.NOTSET)
