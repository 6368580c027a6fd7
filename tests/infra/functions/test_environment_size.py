"""Proves that an environment which Lambda would refuse fails the preview."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from infra.functions.environment_size import (
    INVENTORY_FOLDERS,
    EnvironmentTooLargeError,
    environment_bytes,
)
from infra.reconciler.upload_inventory import INVENTORY_ID, PREFIX
from tests.infra.conftest import run_afresh, run_stack
from tests.infra.tokens import FUNCTION

# As Lambda prints it after "String measured: ".
MEASURED = r'{"VARIANTS":"[{\"name\": \"a\"}]","CITY":"Zürich"}'


def test_an_environment_is_measured_as_the_json_that_lambda_prints() -> None:
    variables = {"VARIANTS": '[{"name": "a"}]', "CITY": "Zürich"}
    assert environment_bytes(variables) == len(MEASURED.encode())
    assert json.loads(MEASURED) == variables


PREFIXES = [f"{letter}{'x' * 200}/" for letter in "abcdefghij"]
LARGEST: Mapping[str, Mapping[str, Any]] = {
    "processor": {},
    "reconciler": {"enableReconciler": True, "variants": [], "keyPrefixes": PREFIXES},
}
"""Options with which a function has the largest environment of the stack, by role."""
SLACK = 60
"""ARNs and URLs count with the longest region."""


@pytest.mark.parametrize("role", LARGEST)
def test_each_function_may_have_4096_bytes(role: str) -> None:
    options = LARGEST[role]
    function = run_stack("dev", **options, extraEnvironment={"THEIRS": ""}).one(FUNCTION, role)
    room = 4096 - environment_bytes(function.inputs["environment"]["variables"])
    run_afresh("dev", {}, **options, extraEnvironment={"THEIRS": "x" * (room - SLACK)})
    with pytest.raises(EnvironmentTooLargeError) as caught:
        run_afresh("dev", {}, **options, extraEnvironment={"THEIRS": "x" * (room + 1)})
    assert f"environment of the {role} takes" in str(caught.value)
    assert "THEIRS (" in str(caught.value)


def test_variants_whose_quotes_are_too_many_are_refused() -> None:
    specs = [
        {"name": f"v{number:02}", "format": "png", "maxWidth": 9, "maxHeight": 9, "fit": "cover"}
        for number in range(34)
    ]
    assert len(json.dumps(specs)) < 3_072
    with pytest.raises(EnvironmentTooLargeError, match=r"VARIANTS \("):
        run_afresh("dev", {}, variants=specs)


def test_the_prefix_of_inventory_lists_is_as_long_as_is_taken_for_it() -> None:
    assert len(f"{PREFIX}//{INVENTORY_ID}/") == INVENTORY_FOLDERS
