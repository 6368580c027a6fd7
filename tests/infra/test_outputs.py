"""Proves that the stack's outputs are those that are described."""

from infra.outputs import OUTPUTS
from tests.infra.conftest import DeployStack, run_again


def test_every_output_is_described_and_every_described_one_is_there_on_some_stack(
    deploy_stack: DeployStack,
) -> None:
    described = [name for group in OUTPUTS for name in group.names]
    assert len(described) == len(set(described))
    everything = deploy_stack("prod", layout="one-bucket", enableReconciler=True)
    kept = run_again("dev", {"imagepipe-dev-history-key": {"prefix": "deployed-"}})
    key = "arn:aws:kms:us-east-1:123456789012:key/0a1b"
    encrypted = deploy_stack("dev", existingKmsKeyArn=key)
    assert {*everything.outputs, *kept.outputs, *encrypted.outputs} == set(described)


def test_outputs_that_are_described_together_are_there_together(deploy_stack: DeployStack) -> None:
    bare = deploy_stack(
        "dev", trigger="s3", enableDlq=False, enableRecords=False, enableNotifications=False
    )
    there = set(bare.outputs)
    assert [group.names for group in OUTPUTS if set(group.names) & there] == [
        group.names for group in OUTPUTS if set(group.names) <= there
    ]
    queues = {"queueUrl", "deadLetterQueueUrl", "rejectedQueueUrl"}
    assert not there & {*queues, "tableName", "topicArn", "uploadPrefix"}
