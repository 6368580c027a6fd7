"""Start the local stack: an emulator with the program deployed to it."""

import contextlib
import json
import subprocess
import sys
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from pathlib import Path

from local import DEFAULT_NAME, ROOT, ministack
from local import emulator as emulators
from local.clients import Clients, connect
from local.deploy import deploy, stack_config
from local.emulator import Emulator
from local.errors import LocalStackError

STACK = "local"

SERVICES = (
    *("cloudwatch", "dynamodb", "events", "iam", "kms", "lambda"),
    *("logs", "s3", "sns", "sqs", "sts"),
)
"""Names of the services in `aws:endpoints`."""

ARCHITECTURES = {"x86_64": "x86_64", "aarch64": "arm64"}
"""Lambda's names of architectures, by the kernel's."""

LOG_EVENTS = 30


@dataclass(frozen=True, kw_only=True)
class LocalStack:
    """A running local stack, and clients with the credentials of its root user."""

    emulator: Emulator
    clients: Clients
    outputs: Mapping[str, str]
    """The stack's outputs by name."""

    def function_log_tail(self) -> str:
        """Return the last lines of the function's log."""
        events = self.clients.logs.filter_log_events(logGroupName=self.outputs["logGroupName"])
        lines = [event.get("message", "") for event in events["events"]]
        return "\n".join(lines[-LOG_EVENTS:]) or "(the function wrote nothing)"


def start(directory: Path, config: Mapping[str, object] | None = None) -> LocalStack:
    """Start an emulator and deploy the program to it as stack `local`.

    Args:
        directory: folder for all files of the local stack.
        config: overrides of Pulumi.yaml and Pulumi.local.yaml.

    Raises:
        LocalStackError: If the emulator or a resource fails, or the program reports an error, such
            as a wrong setting. No process or file is left then.
    """
    region = stack_config(ROOT, STACK)["aws:region"]
    emulator = emulators.start(directory, region=region)
    try:
        return deploy_to(emulator, connect(emulator), config)
    except BaseException:
        emulator.stop()
        raise


def deploy_to(
    emulator: Emulator, clients: Clients, config: Mapping[str, object] | None = None
) -> LocalStack:
    """Deploy the program to a running emulator; each call creates a separate stack."""
    overrides = {**machine_config(emulator), **(config or {})}
    outputs = deploy(ROOT, clients, stack=STACK, config=stack_config(ROOT, STACK, overrides))
    return LocalStack(emulator=emulator, clients=clients, outputs=outputs)


@contextlib.contextmanager
def running(directory: Path, config: Mapping[str, object] | None = None) -> Generator[LocalStack]:
    """Run a local stack for the duration of a block."""
    local_stack = start(directory, config)
    try:
        yield local_stack
    finally:
        local_stack.emulator.stop()


def machine_config(emulator: Emulator) -> dict[str, object]:
    """Return the configuration that depends on this machine, whose Python runs the functions."""
    if sys.platform != "linux":
        raise LocalStackError(
            f"the local stack needs Linux, not {sys.platform}: it runs the function as a process "
            "of this machine, with a layer of wheels for Linux. Use a container or virtual machine"
        )
    script = "import platform; print(*platform.python_version_tuple()[:2], platform.machine())"
    completed = subprocess.run(
        [ministack.PYTHON, "-c", script], capture_output=True, text=True, check=True
    )
    major, minor, machine = completed.stdout.split()
    return {
        "aws:endpoints": [dict.fromkeys(SERVICES, emulator.endpoint)],
        "imagepipe:runtime": f"python{major}.{minor}",
        "imagepipe:architecture": ARCHITECTURES.get(machine, machine),
    }


def describe(local_stack: LocalStack) -> str:
    """Return instructions for using a local stack from a shell."""
    emulator = local_stack.emulator
    environment = {
        "AWS_ENDPOINT_URL": emulator.endpoint,
        "AWS_CA_BUNDLE": str(emulator.ca_bundle),
        "AWS_REGION": emulator.region,
        "AWS_ACCESS_KEY_ID": ministack.ACCESS_KEY_ID,
        "AWS_SECRET_ACCESS_KEY": ministack.SECRET_ACCESS_KEY,
    }
    exports = "\n".join(f"  export {key}={value}" for key, value in environment.items())
    outputs = json.dumps(dict(local_stack.outputs), indent=2)
    name = emulator.directory.name
    down = "make down" if name == DEFAULT_NAME else f".venv/bin/imagepipe down --name {name}"
    uploads = local_stack.outputs["uploadBucketName"]
    prefix = local_stack.outputs.get("uploadPrefix", "")
    return f"""The local stack is running. For the AWS CLI and boto3:

{exports}

  aws s3 cp photo.jpg s3://{uploads}/{prefix}
  aws s3 ls s3://{local_stack.outputs["processedBucketName"]}/

Outputs of the stack:

{outputs}

Stop it with: {down}"""
