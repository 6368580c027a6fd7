"""Proves that what users add to the functions' environment never replaces what the program sets."""

import json

import pytest

from handler.contract import Variable
from infra.config.errors import SettingsError
from infra.config.options import function
from infra.config.settings import parse_settings
from tests.infra.conftest import Deployment, DeployStack, run_afresh
from tests.infra.tokens import FUNCTION


@pytest.mark.parametrize("variable", Variable)
def test_a_variable_of_the_program_is_refused_by_name(variable: Variable) -> None:
    config = {
        "aws:region": "eu-west-1",
        "imagepipe:extraEnvironment": json.dumps({variable.value: "theirs", "FEATURE": "on"}),
    }
    with pytest.raises(SettingsError) as caught:
        parse_settings(config, project="imagepipe", stack="dev")
    (problem,) = caught.value.problems
    assert variable.value in f"{problem.key} {problem.why}"
    assert "FEATURE" not in problem.why
    assert "cannot be set" in problem.why


def variables_of(deployment: Deployment, role: str) -> dict[str, str]:
    return deployment.one(FUNCTION, role).inputs["environment"]["variables"]


def test_the_values_of_the_program_win_even_where_none_is_refused(
    deploy_stack: DeployStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    roles = ("processor", "reconciler")
    without = deploy_stack("dev", enableReconciler=True)
    monkeypatch.setattr(function, "HANDLER_VARIABLES", frozenset[str]())
    theirs = {**dict.fromkeys(Variable, "theirs"), "FEATURE": "on"}
    deployment = run_afresh("dev", {}, enableReconciler=True, extraEnvironment=theirs)
    for role in roles:
        ours = variables_of(without, role)
        assert ours
        assert variables_of(deployment, role) == {**theirs, **ours}
