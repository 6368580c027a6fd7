"""Proves that an option which changes nothing, as another one is off, is reported with a fix."""

import json
import logging

import pytest

from infra.config.settings import load_schema
from infra.config.without_effect import GATES, without_effect
from tests.infra.config.test_settings import parse
from tests.infra.conftest import run_afresh

SCHEMA = load_schema()
SUBNETS = {"vpcId": "vpc-0a", "subnetIds": '["subnet-0a", "subnet-0b"]'}
OFF = {
    "securityGroupIds has groups of yours": {**SUBNETS, "securityGroupIds": '["sg-0a"]'},
    "trigger s3 has no queue": {"trigger": "s3"},
    "enableVersioning is off": {"enableVersioning": "false"},
}
"""What the stack sets besides, where a gate is not off by default."""
TEXTS = {
    "alarmTopicArn": "arn:aws:sns:eu-west-1:123456789012:on-call",
    "alarmEmail": "a@example.com",
    "reconcileUnfinished": "report",
    "reconcileOutdated": "requeue",
    "reconcileSource": "inventory",
    "inventoryFrequency": "weekly",
    "uploadPrefix": "in/",
    "processedPrefix": "out/",
    "securityGroupIds": '["sg-0a"]',
    "egressCidrBlocks": '["10.0.0.0/16"]',
    "routeTableIds": '["rtb-0a"]',
    "gatewayEndpoints": '["s3"]',
    "interfaceEndpoints": '["sqs"]',
    "metadataDepth": "full",
    "enableVpcEndpoints": "true",
    "replaceNotifications": "true",
    "alarmPeriodSeconds": "60",
    "asyncMaxRetries": "1",
    "asyncMaxEventAgeSeconds": "60",
}
"""Values other than the defaults; for other options the default and one more will do."""
CASES = [(gate.needs, option) for gate in GATES for option in gate.options]


def other_value(option: str) -> str:
    return TEXTS.get(option) or json.dumps(int(str(SCHEMA[option].default)) + 1)


@pytest.mark.parametrize(("needs", "option"), CASES)
def test_an_option_without_effect_is_reported_with_what_is_missing(needs: str, option: str) -> None:
    config = {**OFF.get(needs, {}), option: other_value(option)}
    if option == "enableVpcEndpoints":
        config["routeTableIds"] = '["rtb-0a"]'
    warnings = without_effect(parse(config), SCHEMA)
    (warning,) = [each for each in warnings if each.startswith(f"{option} ") and needs in each]
    assert warning.endswith(f"pulumi config rm {option}")


def test_a_warning_names_the_command_that_gives_an_option_its_effect() -> None:
    (warning,) = without_effect(parse({"alarmEmail": "a@example.com"}), SCHEMA)
    assert warning == (
        "alarmEmail has no effect: enableAlarms is off."
        " To fix: pulumi config set enableAlarms true, or pulumi config rm alarmEmail"
    )


def test_options_with_an_effect_and_defaults_are_not_reported() -> None:
    assert without_effect(parse({}), SCHEMA) == []
    assert (
        without_effect(parse({"alarmEmail": "a@example.com", "enableAlarms": "true"}), SCHEMA) == []
    )
    assert without_effect(parse({"alarmPeriodSeconds": "300"}), SCHEMA) == []


def test_a_preview_shows_the_warning(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        run_afresh("dev", {}, alarmEmail="a@example.com")
    assert "alarmEmail has no effect" in caplog.text
