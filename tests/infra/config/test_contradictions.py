"""Proves that options which contradict each other are refused, and the reason that is given."""

from collections.abc import Mapping

import pytest

from tests.infra.config.test_settings import problems


@pytest.mark.parametrize(
    ("config", "key", "why"),
    [
        ({"reservedConcurrency": "5"}, "reservedConcurrency", "at least maxConcurrency"),
        ({"batchSize": "11"}, "batchSize", "need a batchWindowSeconds"),
        (
            {"provisionedConcurrency": "5", "provisionedConcurrencyMax": "5"},
            *("provisionedConcurrencyMax", "more than provisionedConcurrency"),
        ),
        (
            {"enableSnapStart": "true", "provisionedConcurrency": "1"},
            *("enableSnapStart", "cannot be combined with provisionedConcurrency"),
        ),
        (
            {"enableSnapStart": "true", "ephemeralStorageMib": "1024"},
            *("enableSnapStart", "more than 512 MiB"),
        ),
        (
            {"enableProtection": "true", "forceDestroy": "true"},
            *("enableProtection", "contradicts forceDestroy"),
        ),
        ({"infrequentAccessAfterDays": "29"}, "infrequentAccessAfterDays", "at least 30"),
        (
            {"infrequentAccessAfterDays": "30", "glacierAfterDays": "59"},
            *("glacierAfterDays", "at least 60"),
        ),
        (
            {"enableIntelligentTiering": "true", "glacierAfterDays": "1"},
            *("enableIntelligentTiering", "cannot be combined"),
        ),
        (
            {"glacierAfterDays": "90", "outputExpirationDays": "90"},
            *("outputExpirationDays", "more than the 90 days"),
        ),
        (
            {"extraEnvironment": '{"VARIANTS": "[]"}'},
            "extraEnvironment.VARIANTS",
            "VARIANTS cannot be set",
        ),
        (
            {"extraEnvironment": '{"AWS_REGION": "x"}'},
            "extraEnvironment.AWS_REGION",
            "AWS_REGION cannot",
        ),
        ({"extraLayerArns": '["layer"]'}, "extraLayerArns[0]", "pattern"),
        (
            {
                "alarmEmail": "a@example.com",
                "alarmTopicArn": "arn:aws:sns:us-east-1:123456789012:t",
            },
            *("alarmEmail", "cannot be combined with alarmTopicArn"),
        ),
        ({"enableAlarms": "true", "logLevel": "ERROR"}, "enableAlarms", "not logged at logLevel"),
        ({"enableAlarms": "true", "logFormat": "text"}, "enableAlarms", "counts JSON lines"),
        ({"enableDashboard": "true", "logFormat": "text"}, "enableDashboard", "counts JSON lines"),
        ({"vpcId": "vpc-0a"}, "vpcId", "goes with subnetIds"),
        ({"subnetIds": '["subnet-0a"]'}, "subnetIds", "at least 2"),
        (
            {"vpcId": "vpc-0a", "subnetIds": '["subnet-0a", "subnet-0b"]'},
            *("vpcId", "could reach nothing"),
        ),
        ({"enableVpcEndpoints": "true"}, "enableVpcEndpoints", "needs routeTableIds"),
        ({"alarmPeriodSeconds": "90"}, "alarmPeriodSeconds", "multiple of 60"),
        ({"trigger": "sns"}, "trigger", "'eventbridge'"),
        ({"keyPrefixes": '["a/", "a/b/"]'}, "keyPrefixes[1]", "'a/b/' begins with 'a/'"),
        ({"keySuffixes": '[".jpg", "x.jpg"]'}, "keySuffixes[1]", "'x.jpg' ends with '.jpg'"),
        ({"keySuffixes": '[""]'}, "keySuffixes[0]", "at least 1"),
        ({"dataClassification": "secret"}, "dataClassification", "'confidential'"),
    ],
)
def test_options_that_contradict_each_other_are_refused(
    config: Mapping[str, str], key: str, why: str
) -> None:
    assert why in problems(config)[f"imagepipe:{key}"].why
