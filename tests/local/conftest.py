"""One emulator for all tests of the twin; each stack in it has names of its own."""

from collections.abc import Callable, Generator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from local import emulator as emulators
from local.clients import Clients, connect
from local.deploy import deploy
from local.emulator import Emulator
from local.twin import Twin, deploy_to
from tests.local.pipe import Sent, receive_all, send
from tests.local.sources import SOURCES

REGION = "us-east-1"


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Generator[Emulator]:
    started = emulators.start(tmp_path_factory.mktemp("emulator") / "twin", region=REGION)
    yield started
    started.stop()


@pytest.fixture(scope="session")
def clients(emulator: Emulator) -> Clients:
    return connect(emulator)


@pytest.fixture(scope="session")
def deployed(emulator: Emulator, clients: Clients) -> Callable[..., Twin]:
    """Deploy the program of this repository as one more stack: `deployed(enableKms=True)`."""

    def deploy_one(**options: object) -> Twin:
        config = {f"imagepipe:{key}": value for key, value in options.items()}
        return deploy_to(emulator, clients, config)

    return deploy_one


@pytest.fixture(scope="session")
def twin(deployed: Callable[..., Twin]) -> Twin:
    """The program with its defaults."""
    return deployed()


@pytest.fixture(scope="session")
def sent(twin: Twin) -> Mapping[str, Sent]:
    """All of `SOURCES`, uploaded to `twin` at once, and done."""
    return send(twin, SOURCES)


@pytest.fixture(scope="session")
def dead_letters(twin: Twin, sent: Mapping[str, Sent]) -> Sequence[Mapping[str, Any]]:
    """What all of `SOURCES` left in the dead-letter queue."""
    assert sent
    return receive_all(twin, twin.outputs["deadLetterQueueUrl"])


@pytest.fixture
def run_program(clients: Clients, tmp_path: Path) -> Callable[[str], Mapping[str, object]]:
    """Deploy a program that is given as source; returns its outputs."""

    def run(source: str) -> Mapping[str, object]:
        imports = "import pulumi\nimport pulumi_aws as aws\nimport pulumi_random as random\n"
        (tmp_path / "Pulumi.yaml").write_text("name: sketch\nruntime: python\n")
        (tmp_path / "__main__.py").write_text(imports + source)
        return deploy(tmp_path, clients, config={})

    return run
