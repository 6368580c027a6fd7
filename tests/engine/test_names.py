"""Proves that names of pulumi-aws and of the Terraform provider find each other."""

import pytest

from engine.bridge.names import argument, camel, properties, property_of, snake, terraform_type


@pytest.mark.parametrize(
    ("pulumi", "terraform"),
    [
        ("name", "name"),
        ("maxReceiveCount", "max_receive_count"),
        ("kmsMasterKeyId", "kms_master_key_id"),
        ("s3KeyPrefix", "s3_key_prefix"),
    ],
)
def test_a_name_is_written_in_the_way_of_either_side(pulumi: str, terraform: str) -> None:
    assert snake(pulumi) == terraform
    assert camel(terraform) == pulumi


@pytest.mark.parametrize(
    ("token", "expected"),
    [
        ("aws:sqs/queue:Queue", "aws_sqs_queue"),
        ("aws:ec2/vpc:Vpc", "aws_vpc"),
        ("aws:s3/bucketV2:BucketV2", "aws_s3_bucket"),
        ("aws:sqs/nothing:Nothing", None),
    ],
)
def test_a_token_names_a_type_that_the_provider_has(token: str, expected: str | None) -> None:
    assert terraform_type(token, {"aws_sqs_queue", "aws_vpc", "aws_s3_bucket"}) == expected


@pytest.mark.parametrize(
    ("key", "known", "expected"),
    [
        ("rules", {"rule"}, "rule"),
        ("policies", {"policy"}, "policy"),
        ("tags", {"tags", "tag"}, "tags"),
        ("function", {"function_name"}, "function_name"),
        ("function", {"function", "function_name"}, "function"),
        ("name", {"alarm_name"}, "alarm_name"),
        ("colour", {"rule"}, None),
    ],
)
def test_a_property_stands_for_an_argument(key: str, known: set[str], expected: str | None) -> None:
    assert argument(key, known) == expected


def test_a_property_is_called_as_in_the_package() -> None:
    lifecycle = properties("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration")
    assert property_of("rule", lifecycle) == "rules"
    function = properties("aws:lambda/function:Function")
    assert property_of("function_name", function) == "name"
    assert property_of("memory_size", function) == "memorySize"
    assert "qualifiedArn" in function


def test_it_is_known_which_properties_of_the_package_are_lists() -> None:
    function = properties("aws:lambda/function:Function")
    assert (function["architectures"], function["memorySize"]) == (True, False)
    mapping = properties("aws:lambda/eventSourceMapping:EventSourceMapping")
    assert (mapping["topics"], mapping["queues"]) == (True, False)
