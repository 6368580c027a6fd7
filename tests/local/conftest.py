"""Stacks in the one emulator of all tests; each has names of its own."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from local.clients import Clients
from local.deploy import deploy
from local.emulator import Emulator
from local.stack import LocalStack, deploy_to
from tests.local.pipe import Sent, receive_all, send
from tests.local.sources import SOURCES


@pytest.fixture(scope="session")
def deployed(emulator: Emulator, clients: Clients) -> Callable[..., LocalStack]:
    """Deploy the program of this repository as another stack: `deployed(enableKms=True)`."""

    def deploy_one(**options: object) -> LocalStack:
        config = {f"imagepipe:{key}": value for key, value in options.items()}
        return deploy_to(emulator, clients, config)

    return deploy_one


@pytest.fixture(scope="session")
def local_stack(deployed: Callable[..., LocalStack]) -> LocalStack:
    """The program with its default options."""
    return deployed()


@pytest.fixture(scope="session")
def sent(local_stack: LocalStack) -> Mapping[str, Sent]:
    """All of `SOURCES`, uploaded to `local_stack` at once and processed."""
    return send(local_stack, SOURCES)


@pytest.fixture(scope="session")
def rejected(local_stack: LocalStack, sent: Mapping[str, Sent]) -> Sequence[Mapping[str, Any]]:
    """The messages in the queue of rejected uploads after all of `SOURCES`."""
    assert sent
    return receive_all(local_stack, local_stack.outputs["rejectedQueueUrl"])


@pytest.fixture
def run_program(clients: Clients, tmp_path: Path) -> Callable[[str], Mapping[str, object]]:
    """Deploy a program that is given as source code, and return its outputs."""

    def run(source: str) -> Mapping[str, object]:
        imports = "import pulumi\nimport pulumi_aws as aws\nimport pulumi_random as random\n"
        (tmp_path / "Pulumi.yaml").write_text("name: sketch\nruntime: python\n")
        (tmp_path / "__main__.py").write_text(imports + source)
        return deploy(tmp_path, clients, config={})

    return run
