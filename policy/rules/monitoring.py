"""Rules for alarms, log groups and tags."""

from collections.abc import Iterator

from policy.model import UNKNOWN, Finding, Level, Stack, dig, is_at_least, listed, rule
from policy.tokens import ALARM, LOG_GROUP

YEAR_DAYS = 365
TAGS = ("Project", "Environment")
"""Tags that cost reports and incident response filter by."""

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
"""Types in the program that AWS can tag."""


@rule(
    Level.ALWAYS,
    *("CloudWatch.15", "CloudWatch.17", "CKV_AWS_319"),
    next_step="set alarmActions to a topic, and leave actionsEnabled alone",
)
def alarm_has_an_action(stack: Stack) -> Iterator[Finding]:
    """An alarm notifies a topic."""
    for alarm in stack.of_type(ALARM):
        actions = alarm.inputs.get("alarmActions")
        has_action = actions is UNKNOWN or bool(listed(actions))
        if not has_action or alarm.inputs.get("actionsEnabled", True) is False:
            yield alarm, "it has no action, or its actions are disabled"


@rule(Level.ALWAYS, "CW retention", next_step="set retentionInDays")
def log_group_has_a_retention(stack: Stack) -> Iterator[Finding]:
    """Logs expire, so that their cost does not grow without limit."""
    for group in stack.of_type(LOG_GROUP):
        if not group.inputs.get("retentionInDays"):
            yield group, "its logs never expire"


@rule(
    Level.PROD,
    *("CloudWatch.16", "CKV_AWS_66", "CKV_AWS_338"),
    next_step=f"set logRetentionDays to {YEAR_DAYS} or more",
)
def log_group_retains_a_year(stack: Stack) -> Iterator[Finding]:
    """Logs are kept long enough to investigate an incident that is noticed late."""
    for group in stack.of_type(LOG_GROUP):
        if not is_at_least(group.inputs.get("retentionInDays"), YEAR_DAYS):
            yield group, "its logs expire within a year"


@rule(
    Level.PROD,
    "CKV_AWS_158",
    next_step="set kmsKeyId to a key of your own: set enableKms",
)
def log_group_uses_a_customer_managed_key(stack: Stack) -> Iterator[Finding]:
    """Reading logs requires access to a key of yours."""
    for group in stack.of_type(LOG_GROUP):
        if not group.inputs.get("kmsKeyId"):
            yield group, "its logs are not encrypted with a customer-managed key"


@rule(
    Level.ALWAYS,
    *("Lambda.6", "SQS.2", "SNS.3", "DynamoDB.5"),
    next_step=f"set the tags {' and '.join(TAGS)}",
)
def resources_are_tagged(stack: Stack) -> Iterator[Finding]:
    """Resources have the tags that name their project and environment."""
    for found in stack.of_type(*TAGGED):
        missing = [tag for tag in TAGS if not dig(found.inputs, "tags", tag)]
        if missing:
            yield found, f"it lacks the tags {' and '.join(missing)}"


RULES = (
    alarm_has_an_action,
    log_group_has_a_retention,
    log_group_retains_a_year,
    log_group_uses_a_customer_managed_key,
    resources_are_tagged,
)
