"""Proves that programs are deployed to the emulator, or fail with one clear error."""

from collections.abc import Callable, Mapping

import pytest

from local.clients import Clients
from local.errors import LocalStackError

Run = Callable[[str], Mapping[str, object]]


def test_a_program_gets_the_ids_of_the_resources_it_creates(
    run_program: Run, clients: Clients
) -> None:
    outputs = run_program("""
suffix = random.RandomId("suffix", byte_length=4)
queue = aws.sqs.Queue("queue", name=pulumi.Output.concat("photos-", suffix.hex), tags={"a": "b"})
pulumi.export("url", queue.url)
pulumi.export("account", aws.get_caller_identity().account_id)
""")
    url = str(outputs["url"])
    attributes = clients.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    assert attributes["Attributes"]["QueueArn"].split(":")[4] == outputs["account"]
    assert clients.sqs.list_queue_tags(QueueUrl=url)["Tags"] == {"a": "b"}


def test_the_children_of_a_component_are_created(run_program: Run, clients: Clients) -> None:
    outputs = run_program("""
class Mail(pulumi.ComponentResource):
    def __init__(self):
        super().__init__("sketch:index:Mail", "mail")
        self.topic = aws.sns.Topic("topic", opts=pulumi.ResourceOptions(parent=self))
        self.register_outputs({"arn": self.topic.arn})

pulumi.export("arn", Mail().topic.arn)
""")
    topics = [topic.get("TopicArn") for topic in clients.sns.list_topics()["Topics"]]
    assert outputs["arn"] in topics


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (
            'aws.ec2.Vpc("net", cidr_block="10.0.0.0/16")',
            r'aws:ec2/vpc:Vpc "net": the local stack lacks this type',
        ),
        (
            'aws.sqs.Queue("photos", fifo_queue=True)',
            r'aws:sqs/queue:Queue "photos": the local stack lacks fifoQueue',
        ),
        (
            'aws.dynamodb.Table("t", hash_key="a", attributes=[{"name": "a", "type": "S"}],'
            ' billing_mode="PAY_PER_REQUEST", import_table={"input_format": "CSV",'
            ' "s3_bucket_source": {"bucket": "b"}})',
            r'aws:dynamodb/table:Table "t": (?s:.*)Unknown parameter in input: "ImportTable"',
        ),
        (
            'aws.s3.BucketPolicy("p", bucket="no-such-bucket", policy="{}")',
            r'aws:s3/bucketPolicy:BucketPolicy "p": .*NoSuchBucket',
        ),
        (
            "aws.get_availability_zones()",
            r"lacks the lookup aws:index/getAvailabilityZones:getAvailabilityZones",
        ),
        (
            'aws.sqs.Queue.get("old", "https://example.com/1/old")',
            r'aws:sqs/queue:Queue "old": the local stack starts empty',
        ),
        (
            'aws.sqs.Queue("photos", opts=pulumi.ResourceOptions(import_="old"))',
            r'aws:sqs/queue:Queue "photos": the local stack starts empty',
        ),
    ],
    ids=["type", "property", "nested", "rejected by AWS", "lookup", "read", "import"],
)
def test_a_resource_that_cannot_be_created_is_named_in_the_error(
    run_program: Run, source: str, message: str
) -> None:
    with pytest.raises(LocalStackError, match=message):
        run_program(source)


def test_a_resource_that_depends_on_a_failed_one_is_not_created(
    run_program: Run, clients: Clients
) -> None:
    with pytest.raises(LocalStackError, match="BucketPolicy"):
        run_program("""
policy = aws.s3.BucketPolicy("p", bucket="no-such-bucket", policy="{}")
aws.sqs.Queue("q", name="after-the-failure", opts=pulumi.ResourceOptions(depends_on=[policy]))
""")
    assert not clients.sqs.list_queues(QueueNamePrefix="after-the-failure").get("QueueUrls")


def test_an_exception_of_the_program_is_raised_unchanged(run_program: Run) -> None:
    with pytest.raises(ZeroDivisionError):
        run_program("1 / 0")


def test_two_programs_in_one_process_have_separate_outputs(run_program: Run) -> None:
    assert set(run_program('pulumi.export("a", 1)')) == {"a"}
    assert set(run_program('pulumi.export("b", 2)')) == {"b"}
