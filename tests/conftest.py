"""Plugins of the suite, and the emulator, which is started once for all tests that use it."""

from collections.abc import Generator

import pytest

from local import emulator as emulators
from local.clients import Clients, connect
from local.emulator import Emulator

pytest_plugins = ("tests.workers",)

REGION = "us-east-1"


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Generator[Emulator]:
    started = emulators.start(tmp_path_factory.mktemp("emulator") / "local", region=REGION)
    yield started
    started.stop()


@pytest.fixture(scope="session")
def clients(emulator: Emulator) -> Clients:
    return connect(emulator)
