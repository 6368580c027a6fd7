"""Create EventBridge rules and their targets."""

import json
from typing import Any

from local.clients import Clients
from local.inputs import Inputs
from local.resources.resource_state import Provisioners, ResourceState


def _rule(clients: Clients, inputs: Inputs, logical_name: str) -> ResourceState:
    inputs.without_effect("forceDestroy")
    name = inputs.name(logical_name)
    arn = clients.events.put_rule(Name=name, Tags=inputs.tags(), **inputs.rest())["RuleArn"]
    return name, {"arn": arn, "name": name}


def _target(clients: Clients, inputs: Inputs, logical_name: str) -> ResourceState:
    inputs.without_effect("forceDestroy")
    rule, target_id = inputs.text("rule"), inputs.name(logical_name, "targetId")
    answer: Any = clients.events.put_targets(
        Rule=rule, Targets=[{"Id": target_id, **inputs.rest()}]
    )
    if answer["FailedEntryCount"]:
        inputs.reject(json.dumps(answer["FailedEntries"]))
    return f"{rule}-{target_id}", {"targetId": target_id}


PROVISIONERS: Provisioners = {
    "aws:cloudwatch/eventRule:EventRule": _rule,
    "aws:cloudwatch/eventTarget:EventTarget": _target,
}
