"""Proves that each rule can fail: it is run on a stack that keeps it, and on one that does not."""

import json
from collections.abc import Sequence

import pytest

from policy import tokens
from policy.model import Rule
from policy.rules import (
    RULES,
    access,
    function,
    key,
    messaging,
    monitoring,
    network,
    storage,
    table,
    transport,
)
from policy.suppressions import unsuppressed
from tests.policy.breakages import (
    Breakage,
    unprotected,
    with_document,
    with_input,
    with_resource,
    with_statement,
    without,
    without_narrowing,
    without_objects,
)
from tests.policy.conftest import NETWORK, Case, deployed

FULL = Case(stack="prod", options={**NETWORK, "reservedConcurrency": 50})
DIRECT = Case(stack="prod", options={"trigger": "s3"})

SECRET = {"variables": {"DATABASE_PASSWORD": "x"}}
ACCESS_KEY = {"variables": {"WHO": "AKIAIOSFODNN7EXAMPLE"}}
OPEN_QUEUE = {
    "Principal": {"Service": "events.amazonaws.com"},
    "Action": "sqs:*",
    "Resource": "arn:aws:sqs:us-east-1:123456789012:q",
}


def _plain_lifecycle(*, keep: str) -> list[dict[str, object]]:
    days = {"noncurrentDays": 30, "daysAfterInitiation": 7}
    return [{"id": "x", "status": "Enabled", keep: days}]


CASES: Sequence[tuple[Rule, Case, Breakage]] = (
    (storage.bucket_blocks_public_access, FULL, without(storage.ACCESS_BLOCK)),
    *(
        (
            storage.bucket_blocks_public_access,
            FULL,
            with_input(storage.ACCESS_BLOCK, **{flag: False}),
        )
        for flag in storage.BLOCKS
    ),
    (
        storage.bucket_has_no_acls,
        FULL,
        with_input(storage.OWNERSHIP, rule={"objectOwnership": "ObjectWriter"}),
    ),
    (storage.bucket_has_no_acls, FULL, with_resource(storage.ACL, acl="public-read")),
    (
        storage.bucket_keeps_versions,
        FULL,
        with_input(storage.VERSIONING, versioningConfiguration={"status": "Suspended"}),
    ),
    (
        storage.bucket_forgets_what_nobody_sees,
        FULL,
        with_input(storage.LIFECYCLE, rules=_plain_lifecycle(keep="noncurrentVersionExpiration")),
    ),
    (
        storage.bucket_forgets_what_nobody_sees,
        FULL,
        with_input(
            storage.LIFECYCLE, rules=_plain_lifecycle(keep="abortIncompleteMultipartUpload")
        ),
    ),
    (storage.bucket_is_encrypted, FULL, without(storage.ENCRYPTION)),
    (
        storage.bucket_is_encrypted_under_own_key,
        FULL,
        with_input(
            storage.ENCRYPTION,
            "uploads",
            rules=[{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}}],
        ),
    ),
    (storage.bucket_logs_requests, FULL, without(storage.LOGGING)),
    (storage.bucket_tells_of_events, FULL, without(tokens.BUCKET_NOTIFICATION)),
    (transport.bucket_refuses_plain_http, FULL, with_document(tokens.BUCKET_POLICY)),
    (transport.bucket_refuses_plain_http, FULL, without_objects(tokens.BUCKET_POLICY)),
    (transport.bucket_refuses_plain_http, FULL, without(tokens.BUCKET_POLICY)),
    (transport.queue_refuses_plain_http, FULL, with_document(tokens.QUEUE_POLICY)),
    (transport.topic_refuses_plain_http, FULL, with_document(tokens.TOPIC_POLICY)),
    (messaging.queue_is_encrypted, FULL, with_input(tokens.QUEUE, kmsMasterKeyId="")),
    (messaging.queue_is_encrypted, FULL, with_input(tokens.QUEUE, kmsMasterKeyId="alias/aws/sqs")),
    (
        messaging.queue_is_encrypted_under_own_key,
        FULL,
        with_input(tokens.QUEUE, kmsMasterKeyId=None, sqsManagedSseEnabled=True),
    ),
    (messaging.queue_hears_events_only, FULL, with_statement(tokens.QUEUE_POLICY, **OPEN_QUEUE)),
    (
        messaging.queue_hears_events_only,
        FULL,
        with_statement(tokens.QUEUE_POLICY, Principal="*", Action="sqs:SendMessage"),
    ),
    (
        messaging.queue_keeps_what_fails,
        FULL,
        with_input(tokens.QUEUE, "uploads-queue", redrivePolicy=None),
    ),
    (
        messaging.queue_keeps_what_fails,
        FULL,
        with_input(
            tokens.QUEUE,
            "uploads-queue",
            redrivePolicy=json.dumps({"deadLetterTargetArn": "x", "maxReceiveCount": 4}),
        ),
    ),
    (
        messaging.dead_letters_come_from_their_queue,
        FULL,
        with_input(tokens.QUEUE, "dead-letters", redriveAllowPolicy=None),
    ),
    (
        messaging.dead_letters_outlive_their_queue,
        FULL,
        with_input(tokens.QUEUE, "dead-letters", messageRetentionSeconds=3600),
    ),
    (
        messaging.topic_is_encrypted_under_own_key,
        FULL,
        with_input(tokens.TOPIC, kmsMasterKeyId="alias/aws/sns"),
    ),
    (
        messaging.subscription_keeps_what_fails,
        FULL,
        with_resource(tokens.SUBSCRIPTION, protocol="https", endpoint="https://example.com"),
    ),
    (
        table.table_can_be_brought_back,
        FULL,
        with_input(tokens.TABLE, pointInTimeRecovery={"enabled": False}),
    ),
    (
        table.table_refuses_to_be_deleted,
        FULL,
        with_input(tokens.TABLE, deletionProtectionEnabled=False),
    ),
    (table.table_grows_with_its_use, FULL, with_input(tokens.TABLE, billingMode="PROVISIONED")),
    (
        table.table_is_encrypted_under_own_key,
        FULL,
        with_input(tokens.TABLE, serverSideEncryption={"enabled": True}),
    ),
    (
        function.function_has_a_supported_runtime,
        FULL,
        with_input(tokens.FUNCTION, runtime="python3.9"),
    ),
    (function.function_has_a_chosen_size, FULL, with_input(tokens.FUNCTION, memorySize=None)),
    (function.function_has_a_chosen_size, FULL, with_input(tokens.FUNCTION, timeout=None)),
    (
        function.function_environment_holds_no_secret,
        FULL,
        with_input(tokens.FUNCTION, environment=SECRET),
    ),
    (
        function.function_environment_holds_no_secret,
        FULL,
        with_input(tokens.FUNCTION, environment=ACCESS_KEY),
    ),
    (
        function.function_environment_is_encrypted_under_own_key,
        FULL,
        with_input(tokens.FUNCTION, kmsKeyArn=None),
    ),
    (
        function.function_is_traced,
        FULL,
        with_input(tokens.FUNCTION, tracingConfig={"mode": "PassThrough"}),
    ),
    (
        function.function_runs_layers_of_its_account,
        FULL,
        with_input(tokens.FUNCTION, layers=["arn:aws:lambda:us-east-1:999999999999:layer:x:1"]),
    ),
    (
        function.function_survives_a_zone,
        FULL,
        with_input(tokens.FUNCTION, vpcConfig={"subnetIds": ["subnet-0a", "subnet-0a"]}),
    ),
    (function.queue_hides_messages_long_enough, FULL, with_input(tokens.FUNCTION, timeout=900)),
    (
        function.queue_hides_messages_long_enough,
        FULL,
        with_input(tokens.EVENT_SOURCE, maximumBatchingWindowInSeconds=1),
    ),
    (
        function.reserved_concurrency_covers_the_queue,
        FULL,
        with_input(tokens.FUNCTION, reservedConcurrentExecutions=49),
    ),
    (
        function.permission_names_its_source,
        DIRECT,
        with_input(tokens.PERMISSION, sourceAccount=None),
    ),
    (
        function.permission_names_its_source,
        DIRECT,
        with_input(tokens.PERMISSION, sourceArn="arn:aws:s3:::*"),
    ),
    (
        function.direct_events_are_kept_when_they_fail,
        DIRECT,
        with_input(tokens.INVOKE_CONFIG, destinationConfig=None),
    ),
    (
        function.function_is_invoked_by_one,
        FULL,
        with_resource(tokens.PERMISSION, {"function": tokens.FUNCTION}, principal="s3"),
    ),
    (
        access.role_is_for_lambda_alone,
        FULL,
        with_statement(
            tokens.ROLE, "", "assumeRolePolicy", Principal={"AWS": "*"}, Action="sts:AssumeRole"
        ),
    ),
    (access.role_is_for_lambda_alone, FULL, with_document(tokens.ROLE, key="assumeRolePolicy")),
    (
        access.role_has_no_managed_policy,
        FULL,
        with_input(tokens.ROLE, managedPolicyArns=["arn:aws:iam::aws:policy/Admin"]),
    ),
    (
        access.role_has_no_managed_policy,
        FULL,
        with_resource(tokens.ROLE_ATTACHMENT, policyArn="arn:aws:iam::aws:policy/Admin"),
    ),
    *(
        (
            access.role_policy_spells_out_what_it_allows,
            FULL,
            with_statement(tokens.ROLE_POLICY, **statement),
        )
        for statement in (
            {"Action": "s3:*", "Resource": "arn:aws:s3:::b"},
            {"Action": "s3:GetObject", "Resource": "*"},
            {"Action": "s3:GetObject", "Resource": "arn:aws:s3:::*/*"},
            {"NotAction": "s3:GetObject", "Resource": "arn:aws:s3:::b"},
        )
    ),
    (
        access.role_decrypts_with_named_keys_only,
        FULL,
        with_statement(
            tokens.ROLE_POLICY,
            Action=["kms:Decrypt"],
            Resource="arn:aws:kms:us-east-1:123456789012:key/*",
        ),
    ),
    *(
        (
            access.resource_policy_lets_in_services_for_one_source,
            FULL,
            with_statement(token, Action="x:Y", Resource="arn", Principal=principal),
        )
        for token in (tokens.BUCKET_POLICY, tokens.QUEUE_POLICY, tokens.TOPIC_POLICY)
        for principal in ("*", {"AWS": "999999999999"}, {"Service": "s3.amazonaws.com"})
    ),
    (
        access.resource_policy_lets_in_services_for_one_source,
        FULL,
        without_narrowing(tokens.QUEUE_POLICY, "aws:SourceAccount", "uploads"),
    ),
    (
        access.resource_policy_locks_nobody_out,
        FULL,
        with_statement(tokens.BUCKET_POLICY, Effect="Deny", Principal="*", Action="s3:*"),
    ),
    (key.key_rotates, FULL, with_input(tokens.KEY, enableKeyRotation=False)),
    (key.key_rotates, FULL, with_input(tokens.KEY, isEnabled=False)),
    (key.key_says_who_may_use_it, FULL, with_input(tokens.KEY, policy=None)),
    (
        key.key_says_who_may_use_it,
        FULL,
        with_statement(tokens.KEY, Principal={"AWS": "*"}, Action="kms:Decrypt", Resource="*"),
    ),
    (
        key.key_says_who_may_use_it,
        FULL,
        without_narrowing(tokens.KEY, "kms:EncryptionContext:aws:logs:arn"),
    ),
    (key.key_is_hard_to_lose, FULL, with_input(tokens.KEY, deletionWindowInDays=7)),
    (key.key_is_hard_to_lose, FULL, unprotected(tokens.KEY)),
    (
        network.nobody_connects_from_outside,
        FULL,
        with_input(tokens.INGRESS, cidrIpv4="0.0.0.0/0"),
    ),
    (network.all_traffic_is_https, FULL, with_input(tokens.INGRESS, toPort=65535)),
    (network.all_traffic_is_https, FULL, with_input(tokens.EGRESS, ipProtocol="-1")),
    (network.function_connects_to_aws_alone, FULL, with_input(tokens.EGRESS, cidrIpv6="::/0")),
    (network.ways_are_described, FULL, with_input(tokens.EGRESS, description=None)),
    (network.security_group_is_used, FULL, with_resource(tokens.SECURITY_GROUP)),
    (
        network.endpoint_lets_one_role_through,
        FULL,
        without_narrowing(tokens.ENDPOINT, "aws:PrincipalArn"),
    ),
    (network.endpoint_lets_one_role_through, FULL, with_input(tokens.ENDPOINT, policy=None)),
    (
        network.endpoint_lets_one_role_through,
        FULL,
        with_statement(
            tokens.ENDPOINT,
            Resource="*",
            Condition={"ArnEquals": {"aws:PrincipalArn": "arn:aws:iam::123456789012:role/x"}},
        ),
    ),
    (network.objects_and_records_stay_inside, FULL, without(tokens.ENDPOINT, "-dynamodb")),
    (monitoring.alarm_tells_somebody, FULL, with_input(tokens.ALARM, alarmActions=[])),
    (monitoring.alarm_tells_somebody, FULL, with_input(tokens.ALARM, actionsEnabled=False)),
    (monitoring.logs_end_some_day, FULL, with_input(tokens.LOG_GROUP, retentionInDays=None)),
    (monitoring.logs_are_kept_for_a_year, FULL, with_input(tokens.LOG_GROUP, retentionInDays=364)),
    (
        monitoring.logs_are_encrypted_under_own_key,
        FULL,
        with_input(tokens.LOG_GROUP, kmsKeyId=None),
    ),
    *(
        (
            monitoring.everything_says_what_it_belongs_to,
            FULL,
            with_input(tokens.TABLE, tags={kept: "x"}),
        )
        for kept in monitoring.TAGS
    ),
)


@pytest.mark.parametrize(
    ("rule", "case", "breakage"),
    CASES,
    ids=[f"{number}-{rule.id}" for number, (rule, _, _) in enumerate(CASES)],
)
def test_a_rule_fails_on_a_stack_that_breaks_it(rule: Rule, case: Case, breakage: Breakage) -> None:
    stack = deployed(case)
    assert list(unsuppressed(rule.violations(stack))) == []
    assert list(unsuppressed(rule.violations(breakage(stack))))


def test_every_rule_has_a_stack_that_breaks_it() -> None:
    assert {rule.id for rule in RULES} == {rule.id for rule, _, _ in CASES}
