"""The topic that alarms are told to, when the stack is not given one."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.stack import iam
from infra.stack.account import Account


@dataclass(frozen=True, kw_only=True)
class AlarmTopicArgs:
    """Inputs of `AlarmTopic`."""

    topic_name: pulumi.Input[str]
    account: Account
    tags: Mapping[str, str]
    email: str = ""
    """Gets each alarm once its owner has confirmed the subscription; empty: nobody."""
    kms_key_arn: pulumi.Input[str] | None = None
    """Encrypts the messages. Its policy must hold `let_alarms_use_key` of infra/encryption."""


class AlarmTopic(pulumi.ComponentResource):
    """Topic that the alarms of this account, and nobody else without a grant, publish to.

    Creates: the topic, its policy, and an e-mail subscription if asked.
    Outputs: `arn`, known once alarms may publish.
    """

    arn: pulumi.Output[str]

    def __init__(
        self, name: str, args: AlarmTopicArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("imagepipe:index:AlarmTopic", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        topic = aws.sns.Topic(
            f"{name}-topic",
            name=args.topic_name,
            # Without a key of the stack's own, none: alarms cannot publish under alias/aws/sns,
            # whose policy AWS writes and CloudWatch is not in. An alarm holds no image and no name.
            # https://repost.aws/knowledge-center/cloudwatch-receive-sns-for-alarm-trigger
            kms_master_key_id=args.kms_key_arn,
            tags=args.tags,
            opts=child,
        )
        policy = aws.sns.TopicPolicy(
            f"{name}-topic-policy", arn=topic.arn, policy=_topic_policy(topic.arn, args), opts=child
        )
        if args.email:
            aws.sns.TopicSubscription(
                f"{name}-email", topic=topic.arn, protocol="email", endpoint=args.email, opts=child
            )
        self.arn = pulumi.Output.all(topic.arn, policy.id).apply(lambda ids: str(ids[0]))
        self.register_outputs({"arn": self.arn})


def accept_alarms(topic_arn: str, *, partition: str, region: str, account_id: str) -> iam.Statement:
    """Lets the alarms of one region of this account publish to the topic.

    https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html
    """
    return {
        "Sid": "Alarms",
        "Effect": "Allow",
        "Principal": {"Service": "cloudwatch.amazonaws.com"},
        "Action": "sns:Publish",
        "Resource": topic_arn,
        "Condition": {
            "ArnLike": {
                "aws:SourceArn": f"arn:{partition}:cloudwatch:{region}:{account_id}:alarm:*"
            },
            "StringEquals": {"aws:SourceAccount": account_id},
        },
    }


def _topic_policy(topic_arn: pulumi.Output[str], args: AlarmTopicArgs) -> pulumi.Output[str]:
    account = args.account
    return pulumi.Output.json_dumps(
        pulumi.Output.all(
            topic_arn=topic_arn,
            partition=account.partition,
            region=account.region,
            account_id=account.account_id,
        ).apply(
            lambda ids: iam.document(
                accept_alarms(**ids), iam.deny_plain_http("sns", ids["topic_arn"])
            )
        )
    )
