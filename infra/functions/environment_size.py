"""Whether Lambda takes the environment of a function, before anything is created."""

import json
from collections.abc import Mapping

import pulumi

from handler.contract import Variable
from infra.config.options import Settings
from infra.stack.naming import physical_name
from infra.stack.references import queue_url

MAX_ENVIRONMENT_BYTES = 4096
"""https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""

INVENTORY_FOLDERS = 20
"""Characters of the prefix of inventory lists besides the bucket's name."""

NAMED = 4
"""How many of the largest variables a message names."""


class EnvironmentTooLargeError(pulumi.RunError):
    """Lambda would refuse the variables. Pulumi prints a RunError without a traceback."""


def fitting_environment(
    role: str, variables: Mapping[str, pulumi.Input[str]], settings: Settings
) -> Mapping[str, pulumi.Input[str]]:
    """Return the variables of a function, if Lambda takes them.

    Args:
        role: the function's, in physical names.
        variables: those whose values are outputs are measured with the longest that they can be.

    Raises:
        EnvironmentTooLargeError: if they are too large together.
    """
    longest = _longest_outputs(settings)
    texts = {
        name: value if isinstance(value, str) else longest[name]
        for name, value in variables.items()
    }
    size_bytes = environment_bytes(texts)
    if size_bytes > MAX_ENVIRONMENT_BYTES:
        raise EnvironmentTooLargeError(_message(role, size_bytes, texts))
    return variables


def environment_bytes(variables: Mapping[str, str]) -> int:
    """Measure variables as Lambda does, which counts them as JSON, so that quotes count twice.

    Its message of refusal contains the text that it measured: "Lambda was unable to configure your
    environment variables because the environment variables you have provided exceeded the 4KB
    limit. String measured: {...}".
    """
    return len(json.dumps(variables, separators=(",", ":"), ensure_ascii=False).encode())


def _message(role: str, size_bytes: int, texts: Mapping[str, str]) -> str:
    sizes = {name: environment_bytes({name: text}) for name, text in texts.items()}
    largest = sorted(sizes, key=lambda name: sizes[name], reverse=True)[:NAMED]
    named = ", ".join(f"{name} ({sizes[name]})" for name in largest)
    return (
        f"the environment of the {role} takes {size_bytes} bytes, and Lambda takes"
        f" {MAX_ENVIRONMENT_BYTES}; nothing was created. The largest variables are {named}. Have"
        f" fewer or shorter ones: {Variable.VARIANTS} has the variants, {Variable.KEY_PREFIXES} and"
        f" {Variable.KEY_SUFFIXES} the filters, and extraEnvironment all that are not the program's"
    )


def _longest_outputs(settings: Settings) -> Mapping[str, str]:
    """Values of variables that AWS or the suffix of names make, at their full length."""

    def name(role: str) -> str:
        return physical_name(settings.name_prefix, settings.environment, role, "0" * 8)

    def arn(service: str, resource: str) -> str:
        return f"arn:aws:{service}:ap-southeast-1:{'0' * 12}:{resource}"

    bucket = settings.existing_upload_bucket or name("uploads")
    table = settings.existing_table_name or name("images")
    queue = settings.existing_queue_arn or arn("sqs", name("uploads"))
    dead_letters = settings.existing_dead_letter_queue_arn or arn("sqs", name("dead-letters"))
    return {
        Variable.UPLOAD_BUCKET: bucket,
        Variable.PROCESSED_BUCKET: settings.existing_processed_bucket or name("processed"),
        Variable.TABLE_NAME: table,
        Variable.TOPIC_ARN: settings.existing_topic_arn or arn("sns", name("images")),
        Variable.QUEUE_URL: queue_url(queue),
        Variable.DEAD_LETTER_QUEUE_URL: queue_url(dead_letters),
        Variable.REJECTED_QUEUE_URL: queue_url(arn("sqs", name("rejected-uploads"))),
        Variable.INVENTORY_BUCKET: name("inventory"),
        Variable.INVENTORY_PREFIX: f"{bucket}{'/' * INVENTORY_FOLDERS}",
        Variable.FUNCTION_ARN: arn("lambda", f"function:{name('processor')}:live"),
    }
