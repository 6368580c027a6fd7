"""Registers the alarms of a pipeline under mocks."""

from collections.abc import Mapping

from infra.monitoring.alarms import Alarms, AlarmsArgs
from infra.monitoring.watched import Watched
from tests.infra.conftest import ACCOUNT_ID, REGION, Deploy, Registered
from tests.infra.tokens import ALARM

TAGS = {"Project": "imagepipe"}
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT_ID}:alarms"

WATCHED = Watched(
    function_name="f",
    log_group_name="/aws/lambda/f",
    queue_name="uploads",
    dead_letter_queue_name="dead",
    rejected_queue_name="rejected",
    table_name="images",
    index_name="by-uploaded",
)
WHOLE = AlarmsArgs(
    watched=WATCHED,
    timeout_seconds=100,
    actions=[TOPIC],
    upload_metrics_namespace="ImagePipe/test",
    tags=TAGS,
)


def alarms_of(deploy: Deploy, args: AlarmsArgs = WHOLE) -> Mapping[str, Registered]:
    """Register the alarms, and return them by role."""

    def program() -> None:
        Alarms("alarms", args)

    found = deploy(program).of_type(ALARM)
    return {alarm.name.removeprefix("alarms-"): alarm for alarm in found}
