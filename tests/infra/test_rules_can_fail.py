"""Proves that the rules of test_program can fail: each is run on a program that breaks it."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.infra import test_program as rules
from tests.infra.conftest import Deployment, DeployStack

Rule = Callable[[Deployment], None]
Breakage = Callable[[Deployment], None]


def with_input(token: str, **inputs: object) -> Breakage:
    """Give the first resource of a type other inputs."""

    def apply(deployment: Deployment) -> None:
        victim = deployment.of_type(token)[0]
        changed = replace(victim, inputs={**victim.inputs, **inputs})
        deployment.resources[deployment.resources.index(victim)] = changed

    return apply


def without_parent(deployment: Deployment) -> None:
    victim = deployment.of_type("sqs/queue:Queue")[0]
    deployment.resources[deployment.resources.index(victim)] = replace(victim, parent="")


def without_outputs(deployment: Deployment) -> None:
    deployment.components_finished.clear()


def without_dependencies(token: str) -> Breakage:
    def apply(deployment: Deployment) -> None:
        victim = deployment.of_type(token)[0]
        deployment.resources[deployment.resources.index(victim)] = replace(victim, dependencies=[])

    return apply


def twice(deployment: Deployment) -> None:
    deployment.resources.append(deployment.of_type("sqs/queue:Queue")[0])


def exporting_a_resource(deployment: Deployment) -> None:
    deployment.outputs = {**deployment.outputs, "bucket": {"id": "x"}}


CASES: list[tuple[Rule, Breakage]] = [
    (rules.test_every_resource_belongs_to_a_component_that_registered_its_outputs, without_parent),
    (rules.test_every_resource_belongs_to_a_component_that_registered_its_outputs, without_outputs),
    (rules.test_every_logical_name_is_unique_and_begins_with_that_of_its_parent, twice),
    (
        rules.test_the_notification_waits_for_the_queue_policy,
        without_dependencies("s3/bucketNotification:BucketNotification"),
    ),
    (
        rules.test_logs_have_a_group_with_retention_before_the_function_exists,
        without_dependencies("lambda/function:Function"),
    ),
    (
        rules.test_the_index_answers_what_came_in_between_two_times,
        with_input(
            "dynamodb/table:Table",
            globalSecondaryIndexes=[{"hashKey": "uploaded_at", "rangeKey": ""}],
        ),
    ),
    (
        rules.test_every_alarm_says_what_to_do,
        with_input("cloudwatch/metricAlarm:MetricAlarm", alarmDescription=""),
    ),
    (rules.test_the_outputs_are_names_and_arns_and_nothing_more, exporting_a_resource),
]


@pytest.mark.parametrize(
    ("rule", "breakage"), CASES, ids=[rule.__name__.removeprefix("test_") for rule, _ in CASES]
)
def test_a_rule_fails_on_a_program_that_breaks_it(
    rule: Rule, breakage: Breakage, deploy_stack: DeployStack
) -> None:
    deployment = deploy_stack("dev", enableAlarms=True)
    rule(deployment)
    breakage(deployment)
    with pytest.raises(AssertionError):
        rule(deployment)
