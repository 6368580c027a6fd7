"""Proves that a protected stack is refused as a whole, by what the engine would delete first."""

import pytest

from tests.infra.conftest import DeployStack

GUARD = "destroy-guard-id"


@pytest.mark.parametrize(("stack", "protect"), [("dev", False), ("prod", True)])
def test_the_guard_depends_on_all_that_the_pipeline_creates(
    stack: str, protect: bool, deploy_stack: DeployStack
) -> None:
    deployment = deploy_stack(stack)
    (guard,) = (each for each in deployment.resources if each.name == GUARD)
    assert guard.protect is protect
    created = {each.urn for each in deployment.resources if not each.type.startswith("imagepipe:")}
    missing = created - {guard.urn, *guard.dependencies}
    names = {urn.rpartition("::")[2] for urn in missing}
    assert names == {"names-suffix"}, "all others depend on the names"


def test_the_guard_is_the_same_resource_under_all_options(deploy_stack: DeployStack) -> None:
    urns = {
        each.urn
        for options in ({}, {"namePrefix": "pics"}, {"environment": "blue"}, {"trigger": "s3"})
        for each in deploy_stack("dev", **options).resources
        if each.name == GUARD
    }
    assert len(urns) == 1
