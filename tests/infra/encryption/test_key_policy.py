"""Proves who administers the key of a stack, and which services may use it."""

import json
from typing import Any

from infra.encryption.key_policy import (
    let_account_administer_key,
    let_alarms_use_key,
    let_services_use_key,
)
from tests.infra.conftest import ACCOUNT_ID, REGION, Deployment, DeployStack

KEY = f"arn:aws:kms:{REGION}:{ACCOUNT_ID}:key/0a1b"
PROGRAM = [{"protocol": "lambda", "endpoint": f"arn:aws:lambda:{REGION}:{ACCOUNT_ID}:function:f"}]


def required(deployment: Deployment) -> list[dict[str, Any]]:
    """What the output of a stack says that the policy of its key must hold."""
    return json.loads(str(deployment.outputs["requiredKeyPolicyStatements"]))


def test_the_key_is_administered_by_its_account_in_its_partition() -> None:
    administrator = let_account_administer_key(partition="aws-cn", account_id="123456789012")
    assert administrator["Principal"] == {"AWS": "arn:aws-cn:iam::123456789012:root"}


def test_logs_are_encrypted_by_the_service_of_the_partition() -> None:
    (logs,) = let_services_use_key(
        partition="aws-cn",
        account_id="123456789012",
        region="cn-north-1",
        senders=[],
        log_group_arns=["arn:aws-cn:logs:cn-north-1:123456789012:log-group:/aws/lambda/f"],
        alarms=False,
    )
    assert logs["Principal"] == {"Service": "logs.cn-north-1.amazonaws.com.cn"}


def test_a_key_of_the_user_must_allow_what_the_stacks_own_would(deploy_stack: DeployStack) -> None:
    options = {"enableAlarms": True, "enableReconciler": True, "subscriptions": PROGRAM}
    own = deploy_stack("dev", enableKms=True, **options).one("kms/key:Key").inputs["policy"]
    _, *services = json.loads(own)["Statement"]
    assert required(deploy_stack("dev", existingKmsKeyArn=KEY, **options)) == services


def test_each_service_that_a_stack_uses_gets_the_actions_that_aws_documents(
    deploy_stack: DeployStack,
) -> None:
    """sqs-key-management and sns-key-management list the services and their actions, and
    encrypt-log-data-kms those of CloudWatch Logs."""
    deployment = deploy_stack(
        "dev", existingKmsKeyArn=KEY, enableAlarms=True, subscriptions=PROGRAM
    )
    allowed = {each["Principal"]["Service"]: set(each["Action"]) for each in required(deployment)}
    use = {"kms:Decrypt", "kms:GenerateDataKey"}
    assert {service: use <= actions for service, actions in allowed.items()} == {
        "s3.amazonaws.com": True,
        "events.amazonaws.com": True,
        "sns.amazonaws.com": True,
        "cloudwatch.amazonaws.com": True,
        f"logs.{REGION}.amazonaws.com": True,
    }
    assert {"kms:Encrypt", "kms:DescribeKey"} <= allowed[f"logs.{REGION}.amazonaws.com"]


def test_an_existing_topic_and_bucket_are_the_sources_that_a_key_names(
    deploy_stack: DeployStack,
) -> None:
    topic = f"arn:aws:sns:{REGION}:{ACCOUNT_ID}:photos"
    deployment = deploy_stack(
        "dev",
        existingKmsKeyArn=KEY,
        existingTopicArn=topic,
        existingUploadBucket="photos-in",
        replaceNotifications=True,
        subscriptions=PROGRAM,
    )
    conditions = {each["Sid"]: each["Condition"] for each in required(deployment)}
    account = {"aws:SourceAccount": ACCOUNT_ID}
    assert conditions["UndeliveredNotifications"] == {
        "ArnLike": {"aws:SourceArn": topic},
        "StringEquals": account,
    }
    assert conditions["UploadEvents"]["ArnLike"] == {"aws:SourceArn": "arn:aws:s3:::photos-in"}
    assert conditions["RoutedEvents"] == {"StringEquals": account}


def test_a_topic_of_others_for_alarms_needs_nothing_of_the_key(deploy_stack: DeployStack) -> None:
    topic = f"arn:aws:sns:{REGION}:{ACCOUNT_ID}:on-call"
    deployment = deploy_stack("dev", existingKmsKeyArn=KEY, enableAlarms=True, alarmTopicArn=topic)
    assert "Alarms" not in {each["Sid"] for each in required(deployment)}


def test_the_key_is_used_by_services_under_conditions(deploy_stack: DeployStack) -> None:
    deployment = deploy_stack("dev", enableKms=True, subscriptions=PROGRAM)
    policy = deployment.one("kms/key:Key").inputs["policy"]
    _, *services = json.loads(policy)["Statement"]
    assert [service["Principal"] for service in services] == [
        {"Service": "s3.amazonaws.com"},
        {"Service": "events.amazonaws.com"},
        {"Service": "sns.amazonaws.com"},
        {"Service": "logs.us-east-1.amazonaws.com"},
    ]
    assert all(service["Condition"] for service in services)
    assert all("*" not in json.dumps(service["Action"]) for service in services)


def test_a_key_lets_alarms_use_it_only_when_there_are_alarms(deploy_stack: DeployStack) -> None:
    for enabled in (True, False):
        key = deploy_stack("dev", enableKms=True, enableAlarms=enabled).one("kms/key:Key").inputs
        sids = [statement["Sid"] for statement in json.loads(key["policy"])["Statement"]]
        assert ("Alarms" in sids) == enabled


def test_a_key_lets_alarms_of_its_own_account_use_it() -> None:
    statement = let_alarms_use_key(ACCOUNT_ID)
    assert statement["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": ACCOUNT_ID}}
