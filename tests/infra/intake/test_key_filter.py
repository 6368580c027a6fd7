"""Proves how filters combine, on cases from the pages of AWS."""

import json

import pytest

from infra.intake.key_filter import KeyFilter, event_pattern, s3_filter_value
from tests.infra.conftest import DeployStack

NOTIFICATION = "s3/bucketNotification:BucketNotification"


def test_any_key_will_do_without_filters() -> None:
    assert list(KeyFilter().pairs()) == [("", "")]
    assert event_pattern("uploads", KeyFilter())["detail"] == {"bucket": {"name": ["uploads"]}}


def test_an_asterisk_in_a_filter_is_meant_literally() -> None:
    pattern = event_pattern("uploads", KeyFilter(prefixes=["a*b\\"], suffixes=[".jpg"]))
    assert pattern["detail"] == {
        "bucket": {"name": ["uploads"]},
        "object": {"key": [{"wildcard": "a\\*b\\\\*.jpg"}]},
    }


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("in/", "in/"),
        ("new folder/", "new+folder/"),
        ("year=2026/", "year%3D2026/"),
        ("a+b/", "a%2Bb/"),
        ("größe/", "gr%C3%B6%C3%9Fe/"),
        ("100%/", "100%25/"),
        ("~ann&bob@x:y,z?/", "%7Eann%26bob%40x%3Ay%2Cz%3F/"),
        ("!-_.'()Az09.jpg", "!-_.'()Az09.jpg"),
    ],
)
def test_a_filter_of_s3_has_a_plus_for_a_space_and_percents_for_what_is_not_safe(
    part: str, value: str
) -> None:
    """Safe characters of keys: Amazon S3 User Guide, "Naming Amazon S3 objects"; `=` failed
    unencoded in aws/aws-cdk#28012."""
    assert s3_filter_value(part) == value


@pytest.mark.parametrize("trigger", ["sqs", "s3"])
def test_filters_are_encoded_for_s3(trigger: str, deploy_stack: DeployStack) -> None:
    filters = {"keyPrefixes": ["new folder/"], "keySuffixes": ["=a.jpg"]}
    inputs = deploy_stack("dev", trigger=trigger, **filters).one(NOTIFICATION).inputs
    (rule,) = inputs["queues" if trigger == "sqs" else "lambdaFunctions"]
    assert (rule["filterPrefix"], rule["filterSuffix"]) == ("new+folder/", "%3Da.jpg")


def test_filters_are_not_encoded_for_eventbridge(deploy_stack: DeployStack) -> None:
    deployment = deploy_stack("dev", trigger="eventbridge", keyPrefixes=["new folder=/"])
    pattern = json.loads(deployment.one("cloudwatch/eventRule:EventRule").inputs["eventPattern"])
    assert pattern["detail"]["object"]["key"] == [{"wildcard": "new folder=/*"}]
