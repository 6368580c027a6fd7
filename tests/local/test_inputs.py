"""Proves that every input of a resource is read, or named in an error."""

from pathlib import Path

import pulumi
import pytest

from local.errors import LocalStackError
from local.inputs import Inputs

SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "value": "hidden"}
"""A secret as Pulumi writes it on the wire: sdk/python/lib/pulumi/runtime/rpc.py."""


def read(values: dict[str, object]) -> Inputs:
    return Inputs(values)


def test_inputs_that_were_all_read_are_accepted() -> None:
    inputs = read({"name": "photos", "delaySeconds": 5.0, "tags": {"team": "a"}})
    assert inputs.text("name") == "photos"
    assert inputs.integer("delaySeconds", default=0) == 5
    assert inputs.tags() == [{"Key": "team", "Value": "a"}]
    inputs.check_all_read()


def test_an_unread_property_is_named() -> None:
    inputs = read({"name": "photos", "fifoQueue": True})
    inputs.text("name")
    with pytest.raises(LocalStackError, match="the local stack lacks fifoQueue"):
        inputs.check_all_read()


def test_an_unread_nested_property_is_named_with_its_path() -> None:
    inputs = read({"rules": [{"id": "a"}, {"id": "b", "days": 3.0}]})
    for rule in inputs.each("rules"):
        rule.text("id")
    assert inputs.unread() == ["rules[1].days"]


def test_a_property_that_is_none_counts_as_missing() -> None:
    inputs = read({"kmsMasterKeyId": None})
    inputs.check_all_read()
    assert inputs.text_or_none("kmsMasterKeyId") is None


def test_the_rest_becomes_arguments_of_boto3_at_every_depth() -> None:
    inputs = read(
        {"batchSize": 5.0, "scalingConfig": {"maximumConcurrency": 2.0}, "kmsKeyArn": "k"}
    )
    assert inputs.rest(kmsKeyArn="KMSKeyArn") == {
        "BatchSize": 5,
        "ScalingConfig": {"MaximumConcurrency": 2},
        "KMSKeyArn": "k",
    }
    inputs.check_all_read()


def test_the_rest_leaves_out_what_was_read_before() -> None:
    inputs = read({"name": "photos", "description": "d"})
    inputs.text("name")
    assert inputs.rest() == {"Description": "d"}


def test_attributes_are_strings_by_aws_name() -> None:
    inputs = read({"delaySeconds": 5.0, "sqsManagedSseEnabled": True, "policy": '{"a": 1}'})
    names = {
        "delaySeconds": "DelaySeconds",
        "policy": "Policy",
        "sqsManagedSseEnabled": "SqsManagedSseEnabled",
    }
    assert inputs.attributes(names) == {
        "DelaySeconds": "5",
        "Policy": '{"a": 1}',
        "SqsManagedSseEnabled": "true",
    }


def test_a_secret_is_read_as_its_value() -> None:
    assert read({"endpoint": SECRET}).text("endpoint") == "hidden"


def test_a_missing_name_is_the_logical_name_with_a_random_suffix() -> None:
    names = {read({}).name("photos") for _ in range(2)}
    assert len(names) == 2
    assert all(name.startswith("photos-") for name in names)


@pytest.mark.parametrize("value", [True, "5"], ids=["boolean", "string"])
def test_a_value_of_the_wrong_type_is_an_error_that_names_the_property(value: object) -> None:
    with pytest.raises(LocalStackError, match="delaySeconds should be int"):
        read({"delaySeconds": value}).integer("delaySeconds", default=0)


def test_an_archive_that_is_not_a_file_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(LocalStackError, match=r"code should be a zip file, but .*gone\.zip is not"):
        read({"code": pulumi.FileArchive(str(tmp_path / "gone.zip"))}).archive("code")
