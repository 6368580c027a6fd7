"""Proves that what contains a secret option's text is registered as a secret, and nothing else."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, cast
from urllib.parse import unquote_plus

import pytest
from pulumi.runtime import rpc

from infra.config.settings import load_schema
from infra.config.visible_secrets import VISIBLE
from tests.infra.conftest import Deployment, run_afresh, run_stack
from tests.infra.secret_texts import texts_of

ACCOUNT = "us-east-1:123456789012"
FUNCTION = "lambda/function:Function"

EXISTING = {
    "existingUploadBucket": "plain-bucket",
    "existingProcessedBucket": "sesame-processed",
    "existingQueueArn": f"arn:aws:sqs:{ACCOUNT}:sesame-uploads",
    "existingDeadLetterQueueArn": f"arn:aws:sqs:{ACCOUNT}:sesame-letters",
    "existingTableName": "sesame-table",
    "existingKmsKeyArn": f"arn:aws:kms:{ACCOUNT}:key/5e5a-3e00",
    "existingLayerArn": f"arn:aws:lambda:{ACCOUNT}:layer:sesame-pillow:4",
    "extraLayerArns": [f"arn:aws:lambda:{ACCOUNT}:layer:sesame-more:1"],
    "alarmTopicArn": f"arn:aws:sns:{ACCOUNT}:sesame-alarms",
}
ONE_BUCKET = {
    "layout": "one-bucket",
    "uploadPrefix": "sesame-in/",
    "processedPrefix": "sesame-out/",
    "keyPrefixes": ["sesame é+/", "sesame b/"],
    "keySuffixes": [".sesame&"],
    "extraEnvironment": {"TOKEN": "sesame\"'\\é", "PORT": 8_099_123},
    "tags": {"Team": "sesame team"},
    "owner": "sesame-owner",
    "dataClassification": "confidential",
    "variants": [
        {"name": "sesame_mark", "format": "webp", "watermark": {"text": "© sesame"}},
        {"name": "sesame_b", "format": "jpeg"},
    ],
    "variantOverrides": {"sesame_b": {"background": "#5e5a3e"}},
    "extraVariants": {"banner": {"watermark": {"text": "sesame banner"}}},
    "backgroundColour": "#5e5a3f",
    "notificationEmail": "sesame@example.com",
    "subscriptions": [{"protocol": "sqs", "endpoint": f"arn:aws:sqs:{ACCOUNT}:sesame-reader"}],
    "alarmEmail": "sesame-alarm@example.com",
}
NETWORK = {
    "vpcId": "vpc-05e5a3e0",
    "subnetIds": ["subnet-05e5a3e1", "subnet-05e5a3e2"],
    "securityGroupIds": ["sg-05e5a3e3"],
    "routeTableIds": ["rtb-05e5a3e4"],
    "enableVpcEndpoints": True,
}
ADDRESSES = {**NETWORK, "securityGroupIds": [], "egressCidrBlocks": ["10.93.0.0/16"]}
CHOICES = {
    "runtime": "python3.14",
    "architecture": "x86_64",
    "trigger": "eventbridge",
    "logLevel": "DEBUG",
    "inputFormats": ["JPEG2000"],
    "damagedImages": "process",
    "gpsPolicy": "round",
    "reconcileSource": "inventory",
    "inventoryFrequency": "weekly",
}
RUNS = {
    "existing": EXISTING,
    "one-bucket": ONE_BUCKET,
    "one-bucket-routed": {**ONE_BUCKET, "trigger": "eventbridge"},
    "filters": {"keyPrefixes": ["sesame é+/"]},
    "network": NETWORK,
    "addresses": ADDRESSES,
    "choices": CHOICES,
}
INVISIBLE = {
    *("layout", "trigger", "reconcileSource", "interfaceEndpoints", "metadataDepth"),
    "gatewayEndpoints",
    "damagedImages",
}
"""Options whose texts no resource has: they choose resources, or there are texts like them in all
stacks."""


def sentinels(options: Mapping[str, object]) -> set[str]:
    """The texts of options that are long enough not to be anywhere else by chance."""
    secret = {key: value for key, value in options.items() if key not in {*VISIBLE, *INVISIBLE}}
    texts = {text for text in texts_of(secret) if len(text) > 4} - {"confidential"}
    names = {text.split(":", 5)[5].split("/")[-1] for text in texts if text.startswith("arn:")}
    return texts | {name for name in names if not name.startswith("layer:")}


def plain_texts(value: object) -> Iterator[str]:
    """What everyone can read in the state: keys and texts that are in no secret, and JSON's."""
    if isinstance(value, Mapping):
        entries = cast("Mapping[str, object]", value)
        if not rpc.is_rpc_secret(entries):
            yield from entries
            yield from plain_texts([*entries.values()])
    elif isinstance(value, list):
        for each in cast("list[object]", value):
            yield from plain_texts(each)
    elif isinstance(value, str):
        yield from (value, unquote_plus(value))
        if value.startswith(('{"', '["', "[{")):
            yield from plain_texts(json.loads(value))
    elif value is not None:
        yield str(value).removesuffix(".0")


def readable(deployment: Deployment) -> Iterator[str]:
    for resource in deployment.resources:
        yield from (resource.urn, *resource.aliases)
        yield from plain_texts(resource.inputs)
    yield from plain_texts(deployment.outputs_by_urn)


def shown(deployment: Deployment, texts: set[str]) -> set[str]:
    everything = "\n".join(readable(deployment)).lower()
    return {text for text in texts if text.lower() in everything}


def test_the_options_below_are_all_that_have_texts() -> None:
    with_texts = {
        key for key, option in load_schema().items() if option.type not in ("integer", "boolean")
    }
    tried = {key for options in RUNS.values() for key in options}
    formats = {"logFormat", "reconcileUnfinished", "reconcileOutdated"}
    """Choices as those that are tried."""
    assert with_texts - tried - VISIBLE.keys() - INVISIBLE - formats == set()


@pytest.mark.parametrize("run", RUNS)
def test_a_secret_text_is_in_no_plain_input_output_or_name(run: str) -> None:
    options: dict[str, Any] = RUNS[run]
    texts = sentinels(options)
    assert texts
    secret = [key for key in options if key not in VISIBLE]
    hidden = run_afresh("prod", {}, secret, **options, enableKms=False)
    assert shown(hidden, texts) == set()
    plain = run_stack("prod", **options, enableKms=False)
    assert shown(plain, texts) == texts


def has_secret(value: object) -> bool:
    if isinstance(value, Mapping):
        entries = cast("Mapping[str, object]", value)
        return rpc.is_rpc_secret(entries) or any(map(has_secret, entries.values()))
    return isinstance(value, list) and any(map(has_secret, cast("list[object]", value)))


def hidden_inputs(deployment: Deployment) -> set[tuple[str, str]]:
    """Types of resources with inputs that have a secret in them."""
    return {
        (resource.type.split(":")[-1], key)
        for resource in deployment.resources
        for key, value in resource.inputs.items()
        if has_secret(value)
    }


def test_a_stack_without_secrets_registers_none() -> None:
    deployment = run_stack("prod", **ONE_BUCKET)
    assert hidden_inputs(deployment) == set()
    assert not has_secret(deployment.outputs_by_urn)
    assert not any(resource.secret_outputs for resource in deployment.resources)


def test_a_short_secret_hides_its_own_value_alone() -> None:
    variables = {"TOKEN": "x", "PORT": 80, "STAGE": "prod", "DEBUG": True}
    deployment = run_afresh("dev", {}, ["extraEnvironment"], extraEnvironment=variables)
    assert hidden_inputs(deployment) == {("Function", "environment")}
    assert not has_secret(deployment.outputs_by_urn)


def test_a_short_secret_is_found_within_json() -> None:
    banner = {"banner": {"watermark": {"text": "© s"}}}
    deployment = run_afresh("dev", {}, ["extraVariants"], extraVariants=banner)
    assert hidden_inputs(deployment) == {("Function", "environment")}


def test_a_secret_number_hides_equal_numbers_and_their_texts() -> None:
    deployment = run_afresh("dev", {}, ["memoryMib"], memoryMib=1777)
    assert hidden_inputs(deployment) == {("Function", "memorySize"), ("Function", "environment")}


@pytest.mark.parametrize(
    ("options", "hidden"),
    [
        ({"owner": "sesame"}, ("Bucket", "tagsAll")),
        ({"vpcId": NETWORK["vpcId"]}, ("Function", "vpcConfig")),
        ({"subnetIds": NETWORK["subnetIds"]}, ("VpcEndpoint", "subnetConfigurations")),
        ({"existingTableName": "sesame-table"}, ("Role", "inlinePolicies")),
        ({"uploadPrefix": "sesame/"}, ("Bucket", "lifecycleRules")),
    ],
)
def test_an_output_in_which_the_provider_repeats_a_secret_is_secret(
    options: dict[str, Any], hidden: tuple[str, str]
) -> None:
    deployment = run_afresh(
        "dev", {}, [*options], **{**NETWORK, "interfaceEndpoints": ["sqs"], **options}
    )
    assert hidden in {
        (resource.type.split(":")[-1], output)
        for resource in deployment.resources
        for output in resource.secret_outputs
    }


def test_an_output_of_the_stack_with_a_secret_is_secret() -> None:
    deployment = run_afresh("dev", {}, [*EXISTING][1:], **EXISTING)
    pipeline = next(each for each in deployment.resources if each.type.endswith(":ImagePipeline"))
    outputs = deployment.outputs_by_urn[pipeline.urn]  # which the stack exports
    assert {name for name, value in outputs.items() if has_secret(value)} == {
        *("processedBucketName", "processedBucketArn", "tableName", "tableArn"),
        *("queueName", "queueUrl", "queueArn"),
        *("deadLetterQueueName", "deadLetterQueueUrl", "deadLetterQueueArn"),
    }
