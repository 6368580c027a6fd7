"""Rules about what is told, kept and tagged."""

from collections.abc import Iterator

from policy.model import Finding, Level, Stack, dig, is_at_least, listed, rule
from policy.tokens import ALARM, LOG_GROUP

YEAR_DAYS = 365
TAGS = ("Project", "Environment")
"""What a bill and an incident are sorted by."""

TAGGED = (
    *("s3/bucket:Bucket", "sqs/queue:Queue", "sns/topic:Topic", "dynamodb/table:Table"),
    *("lambda/function:Function", "lambda/eventSourceMapping:EventSourceMapping"),
    *("iam/role:Role", "cloudwatch/logGroup:LogGroup", "kms/key:Key"),
    *("cloudwatch/metricAlarm:MetricAlarm", "cloudwatch/eventRule:EventRule"),
    *("ec2/securityGroup:SecurityGroup", "ec2/vpcEndpoint:VpcEndpoint"),
    "vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    "vpc/securityGroupEgressRule:SecurityGroupEgressRule",
    "appautoscaling/target:Target",
)
"""The types of the program that AWS can tag."""


@rule(
    Level.ALWAYS,
    *("CloudWatch.15", "CloudWatch.17", "CKV_AWS_319"),
    next_step="set alarmActions to a topic, and leave actionsEnabled alone",
)
def alarm_tells_somebody(stack: Stack) -> Iterator[Finding]:
    """An alarm that nobody hears is none."""
    for alarm in stack.of_type(ALARM):
        told = listed(alarm.inputs.get("alarmActions")) or alarm.inputs.get("alarmActions")
        if not told or alarm.inputs.get("actionsEnabled", True) is False:
            yield alarm, "it tells nobody"


@rule(Level.ALWAYS, "CW retention", next_step="set retentionInDays")
def logs_end_some_day(stack: Stack) -> Iterator[Finding]:
    """Logs are not kept, and paid for, for ever."""
    for group in stack.of_type(LOG_GROUP):
        if not group.inputs.get("retentionInDays"):
            yield group, "its logs are kept for ever"


@rule(
    Level.PROD,
    *("CloudWatch.16", "CKV_AWS_66", "CKV_AWS_338"),
    next_step=f"set logRetentionDays to {YEAR_DAYS} or more",
)
def logs_are_kept_for_a_year(stack: Stack) -> Iterator[Finding]:
    """What happened can be found out when it is noticed late."""
    for group in stack.of_type(LOG_GROUP):
        if not is_at_least(group.inputs.get("retentionInDays"), YEAR_DAYS):
            yield group, "its logs are gone within the year"


@rule(
    Level.PROD,
    "CKV_AWS_158",
    next_step="set kmsKeyId to a key of your own: set enableKms",
)
def logs_are_encrypted_under_own_key(stack: Stack) -> Iterator[Finding]:
    """Who may read logs is decided by the policy of a key, too."""
    for group in stack.of_type(LOG_GROUP):
        if not group.inputs.get("kmsKeyId"):
            yield group, "its logs are encrypted under a key of AWS"


@rule(
    Level.ALWAYS,
    *("Lambda.6", "SQS.2", "SNS.3", "DynamoDB.5"),
    next_step=f"set the tags {' and '.join(TAGS)}",
)
def everything_says_what_it_belongs_to(stack: Stack) -> Iterator[Finding]:
    """Whoever finds a resource or pays for it finds out whose it is."""
    for found in stack.of_type(*TAGGED):
        missing = [tag for tag in TAGS if not dig(found.inputs, "tags", tag)]
        if missing:
            yield found, f"it has no tag {' nor '.join(missing)}"


RULES = (
    alarm_tells_somebody,
    logs_end_some_day,
    logs_are_kept_for_a_year,
    logs_are_encrypted_under_own_key,
    everything_says_what_it_belongs_to,
)
