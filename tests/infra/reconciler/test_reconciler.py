"""Proves what `enableReconciler` adds, and that the program and the handler mean the same by it."""

import json
from typing import Any

import pytest

from handler.config.settings import read_settings
from handler.contract import Choice
from handler.events.parsing import read_body
from handler.reconciler.settings import read_reconciler_settings
from handler.reconciler.summary import Summary
from infra.config.settings import SettingsError
from infra.monitoring import reconciler_alarms
from infra.reconciler.reconciler import rate
from tests.infra.conftest import Deployment, DeployStack
from tests.infra.tokens import ALARM, FUNCTION


def environment(deployment: Deployment) -> dict[str, str]:
    return deployment.one(FUNCTION, "reconciler").inputs["environment"]["variables"]


def sids(deployment: Deployment) -> dict[str, Any]:
    policy = deployment.one("iam/rolePolicy:RolePolicy", "reconciler").inputs["policy"]
    return {statement["Sid"]: statement for statement in json.loads(policy)["Statement"]}


def test_a_stack_for_development_has_none_and_one_for_production_has(
    deploy_stack: DeployStack,
) -> None:
    assert len(deploy_stack("dev").of_type(FUNCTION)) == 1
    assert deploy_stack("prod").one(FUNCTION, "reconciler")


def test_it_reads_what_the_program_says(deploy_stack: DeployStack) -> None:
    deployment = deploy_stack(
        "dev",
        enableReconciler=True,
        keyPrefixes=["in/"],
        keySuffixes=[".jpg"],
        reconcileGraceHours=6,
        reconcileOutdated="requeue",
        reconcileUnfinished="report",
        reconcileMaxVersions=5000,
        reconcileMaxRequeues=7,
    )
    settings = read_reconciler_settings(environment(deployment))
    assert (settings.scope.prefixes, settings.scope.suffixes) == (("in/",), (".jpg",))
    assert settings.grace_seconds == 6 * 3600
    assert (settings.unfinished, settings.outdated) == (Choice.REPORT, Choice.REQUEUE)
    assert (settings.max_versions, settings.max_requeues) == (5000, 7)
    assert settings.table_name == deployment.outputs["tableName"]
    assert deployment.outputs["reconcilerName"]


def test_both_functions_mean_the_same_by_recipe_and_limits(deploy_stack: DeployStack) -> None:
    deployment = deploy_stack("dev", enableReconciler=True, backgroundColour="#123456")
    processor = deployment.one(FUNCTION, "processor").inputs["environment"]["variables"]
    handler = read_settings(processor)
    reconciler = read_reconciler_settings(environment(deployment))
    assert (reconciler.recipe, reconciler.limits) == (handler.recipe, handler.limits)
    shared = ("UPLOAD_BUCKET", "TABLE_NAME", "QUEUE_URL", "TIMEOUT_SECONDS", "PROPAGATE_DELETES")
    assert {name: processor[name] for name in shared}.items() <= environment(deployment).items()


def test_it_may_list_compare_and_requeue_and_nothing_else(deploy_stack: DeployStack) -> None:
    found = sids(deploy_stack("dev", enableReconciler=True))
    assert set(found) == {
        "ListUploadVersions",
        "ReadRecords",
        "WriteReconcilerState",
        "SendToQueue",
        "KeepFailedEvents",
        "WriteLogs",
    }
    assert found["SendToQueue"]["Action"] == ["sqs:SendMessage", "sqs:GetQueueAttributes"]
    # It cannot write a record: what it writes has a hash key that no upload has.
    condition = found["WriteReconcilerState"]["Condition"]["ForAllValues:StringLike"]
    assert condition == {"dynamodb:LeadingKeys": ["reconciler", "reconciler:*"]}


@pytest.mark.parametrize("stack", ["dev", "prod"])
@pytest.mark.parametrize("trigger", ["sqs", "s3"])
def test_a_run_that_keeps_failing_is_kept_in_the_dead_letter_queue(
    deploy_stack: DeployStack, stack: str, trigger: str
) -> None:
    deployment = deploy_stack(stack, enableReconciler=True, trigger=trigger)
    queue_arn = deployment.outputs["deadLetterQueueArn"]
    function = deployment.one(FUNCTION, "reconciler")
    assert function.inputs["deadLetterConfig"] == {"targetArn": queue_arn}
    statement = sids(deployment)["KeepFailedEvents"]
    assert (statement["Action"], statement["Resource"]) == (["sqs:SendMessage"], queue_arn)
    # Lambda refuses a function whose role may not send to the queue.
    policy = deployment.one("iam/rolePolicy:RolePolicy", "reconciler")
    assert deployment.waits_for(function, policy)
    # It encrypts messages with the role's permissions.
    assert ("UseKey" in sids(deployment)) == (stack == "prod")


def test_without_a_dead_letter_queue_a_failed_run_is_only_logged(deploy_stack: DeployStack) -> None:
    deployment = deploy_stack("dev", enableReconciler=True, enableDlq=False)
    assert "deadLetterConfig" not in deployment.one(FUNCTION, "reconciler").inputs
    assert "KeepFailedEvents" not in sids(deployment)


def test_the_handler_ignores_the_event_of_a_run_that_is_redriven(deploy_stack: DeployStack) -> None:
    target = deploy_stack("prod").one("cloudwatch/eventTarget:EventTarget")
    assert read_body(target.inputs["input"]) == []


def test_without_a_queue_it_invokes_the_function_itself(deploy_stack: DeployStack) -> None:
    deployment = deploy_stack("dev", enableReconciler=True, trigger="s3")
    function_arn = deployment.outputs["functionArn"]
    statement = sids(deployment)["InvokeFunction"]
    assert (statement["Action"], statement["Resource"]) == (["lambda:InvokeFunction"], function_arn)
    assert read_reconciler_settings(environment(deployment)).function_arn == function_arn


def test_one_rule_may_invoke_it(deploy_stack: DeployStack) -> None:
    deployment = deploy_stack("dev", enableReconciler=True, reconcileEveryHours=6)
    rule = deployment.one("cloudwatch/eventRule:EventRule")
    assert rule.inputs["scheduleExpression"] == "rate(6 hours)"
    permission = deployment.one("lambda/permission:Permission").inputs
    assert permission["principal"] == "events.amazonaws.com"
    assert permission["sourceArn"].endswith(rule.inputs["name"])
    target = deployment.one("cloudwatch/eventTarget:EventTarget")
    assert json.loads(target.inputs["input"]) == {}
    assert deployment.waits_for(target, deployment.one("lambda/permission:Permission"))


@pytest.mark.parametrize(("hours", "expression"), [(1, "rate(1 hour)"), (24, "rate(24 hours)")])
def test_a_rate_agrees_with_its_unit(hours: int, expression: str) -> None:
    assert rate(hours) == expression


def test_its_lines_are_counted_and_two_alarms_watch_it(deploy_stack: DeployStack) -> None:
    deployment = deploy_stack("prod")
    filters = deployment.of_type("cloudwatch/logMetricFilter:LogMetricFilter")
    own = [each for each in filters if "reconciler" in each.name]
    assert len(own) == len(reconciler_alarms.VALUES)
    line = {"message": "reconciled", **Summary().facts()}
    for each in own:
        value = each.inputs["metricTransformation"]["value"]
        assert value.removeprefix("$.") in line
    for role in ("unresolved-uploads", "reconciler-errors"):
        assert deployment.one(ALARM, role).inputs["threshold"] == 0
    dashboard = deployment.one("cloudwatch/dashboard:Dashboard").inputs["dashboardBody"]
    assert "UnresolvedUploads" in dashboard


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"enableRecords": False}, "needs enableRecords"),
        ({"maxReceiveCount": 100}, "needs reconcileGraceHours of 20"),
        ({"trigger": "s3", "reconcileGraceHours": 5}, "needs reconcileGraceHours of 6"),
        (
            {
                "trigger": "s3",
                "vpcId": "vpc-0a",
                "subnetIds": ["subnet-0a", "subnet-0b"],
                "routeTableIds": ["rtb-0a"],
                "enableVpcEndpoints": True,
            },
            "needs a way to Lambda",
        ),
    ],
)
def test_what_would_not_work_is_refused(
    deploy_stack: DeployStack, options: dict[str, object], why: str
) -> None:
    with pytest.raises(SettingsError, match=why):
        deploy_stack("dev", enableReconciler=True, **options)


@pytest.mark.parametrize("keyed", [False, True])
def test_an_inventory_lists_all_versions_into_a_bucket_of_its_own(
    deploy_stack: DeployStack, keyed: bool
) -> None:
    deployment = deploy_stack(
        "dev",
        enableReconciler=True,
        reconcileSource="inventory",
        inventoryFrequency="weekly",
        enableKms=keyed,
        keyPrefixes=["in/"],
    )
    inventory = deployment.one("s3/inventory:Inventory").inputs
    assert inventory["includedObjectVersions"] == "All"
    assert inventory["schedule"] == {"frequency": "Weekly"}
    assert inventory["filter"] == {"prefix": "in/"}
    target = inventory["destination"]["bucket"]
    assert list(target["encryption"]) == ["sseKms" if keyed else "sseS3"]
    settings = read_reconciler_settings(environment(deployment))
    assert target["bucketArn"].endswith(f":{settings.inventory_bucket}")
    assert settings.inventory_bucket != settings.upload_bucket
    # https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-inventory-location.html
    source, name = settings.upload_bucket, inventory["name"]
    assert settings.inventory_prefix == f"{target['prefix']}/{source}/{name}/"
    found = sids(deployment)
    assert "ListUploadVersions" not in found
    assert found["ReadInventory"]["Resource"] == f"{target['bucketArn']}/*"


def test_only_s3_puts_lists_there_for_the_upload_bucket(deploy_stack: DeployStack) -> None:
    deployment = deploy_stack("dev", enableReconciler=True, reconcileSource="inventory")
    policy = json.loads(deployment.one("s3/bucketPolicy:BucketPolicy", "lists").inputs["policy"])
    (allowed,) = (each for each in policy["Statement"] if each["Effect"] == "Allow")
    assert allowed["Principal"] == {"Service": "s3.amazonaws.com"}
    uploads = deployment.outputs["uploadBucketArn"]
    assert allowed["Condition"]["ArnLike"] == {"aws:SourceArn": uploads}


def test_without_the_reconciler_nothing_is_listed(deploy_stack: DeployStack) -> None:
    deployment = deploy_stack("dev", reconcileSource="inventory")
    assert not deployment.of_type("s3/inventory:Inventory")
