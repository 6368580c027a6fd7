"""Proves that stacks with the same options share a run, and nothing else."""

import pytest

from tests.infra.conftest import run_stack
from tests.infra.tokens import FUNCTION


def test_the_same_options_are_run_once_and_others_again(monkeypatch: pytest.MonkeyPatch) -> None:
    run_stack("dev", memoryMib=1024)
    monkeypatch.delattr("tests.infra.conftest.run_afresh")
    assert run_stack("dev", memoryMib=1024).one(FUNCTION).inputs["memorySize"] == 1024
    with pytest.raises(NameError):
        run_stack("dev", memoryMib=1025)


def test_what_a_test_changes_is_its_own() -> None:
    changed = run_stack("dev").one(FUNCTION).inputs["environment"]["variables"]
    changed["PROCESSED_BUCKET"] = "another"
    kept = run_stack("dev").one(FUNCTION).inputs["environment"]["variables"]
    assert kept["PROCESSED_BUCKET"] != "another"
