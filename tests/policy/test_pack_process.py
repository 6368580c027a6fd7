"""Proves that the pack runs in its own environment and refuses unsafe stacks, but no example."""

import json
import sys
from collections.abc import Generator
from pathlib import Path

import pytest
import yaml

from policy.rules import RULES
from policy.rules.storage import ACCESS_BLOCK
from tests.policy.breakages import without
from tests.policy.conftest import Case, deployed
from tests.policy.pack_process import PACK, PackProcess, installed, served

EXAMPLES = sorted((PACK.parent / "examples").glob("Pulumi.*.yaml"))
PROD = Case(stack="prod")


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Generator[PackProcess]:
    """The pack, in the environment that the install command makes."""
    folder = tmp_path_factory.mktemp("pack")
    python = installed(folder / ".venv")
    with served(folder, python) as process:
        yield process


def refused(pack: PackProcess, case: Case) -> set[str]:
    """Return the rules for which the engine refuses a stack."""
    return {found.rule for found in pack.reports(deployed(case)) if found.is_mandatory}


def test_the_pack_has_an_environment_of_its_own_with_locked_packages() -> None:
    runtime = yaml.safe_load((PACK / "PulumiPolicy.yaml").read_text(encoding="utf-8"))["runtime"]
    assert runtime == {"name": "python", "options": {"toolchain": "pip", "virtualenv": ".venv"}}
    pins = [
        line
        for line in (PACK / "requirements.txt").read_text(encoding="utf-8").splitlines()
        if not line.startswith(" ")
    ]
    assert all("==" in pin and pin.endswith("\\") for pin in pins)
    assert any(pin.startswith("pulumi-policy==") for pin in pins)


def test_the_pack_serves_every_rule(pack: PackProcess) -> None:
    assert pack.levels().keys() == {rule.id for rule in RULES}


@pytest.mark.parametrize("stack", ["dev", "prod", *(f"examples/{path.name}" for path in EXAMPLES)])
def test_the_pack_refuses_no_stack_file_of_the_project(pack: PackProcess, stack: str) -> None:
    assert refused(pack, Case(stack=stack)) == set()


def test_the_pack_warns_of_what_an_example_leaves_out_on_purpose(pack: PackProcess) -> None:
    stack = deployed(Case(stack="examples/Pulumi.throwaway-variants.yaml"))
    assert {"bucket-is-versioned", "async-events-have-a-failure-destination"} <= {
        found.rule for found in pack.reports(stack)
    }


def test_the_pack_refuses_a_bucket_that_may_be_public(pack: PackProcess) -> None:
    stack = without(ACCESS_BLOCK)(deployed(PROD))
    assert [found.rule for found in pack.reports(stack) if found.is_mandatory] == [
        "bucket-blocks-public-access"
    ]


def test_the_strict_configuration_refuses_what_is_for_development_and_not_prod(
    tmp_path: Path,
) -> None:
    config = json.loads((PACK / "prod.json").read_text(encoding="utf-8"))
    with served(tmp_path, Path(sys.executable)) as strict:
        strict.configure(config)
        assert refused(strict, PROD) == set()
        assert "function-is-traced" in refused(strict, Case(stack="dev"))
