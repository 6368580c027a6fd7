"""Rules for Lambda functions, their event sources and their failure destinations."""

import re
from collections.abc import Iterator

from policy.documents import account_of
from policy.model import UNKNOWN, Finding, Level, Stack, dig, is_at_least, listed, rule
from policy.tokens import (
    BUCKET_NOTIFICATION,
    EVENT_SOURCE,
    EVENT_TARGET,
    FUNCTION,
    INVOKE_CONFIG,
    PERMISSION,
    QUEUE,
)

SUPPORTED_RUNTIMES = ("python3.11", "python3.12", "python3.13", "python3.14")
"""https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html"""
VISIBILITY_TIMEOUTS = 6
"""https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html"""
DEFAULT_VISIBILITY_SECONDS = 30
DEFAULT_TIMEOUT_SECONDS = 3
LEAST_SUBNETS = 2
SECRET_NAME = re.compile(r"SECRET|PASSW|PRIVATE_?KEY|API_?KEY|ACCESS_?KEY|TOKEN|CREDENTIAL", re.I)
SECRET_VALUE = re.compile(r"\b(AKIA|ASIA)[A-Z0-9]{16}\b|-----BEGIN [A-Z ]*PRIVATE KEY-----")


@rule(
    Level.ALWAYS,
    *("Lambda.2", "nag L1", "CKV_AWS_363"),
    next_step=f"set runtime to one of {', '.join(SUPPORTED_RUNTIMES)}",
)
def function_has_a_supported_runtime(stack: Stack) -> Iterator[Finding]:
    """The runtime still gets security patches."""
    for function in stack.of_type(FUNCTION):
        runtime = function.inputs.get("runtime")
        if runtime not in (*SUPPORTED_RUNTIMES, UNKNOWN):
            yield function, f"its runtime is {runtime}"


@rule(
    Level.ALWAYS,
    *("Serverless/LambdaDefaultMemorySize", "Serverless/LambdaFunctionDefaultTimeout"),
    next_step="set memorySize and timeout",
)
def function_sets_memory_and_timeout(stack: Stack) -> Iterator[Finding]:
    """Memory and timeout are set, so that Lambda's 128 MB and 3 seconds do not apply."""
    for function in stack.of_type(FUNCTION):
        for key in ("memorySize", "timeout"):
            if not function.inputs.get(key):
                yield function, f"it has no {key}"


@rule(
    Level.ALWAYS,
    "CKV_AWS_45",
    next_step="store it in Secrets Manager or Parameter Store and let the role read it",
)
def function_environment_has_no_secrets(stack: Stack) -> Iterator[Finding]:
    """Reading the function's configuration reveals no secret."""
    for function in stack.of_type(FUNCTION):
        variables = dig(function.inputs, "environment", "variables")
        for name, value in () if variables in (None, UNKNOWN) else variables.items():
            if SECRET_NAME.search(name) or SECRET_VALUE.search(str(value)):
                yield function, f"the environment variable {name} looks like a secret"


@rule(Level.PROD, "CKV_AWS_173", next_step="set kmsKeyArn to a key of your own: set enableKms")
def function_environment_uses_a_customer_managed_key(stack: Stack) -> Iterator[Finding]:
    """Reading the environment variables requires access to a key of yours."""
    for function in stack.of_type(FUNCTION):
        if not function.inputs.get("kmsKeyArn"):
            yield function, "its environment is not encrypted with a customer-managed key"


@rule(
    Level.PROD,
    *("Lambda.7", "CKV_AWS_50", "Serverless/LambdaTracing"),
    next_step="set tracingConfig to Active: set enableXray",
)
def function_is_traced(stack: Stack) -> Iterator[Finding]:
    """X-Ray traces show where an invocation spends its time."""
    for function in stack.of_type(FUNCTION):
        if dig(function.inputs, "tracingConfig", "mode") not in ("Active", UNKNOWN):
            yield function, "tracing is off"


@rule(
    Level.ALWAYS,
    "prowler awslambda_function_using_cross_account_layers",
    next_step="publish the layer in the account of the function",
    options=("extraLayerArns",),
)
def function_layers_are_from_its_account(stack: Stack) -> Iterator[Finding]:
    """No other account can change the code of a layer."""
    for function in stack.of_type(FUNCTION):
        role = function.inputs.get("role")
        for layer in listed(function.inputs.get("layers")):
            if UNKNOWN not in (layer, role) and account_of(layer) != account_of(str(role)):
                yield function, f"the layer {layer} is from another account"


@rule(Level.OPTION, "Lambda.5", next_step="give subnets in two availability zones or more")
def function_has_two_subnets(stack: Stack) -> Iterator[Finding]:
    """A function in a VPC can start when one availability zone is down.

    The rule counts subnets: their zones are not among the inputs.
    """
    for function in stack.of_type(FUNCTION):
        subnets = dig(function.inputs, "vpcConfig", "subnetIds")
        if subnets is not UNKNOWN and 0 < len(set(listed(subnets))) < LEAST_SUBNETS:
            yield function, "it has one subnet only"


@rule(
    Level.ALWAYS,
    "nag LambdaEventSourceSQSVisibilityTimeout",
    next_step=f"set visibilityTimeoutSeconds to {VISIBILITY_TIMEOUTS} times the function's timeout"
    " plus the batching window",
)
def queue_visibility_timeout_is_long_enough(stack: Stack) -> Iterator[Finding]:
    """A message in progress, or in a throttled batch, is not delivered a second time."""
    for source in stack.of_type(EVENT_SOURCE):
        window = source.inputs.get("maximumBatchingWindowInSeconds") or 0
        for function in stack.nearest(source, "functionName", FUNCTION):
            timeout = function.inputs.get("timeout") or DEFAULT_TIMEOUT_SECONDS
            for queue in stack.nearest(source, "eventSourceArn", QUEUE):
                hidden = queue.inputs.get("visibilityTimeoutSeconds", DEFAULT_VISIBILITY_SECONDS)
                if UNKNOWN in (window, timeout, hidden):
                    continue
                if hidden < (needed := VISIBILITY_TIMEOUTS * timeout + window):
                    yield queue, f"its visibility timeout is {hidden:g} s; {needed:g} s are needed"


@rule(
    Level.OPTION,
    "CKV_AWS_115",
    next_step="raise reservedConcurrentExecutions or lower the queue's maximumConcurrency",
)
def reserved_concurrency_covers_the_queue(stack: Stack) -> Iterator[Finding]:
    """Reserved concurrency covers the queue's: throttled batches use up receives.

    https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
    """
    for function in stack.of_type(FUNCTION):
        reserved = function.inputs.get("reservedConcurrentExecutions")
        total = sum(
            most
            for source in stack.about(function, EVENT_SOURCE, "functionName")
            if (most := dig(source.inputs, "scalingConfig", "maximumConcurrency"))
            and most is not UNKNOWN
        )
        if reserved is not None and reserved != -1 and not is_at_least(reserved, total):
            yield function, f"it reserves {reserved:g}, and the queue may invoke {total:g}"


@rule(
    Level.OPTION,
    *("Lambda.1", "CKV_AWS_301", "CKV_AWS_364"),
    next_step="name one service, and both sourceArn and sourceAccount",
)
def permission_names_its_source(stack: Stack) -> Iterator[Finding]:
    """A service may invoke a function for one source of one account.

    A bucket's ARN names no account: without sourceAccount, the bucket's next owner could invoke.
    """
    for permission in stack.of_type(PERMISSION):
        source, account = (permission.inputs.get(key) for key in ("sourceArn", "sourceAccount"))
        principal = str(permission.inputs.get("principal", ""))
        if not (source and account) or "*" in f"{source}{account}{principal}":
            yield permission, "it does not name one source of one account"


@rule(
    Level.OPTION,
    *("CKV_AWS_116", "Serverless/LambdaDLQ", "Serverless/LambdaAsyncFailureDestination"),
    next_step="add a FunctionEventInvokeConfig with an onFailure destination, or a"
    " deadLetterConfig to the function: set enableDlq",
    options=("enableDlq",),
)
def async_events_have_a_failure_destination(stack: Stack) -> Iterator[Finding]:
    """Events that S3 or a schedule sends to a function are kept when the function fails."""
    for notification in stack.of_type(BUCKET_NOTIFICATION):
        if notification.inputs.get("lambdaFunctions") and not any(
            dig(config.inputs, "destinationConfig", "onFailure", "destination")
            for config in stack.of_type(INVOKE_CONFIG)
        ):
            yield notification, "its function has no failure destination"
    for target in stack.of_type(EVENT_TARGET):
        for function in stack.nearest(target, "arn", FUNCTION):
            if not dig(function.inputs, "deadLetterConfig", "targetArn"):
                yield function, "it is invoked by a rule and has no dead-letter queue"


@rule(Level.ALWAYS, "WS1002", next_step="use one function or alias per source")
def function_has_one_event_source(stack: Stack) -> Iterator[Finding]:
    """A function has one event source, whose retry behaviour its handler is written for."""
    for function in stack.of_type(FUNCTION):
        sources = len(stack.about(function, EVENT_SOURCE, "functionName"))
        if sources + len(stack.about(function, PERMISSION, "function")) > 1:
            yield function, "it has several event sources"


RULES = (
    function_has_a_supported_runtime,
    function_sets_memory_and_timeout,
    function_environment_has_no_secrets,
    function_environment_uses_a_customer_managed_key,
    function_is_traced,
    function_layers_are_from_its_account,
    function_has_two_subnets,
    queue_visibility_timeout_is_long_enough,
    reserved_concurrency_covers_the_queue,
    permission_names_its_source,
    async_events_have_a_failure_destination,
    function_has_one_event_source,
)
