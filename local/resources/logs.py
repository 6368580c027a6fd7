"""Create log groups."""

from typing import Any

from local.clients import Clients
from local.inputs import Inputs
from local.resources.resource_state import Provisioners, ResourceState


def _log_group(clients: Clients, inputs: Inputs, logical_name: str) -> ResourceState:
    inputs.without_effect("skipDestroy")
    name = inputs.name(logical_name)
    retention_days = inputs.integer("retentionInDays", default=0)
    options: Any = {"tags": inputs.mapping("tags"), "kmsKeyId": inputs.text_or_none("kmsKeyId")}
    given = {key: value for key, value in options.items() if value}
    clients.logs.create_log_group(logGroupName=name, **given)
    if retention_days:  # pulumi-aws writes "never expire" as 0
        clients.logs.put_retention_policy(logGroupName=name, retentionInDays=retention_days)
    account_id = clients.sts.get_caller_identity()["Account"]
    return name, {
        "arn": f"arn:aws:logs:{clients.region}:{account_id}:log-group:{name}",
        "name": name,
    }


PROVISIONERS: Provisioners = {"aws:cloudwatch/logGroup:LogGroup": _log_group}
