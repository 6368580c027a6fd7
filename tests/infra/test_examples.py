"""Proves that the example program runs, with components used one by one."""

import runpy
import subprocess
import sys
import sysconfig

from tests.infra.conftest import REPOSITORY, Deploy

COMPONENTS = REPOSITORY / "examples" / "components"


def _main() -> None:
    runpy.run_path(str(COMPONENTS / "__main__.py"), run_name="__main__")


def test_components_work_in_another_program(deploy: Deploy) -> None:
    deployment = deploy(_main)
    assert deployment.outputs == {
        "archiveBucketName": "photo-archive-123456789012",
        "failureQueueUrl": "https://sqs.us-east-1.amazonaws.com/123456789012/photo-archive-failures",
    }
    assert len(deployment.of_type("s3/bucketPublicAccessBlock:BucketPublicAccessBlock")) == 1


UNDER_MOCKS = """
import asyncio
import runpy
import sys
sys.path.append(sys.argv[1])
from pulumi.runtime import Mocks, set_mocks

class Cloud(Mocks):
    def new_resource(self, args):
        return args.name, {"arn": "arn:aws:x", **args.inputs}

    def call(self, args):
        return {"accountId": "123456789012"}

async def main():
    set_mocks(Cloud())
    runpy.run_path("__main__.py", run_name="__main__")

asyncio.run(main())
"""


def test_the_program_finds_imagepipe_neither_installed_nor_on_the_python_path() -> None:
    # -I ignores PYTHONPATH; -S reads no .pth file, by which this repository may be installed.
    packages = sysconfig.get_path("purelib")
    command = [sys.executable, "-I", "-S", "-c", UNDER_MOCKS, packages]
    subprocess.run(command, cwd=COMPONENTS, check=True)
