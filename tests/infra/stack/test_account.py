"""Proves that names of AWS's hosts end as botocore, the SDK of AWS, has them."""

import json
from pathlib import Path

import botocore

from infra.stack.account import dns_suffix
from infra.stack.naming import resource_tags


def test_hosts_of_each_partition_end_as_in_the_sdk() -> None:
    file = Path(botocore.__file__).parent / "data" / "partitions.json"
    partitions = json.loads(file.read_text(encoding="utf-8"))["partitions"]
    expected = {each["id"]: each["outputs"]["dnsSuffix"] for each in partitions}
    assert {"aws", "aws-cn", "aws-eusc"} <= set(expected)
    assert {name: dns_suffix(name) for name in expected} == expected


def test_a_tag_of_the_user_replaces_one_of_the_program() -> None:
    tags = resource_tags("imagepipe", "dev", {"Environment": "blue", "Team": "web"}, owner="ann")
    assert tags == {
        "Project": "imagepipe",
        "Environment": "blue",
        "ManagedBy": "pulumi",
        "Owner": "ann",
        "Team": "web",
    }
