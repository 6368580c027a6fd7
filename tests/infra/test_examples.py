"""Proves that the example program runs, with components used one by one."""

import runpy

from tests.infra.conftest import REPOSITORY, Deploy

COMPONENTS = REPOSITORY / "examples" / "components"


def _main() -> None:
    runpy.run_path(str(COMPONENTS / "__main__.py"), run_name="__main__")


def test_components_work_in_a_program_of_somebody_else(deploy: Deploy) -> None:
    deployment = deploy(_main)
    assert deployment.outputs == {
        "archiveBucketName": "photo-archive-123456789012",
        "failureQueueUrl": "https://sqs.us-east-1.amazonaws.com/123456789012/photo-archive-failures",
    }
    assert len(deployment.of_type("s3/bucketPublicAccessBlock:BucketPublicAccessBlock")) == 1
