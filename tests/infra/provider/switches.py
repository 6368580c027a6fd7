"""Changes of one option of a deployed stack: all booleans, all `existing...`, and some others."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from infra.config.settings import load_schema
from tests.infra.config.test_existing import EVERYTHING, KEY
from tests.infra.test_layout import NETWORK

Options = Mapping[str, object]

BASES = ("dev", "prod")


@dataclass(frozen=True)
class Switch:
    """Two sets of options that a stack changes between, in both directions."""

    off: Options
    on: Options
    needs: Options = field(default_factory=dict[str, object])
    """What the program asks for in addition, the same on both sides."""


JOINED: Options = {
    **{key: value for key, value in NETWORK.items() if key != "enableVpcEndpoints"},
    "egressCidrBlocks": ["0.0.0.0/0"],
}
"""A VPC that the functions join."""

QUEUE_SUBSCRIPTION = [{"protocol": "sqs", "endpoint": "arn:aws:sqs:us-east-1:123456789012:photos"}]

EXTRAS: Options = {
    "extraPolicyArns": ["arn:aws:iam::123456789012:policy/photos"],
    "extraLayerArns": ["arn:aws:lambda:us-east-1:123456789012:layer:fonts:1"],
}

NEEDS: Mapping[str, Options] = {
    "enableProtection": {"forceDestroy": False},
    "enableRecords": {"enableReconciler": False},
    "enableVpcEndpoints": JOINED,
    "existingKmsKeyArn": {"enableKms": False},
    "existingQueueArn": {"existingUploadBucket": "photos-in", "replaceNotifications": True},
    "existingUploadBucket": {"replaceNotifications": True},
    "forceDestroy": {"enableProtection": False},
}


def _own_switch(option: str) -> Switch:
    off, on = ("", EVERYTHING[option]) if option in EVERYTHING else (False, True)
    return Switch({option: off}, {option: on}, NEEDS.get(option, {}))


ON_AND_OFF: Mapping[str, Switch] = {
    key: _own_switch(key)
    for key, option in load_schema().items()
    if option.type == "boolean" or key.startswith("existing")
}
"""Every boolean and every option that names an existing resource."""

CHOICES: Mapping[str, Switch] = {
    "sqs to s3": Switch({"trigger": "sqs"}, {"trigger": "s3"}),
    "sqs to eventbridge": Switch({"trigger": "sqs"}, {"trigger": "eventbridge"}),
    "s3 to eventbridge": Switch({"trigger": "s3"}, {"trigger": "eventbridge"}),
    "own key to existing": Switch(
        {"enableKms": True}, {"enableKms": False, "existingKmsKeyArn": KEY}
    ),
    "layout": Switch({}, {"layout": "one-bucket"}),
    "logFormat": Switch(
        {}, {"logFormat": "text"}, {"enableAlarms": False, "enableDashboard": False}
    ),
    "reconcileSource": Switch({}, {"reconcileSource": "inventory"}, {"enableReconciler": True}),
    "network": Switch({}, JOINED),
    "securityGroupIds": Switch(JOINED, {**JOINED, "securityGroupIds": ["sg-0a"]}),
    "ephemeralStorageMib": Switch({}, {"ephemeralStorageMib": 1024}),
    "reservedConcurrency": Switch({}, {"reservedConcurrency": 60}),
    "provisionedConcurrency": Switch(
        {}, {"provisionedConcurrency": 1, "provisionedConcurrencyMax": 3}, {"trigger": "s3"}
    ),
    "batches": Switch({}, {"batchSize": 1, "batchWindowSeconds": 10}),
    "filters": Switch({}, {"keyPrefixes": ["a/", "b/"], "keySuffixes": [".jpg"]}),
    "lifecycle": Switch({}, {"infrequentAccessAfterDays": 31, "outputExpirationDays": 60}),
    "notificationEmail": Switch({}, {"notificationEmail": "ops@example.com"}),
    "dead letters of subscriptions": Switch(
        {"enableDlq": True}, {"enableDlq": False}, {"subscriptions": QUEUE_SUBSCRIPTION}
    ),
    "dead letters of events": Switch(
        {"enableDlq": True}, {"enableDlq": False}, {"trigger": "eventbridge"}
    ),
    "extra policies and layers": Switch({}, EXTRAS),
    "alarmEmail": Switch({}, {"alarmEmail": "ops@example.com"}, {"enableAlarms": True}),
    "tags": Switch({}, {"tags": {"Team": "photos"}, "owner": "photos"}),
}
"""Other changes that add or remove inputs."""

SWITCHES: Mapping[str, tuple[str, Switch]] = {
    **{f"{key} on {base}": (base, each) for base in BASES for key, each in ON_AND_OFF.items()},
    **{f"{key} on dev": ("dev", each) for key, each in CHOICES.items()},
}
"""All of them by title, each with its stack."""
