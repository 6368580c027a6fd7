"""Proves that what is known of the provider's inputs is what its own schema says."""

import os
import shutil

import pytest

from tests.infra.provider.optional_computed import (
    always_there,
    class_of,
    optional_computed,
    outputs_of,
    recorded_nested,
)
from tests.infra.provider.record_nested import (
    ProviderSchema,
    optional_computed_attributes,
    wire_name,
)

INIT_ARGUMENTS = "TF_CLI_ARGS_init"
"""Terraform's own variable."""


@pytest.fixture(scope="module")
def schema() -> ProviderSchema:
    """The schema as Terraform prints it; skipped where that would download the provider."""
    if shutil.which("terraform") is None:
        pytest.skip("terraform is not installed")
    if "-plugin-dir" not in os.environ.get(INIT_ARGUMENTS, ""):
        pytest.skip(f"{INIT_ARGUMENTS} names no -plugin-dir with Terraform's provider aws")
    return ProviderSchema.read()


def test_what_is_recorded_is_what_the_provider_says(schema: ProviderSchema) -> None:
    for token, paths in recorded_nested().items():
        assert sorted(".".join(path) for path in paths) == schema.nested(token), token


def test_the_sdk_shows_all_inputs_that_the_provider_calls_optional_and_computed(
    schema: ProviderSchema,
) -> None:
    for token in recorded_nested():
        outputs = outputs_of(class_of(token))
        attributes = optional_computed_attributes(schema.block(token))
        names = {wire_name(each, outputs) for each in attributes} - {None}  # `id` is Pulumi's own
        assert names <= always_there(token), token


def test_blocks_that_are_optional_and_computed_are_known_from_the_sdk() -> None:
    """Terraform's schema does not say so of blocks; the provider's source does."""
    blocks = {
        "aws:dynamodb/table:Table": ["serverSideEncryption", "pointInTimeRecovery", "ttl"],
        "aws:lambda/function:Function": ["ephemeralStorage", "loggingConfig", "tracingConfig"],
    }
    for token, names in blocks.items():
        assert {(name,) for name in names} <= optional_computed(token)
    only_optional = ("snapStart", "vpcConfig", "environment", "kmsKeyArn")
    function = optional_computed("aws:lambda/function:Function")
    assert function.isdisjoint({(name,) for name in only_optional})
