"""Proves who administers the key of a stack, and which services may use it."""

import json

from infra.encryption.key_policy import key_statements, let_alarms_use_key
from tests.infra.conftest import ACCOUNT_ID, DeployStack


def test_the_key_is_administered_by_its_account_in_its_partition() -> None:
    administrator, *_, logs = key_statements(
        partition="aws-cn",
        account_id="123456789012",
        region="cn-north-1",
        senders=[],
        log_group_arns=["arn:aws-cn:logs:cn-north-1:123456789012:log-group:/aws/lambda/f"],
    )
    assert administrator["Principal"] == {"AWS": "arn:aws-cn:iam::123456789012:root"}
    assert logs["Principal"] == {"Service": "logs.cn-north-1.amazonaws.com.cn"}


def test_the_key_is_used_by_services_under_conditions(deploy_stack: DeployStack) -> None:
    policy = deploy_stack("dev", enableKms=True).one("kms/key:Key").inputs["policy"]
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
