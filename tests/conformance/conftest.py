"""Run each test case on both implementations, and expect known deviations to fail."""

import itertools

import pytest

from local.clients import Clients
from simulation.aws.expressions import ValidationError
from tests.conformance.both import Aws
from tests.conformance.deviations import DEVIATIONS
from tests.conformance.embedded import Embedded
from tests.conformance.simulated import Simulated

_numbers = itertools.count()
_DIFFERS = (AssertionError, pytest.fail.Exception, ValidationError)
"""Exceptions of a case where an implementation differs; others are mistakes in the case."""


@pytest.fixture(params=["simulated", "embedded"])
def aws(request: pytest.FixtureRequest) -> Aws:
    if request.param == "simulated":
        return Simulated()
    clients: Clients = request.getfixturevalue("clients")
    return Embedded(clients, f"conformance-{next(_numbers)}")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if not isinstance(item, pytest.Function) or "aws" not in item.fixturenames:
            continue
        which = str(item.callspec.params["aws"])
        if reason := DEVIATIONS.get((item.originalname, which)):
            item.add_marker(pytest.mark.xfail(reason=reason, strict=True, raises=_DIFFERS))
