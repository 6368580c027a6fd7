"""Proves who administers the key of a stack, and which services may use it."""

import json
from collections.abc import Mapping, Sequence

from infra.encryption.key_policy import key_statements, let_alarms_use_key
from tests.infra.conftest import ACCOUNT_ID, DeployStack


def _key_statements() -> Sequence[Mapping[str, object]]:
    return key_statements(
        partition="aws-cn",
        account_id="123456789012",
        region="cn-north-1",
        upload_bucket_arn="arn:aws-cn:s3:::uploads",
        event_rule_arn="arn:aws-cn:events:cn-north-1:123456789012:rule/uploads",
        topic_arn="arn:aws-cn:sns:cn-north-1:123456789012:images",
        log_group_arns=["arn:aws-cn:logs:cn-north-1:123456789012:log-group:/aws/lambda/f"],
    )


def test_the_key_is_administered_by_its_account_and_used_by_services_under_conditions() -> None:
    administrator, *services = _key_statements()
    assert administrator["Principal"] == {"AWS": "arn:aws-cn:iam::123456789012:root"}
    assert [service["Principal"] for service in services] == [
        {"Service": "s3.amazonaws.com"},
        {"Service": "events.amazonaws.com"},
        {"Service": "sns.amazonaws.com"},
        {"Service": "logs.cn-north-1.amazonaws.com.cn"},
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
