"""Proves that the emulator enforces policies, keys and grants as AWS does.

test_statements.py shows that each statement of a role is needed. The emulator's root user bypasses
bucket policies, unlike that of AWS, hence the user created here.
"""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.clients import Clients, connect
from local.emulator import Emulator
from local.errors import LocalStackError
from local.stack import LocalStack
from tests.local.pipe import put, wait_for_final
from tests.local.sources import SOURCES

PROGRAM_WITHOUT_GRANTS = """
import json
lambda_ = {"Service": "lambda.amazonaws.com"}
trust = {"Effect": "Allow", "Principal": lambda_, "Action": "sts:AssumeRole"}
document = {"Version": "2012-10-17", "Statement": [trust]}
role = aws.iam.Role("role", assume_role_policy=json.dumps(document))
code = pulumi.FileArchive("code.zip")
function = aws.lambda_.Function(
    "function", role=role.arn, runtime="python3.11", handler="app.handle", code=code
)
queue = aws.sqs.Queue("queue", name="work")
aws.lambda_.EventSourceMapping(
    "mapping", function_name=function.arn, event_source_arn=queue.arn
)
"""


@pytest.fixture(scope="module")
def encrypted_stack(deployed: Callable[..., LocalStack]) -> LocalStack:
    """A stack with its own key."""
    return deployed(enableKms=True)


def test_a_stack_with_its_own_key_encrypts_uploads_and_variants_with_it(
    encrypted_stack: LocalStack,
) -> None:
    version_id = put(encrypted_stack, "encrypted.jpg", SOURCES["plain.jpg"])
    wait_for_final(encrypted_stack, "encrypted.jpg", version_id)
    for bucket, key in (
        (encrypted_stack.outputs["uploadBucketName"], "encrypted.jpg"),
        (encrypted_stack.outputs["processedBucketName"], "encrypted_converted.png"),
    ):
        facts = encrypted_stack.clients.s3.head_object(Bucket=bucket, Key=key)
        assert facts.get("ServerSideEncryption") == "aws:kms"
        assert ":key/" in facts.get("SSEKMSKeyId", "")


def test_a_stack_without_its_own_key_encrypts_with_the_key_of_s3(
    local_stack: LocalStack,
) -> None:
    put(local_stack, "plain again.jpg", SOURCES["plain.jpg"])
    facts = local_stack.clients.s3.head_object(
        Bucket=local_stack.outputs["uploadBucketName"], Key="plain again.jpg"
    )
    assert facts.get("ServerSideEncryption") == "AES256"


@pytest.fixture(scope="module")
def administrator(emulator: Emulator, clients: Clients) -> Clients:
    """Clients of a user with all permissions."""
    clients.iam.create_user(UserName="administrator")
    clients.iam.put_user_policy(
        UserName="administrator",
        PolicyName="everything",
        PolicyDocument=json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
            }
        ),
    )
    key = clients.iam.create_access_key(UserName="administrator")["AccessKey"]
    return connect(
        emulator, access_key_id=key["AccessKeyId"], secret_access_key=key["SecretAccessKey"]
    )


@pytest.mark.parametrize("service", ["s3", "sqs", "sns"])
def test_plain_http_is_denied_even_to_an_administrator(
    local_stack: LocalStack, administrator: Clients, service: str
) -> None:
    outputs = local_stack.outputs
    calls: dict[str, Callable[[], object]] = {
        "s3": lambda: administrator.s3.list_objects_v2(Bucket=outputs["uploadBucketName"]),
        "sqs": lambda: administrator.sqs.receive_message(QueueUrl=outputs["deadLetterQueueUrl"]),
        "sns": lambda: administrator.sns.publish(TopicArn=outputs["topicArn"], Message="m"),
    }
    calls[service]()

    def arrive_by_http(request: Any, **_: object) -> None:
        # The emulator accepts TLS only, and like a server behind a load balancer takes the client's
        # protocol from this header.
        request.headers["X-Forwarded-Proto"] = "http"

    getattr(administrator, service).meta.events.register_first("before-send", arrive_by_http)
    with pytest.raises(ClientError, match=r"AccessDenied|AuthorizationError"):
        calls[service]()


def test_s3_can_notify_only_a_queue_whose_policy_allows_it(encrypted_stack: LocalStack) -> None:
    queue = encrypted_stack.clients.sqs.create_queue(QueueName="another-owners")["QueueUrl"]
    arn = encrypted_stack.outputs["queueArn"].rsplit(":", 1)[0] + ":another-owners"
    assert queue.endswith("another-owners")
    with pytest.raises(ClientError, match="InvalidArgument"):
        encrypted_stack.clients.s3.put_bucket_notification_configuration(
            Bucket=encrypted_stack.outputs["processedBucketName"],
            NotificationConfiguration={
                "QueueConfigurations": [{"QueueArn": arn, "Events": ["s3:ObjectCreated:*"]}]
            },
        )


def test_a_mapping_is_rejected_while_the_role_cannot_read_the_queue(
    run_program: Callable[[str], object], tmp_path: Path
) -> None:
    with zipfile.ZipFile(tmp_path / "code.zip", "w") as archive:
        archive.writestr("app.py", "def handle(event, context): ...")
    with pytest.raises(
        LocalStackError, match=r"lacks sqs:ReceiveMessage, .* on arn:aws:sqs:.*:work"
    ):
        run_program(PROGRAM_WITHOUT_GRANTS)
