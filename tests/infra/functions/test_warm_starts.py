"""Proves which version of the function receives events, and how many environments are kept warm."""

from tests.infra.conftest import DeployStack
from tests.infra.tokens import FUNCTION, MAPPING


def test_without_warm_environments_events_go_to_the_latest_code(deploy_stack: DeployStack) -> None:
    deployment = deploy_stack("dev")
    assert deployment.of_type("lambda/alias:Alias") == []
    assert deployment.one(FUNCTION).inputs["publish"] is False


def test_warm_environments_are_on_the_alias_that_events_go_to(deploy_stack: DeployStack) -> None:
    deployment = deploy_stack("dev", provisionedConcurrency=2, provisionedConcurrencyMax=8)
    alias = deployment.one("lambda/alias:Alias")
    assert deployment.one(FUNCTION).inputs["publish"] is True
    assert alias.urn in deployment.one(MAPPING).dependencies
    warm = deployment.one("lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig").inputs
    assert (warm["provisionedConcurrentExecutions"], warm["qualifier"]) == (2, "live")
    target = deployment.one("appautoscaling/target:Target").inputs
    assert (target["minCapacity"], target["maxCapacity"]) == (2, 8)
    assert target["resourceId"].endswith(":live")


def test_warm_environments_do_not_scale_unless_asked(deploy_stack: DeployStack) -> None:
    deployment = deploy_stack("dev", provisionedConcurrency=2)
    assert deployment.of_type("appautoscaling/target:Target") == []


def test_snap_start_applies_to_the_version_that_events_go_to(deploy_stack: DeployStack) -> None:
    deployment = deploy_stack("dev", enableSnapStart=True)
    assert deployment.one(FUNCTION).inputs["snapStart"] == {"applyOn": "PublishedVersions"}
    assert deployment.one("lambda/alias:Alias").urn in deployment.one(MAPPING).dependencies
