"""Proves what the policy documents say; that AWS enforces them so is shown by tests/local."""

import json
from collections.abc import Mapping, Sequence
from typing import cast

import pytest

from infra.stack import iam
from tests.infra.conftest import run_stack

BUCKET = "arn:aws:s3:::uploads"
QUEUE = "arn:aws:sqs:eu-west-1:123456789012:uploads"

GRANTS = [
    iam.consume_queues(QUEUE),
    iam.requeue_self(QUEUE),
    iam.reject_uploads(QUEUE),
    iam.send_to_dead_letter_queue(QUEUE),
    iam.read_uploads(BUCKET),
    iam.list_uploads(BUCKET),
    iam.write_variants(BUCKET),
    iam.read_upload_tags(BUCKET),
    iam.write_variant_tags(BUCKET),
    iam.write_records("arn:aws:dynamodb:eu-west-1:123456789012:table/images"),
    iam.publish("arn:aws:sns:eu-west-1:123456789012:images"),
    iam.write_logs("arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/f"),
    iam.use_key("arn:aws:kms:eu-west-1:123456789012:key/k"),
]


def _words(statement: Mapping[str, object], field: str) -> Sequence[str]:
    value = statement[field]
    return [value] if isinstance(value, str) else cast("Sequence[str]", value)


@pytest.mark.parametrize("grant", GRANTS, ids=lambda grant: str(grant["Sid"]))
def test_no_grant_allows_every_action_or_every_resource(grant: iam.Statement) -> None:
    assert all("*" not in action for action in _words(grant, "Action"))
    for resource in _words(grant, "Resource"):
        # only "the objects of this bucket" and "the streams of this log group"
        assert resource.removesuffix("/*").removesuffix(":*").count("*") == 0
        assert resource.startswith("arn:")


def test_the_queue_takes_messages_of_s3_for_one_bucket_of_one_account_only() -> None:
    deployment = run_stack("dev")
    policy = deployment.one("sqs/queuePolicy:QueuePolicy", "uploads-queue-policy")
    assert _statements(policy.inputs["policy"])[0] == {
        "Sid": "UploadEvents",
        "Effect": "Allow",
        "Principal": {"Service": "s3.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": deployment.outputs["queueArn"],
        "Condition": {
            "ArnLike": {"aws:SourceArn": deployment.outputs["uploadBucketArn"]},
            "StringEquals": {"aws:SourceAccount": "123456789012"},
        },
    }


@pytest.mark.parametrize("service", ["s3", "sqs", "sns"])
def test_requests_without_tls_are_denied_to_everybody(service: str) -> None:
    statement = iam.deny_plain_http(service, "arn:a", "arn:b")
    assert statement["Effect"] == "Deny"
    assert statement["Principal"] == "*"
    assert statement["Resource"] == ["arn:a", "arn:b"]
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def _statements(policy: str) -> Sequence[Mapping[str, object]]:
    return json.loads(policy)["Statement"]


def test_every_document_is_json_with_the_current_policy_version() -> None:
    document = json.loads(json.dumps(iam.document(*GRANTS)))
    assert document["Version"] == "2012-10-17"
    assert len({statement["Sid"] for statement in document["Statement"]}) == len(GRANTS)
