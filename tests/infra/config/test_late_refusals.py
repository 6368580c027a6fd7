"""Proves that values which AWS would refuse during the deployment are refused at the preview."""

import json

import pytest

from tests.infra.config.test_settings import parse, problems


@pytest.mark.parametrize(
    ("protocol", "endpoint"),
    [
        ("sqs", "https://sqs.eu-west-1.amazonaws.com/123456789012/photos"),
        ("lambda", "photos"),
        ("https", "http://example.com/hook"),
        ("email", "photos"),
    ],
)
def test_an_endpoint_that_is_none_of_its_protocol_is_refused(protocol: str, endpoint: str) -> None:
    given = json.dumps([{"protocol": protocol, "endpoint": endpoint}])
    (problem,) = problems({"subscriptions": given}).values()
    assert problem.key == "imagepipe:subscriptions[0].endpoint"
    assert f"with protocol {protocol}" in problem.why


def test_a_bucket_name_with_adjacent_periods_is_refused() -> None:
    given = {"replaceNotifications": "true", "existingUploadBucket": "a..b"}
    assert "imagepipe:existingUploadBucket" in problems(given)
    assert parse({**given, "existingUploadBucket": "a.b"}).existing_upload_bucket == "a.b"


def test_more_managed_policies_than_a_role_may_have_are_refused() -> None:
    arns = [f"arn:aws:iam::123456789012:policy/p{number}" for number in range(11)]
    assert "imagepipe:extraPolicyArns" in problems({"extraPolicyArns": json.dumps(arns)})
    assert len(parse({"extraPolicyArns": json.dumps(arns[:10])}).extra_policy_arns) == 10
