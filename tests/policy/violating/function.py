"""Stacks that break the rules for functions."""

from collections.abc import Sequence

from policy import tokens
from policy.rules import function
from tests.policy.breakages import with_input, with_resource
from tests.policy.violating.case import ASYNC, FULL, Violating

SECRET = {"variables": {"DATABASE_PASSWORD": "x"}}
ACCESS_KEY = {"variables": {"WHO": "AKIAIOSFODNN7EXAMPLE"}}

CASES: Sequence[Violating] = (
    (
        function.function_has_a_supported_runtime,
        FULL,
        with_input(tokens.FUNCTION, runtime="python3.9"),
    ),
    (function.function_sets_memory_and_timeout, FULL, with_input(tokens.FUNCTION, memorySize=None)),
    (function.function_sets_memory_and_timeout, FULL, with_input(tokens.FUNCTION, timeout=None)),
    (
        function.function_environment_has_no_secrets,
        FULL,
        with_input(tokens.FUNCTION, environment=SECRET),
    ),
    (
        function.function_environment_has_no_secrets,
        FULL,
        with_input(tokens.FUNCTION, environment=ACCESS_KEY),
    ),
    (
        function.function_environment_uses_a_customer_managed_key,
        FULL,
        with_input(tokens.FUNCTION, kmsKeyArn=None),
    ),
    (
        function.function_is_traced,
        FULL,
        with_input(tokens.FUNCTION, tracingConfig={"mode": "PassThrough"}),
    ),
    (
        function.function_layers_are_from_its_account,
        FULL,
        with_input(tokens.FUNCTION, layers=["arn:aws:lambda:us-east-1:999999999999:layer:x:1"]),
    ),
    (
        function.function_has_two_subnets,
        FULL,
        with_input(tokens.FUNCTION, vpcConfig={"subnetIds": ["subnet-0a", "subnet-0a"]}),
    ),
    (
        function.queue_visibility_timeout_is_long_enough,
        FULL,
        with_input(tokens.FUNCTION, timeout=900),
    ),
    (
        function.queue_visibility_timeout_is_long_enough,
        FULL,
        with_input(tokens.EVENT_SOURCE, maximumBatchingWindowInSeconds=1),
    ),
    (
        function.reserved_concurrency_covers_the_queue,
        FULL,
        with_input(tokens.FUNCTION, reservedConcurrentExecutions=49),
    ),
    (
        function.permission_names_its_source,
        ASYNC,
        with_input(tokens.PERMISSION, sourceAccount=None),
    ),
    (
        function.permission_names_its_source,
        ASYNC,
        with_input(tokens.PERMISSION, sourceArn="arn:aws:s3:::*"),
    ),
    (
        function.async_events_have_a_failure_destination,
        ASYNC,
        with_input(tokens.INVOKE_CONFIG, destinationConfig=None),
    ),
    (
        function.async_events_have_a_failure_destination,
        FULL,
        with_input(tokens.FUNCTION, "reconciler", deadLetterConfig=None),
    ),
    (
        function.function_has_one_event_source,
        FULL,
        with_resource(tokens.PERMISSION, {"function": tokens.FUNCTION}, principal="s3"),
    ),
)
