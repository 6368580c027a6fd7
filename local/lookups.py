"""Answer a program's lookups of account, region, partition and prefix lists."""

from collections.abc import Callable, Mapping
from typing import Any

from local.clients import Clients
from local.errors import LocalStackError
from local.inputs import Inputs


def _caller_identity(clients: Clients, _inputs: Inputs) -> dict[str, object]:
    caller = clients.sts.get_caller_identity()
    account_id = caller["Account"]
    return {
        "accountId": account_id,
        "arn": caller["Arn"],
        "id": account_id,
        "userId": caller["UserId"],
    }


def _region(clients: Clients, _inputs: Inputs) -> dict[str, object]:
    return {"id": clients.region, "name": clients.region, "region": clients.region}


def _partition(clients: Clients, _inputs: Inputs) -> dict[str, object]:
    partition = clients.sts.get_caller_identity()["Arn"].split(":")[1]
    return {"id": partition, "partition": partition}


def _managed_prefix_list(clients: Clients, inputs: Inputs) -> dict[str, object]:
    name = inputs.text("name")
    filters: Any = [{"Name": "prefix-list-name", "Values": [name]}]
    found = clients.ec2.describe_prefix_lists(Filters=filters)["PrefixLists"]
    if not found:
        raise LocalStackError(f"no prefix list has the name {name}")
    return {"id": found[0]["PrefixListId"], "name": name}


LOOKUPS: Mapping[str, Callable[[Clients, Inputs], dict[str, object]]] = {
    "aws:index/getCallerIdentity:getCallerIdentity": _caller_identity,
    "aws:ec2/getManagedPrefixList:getManagedPrefixList": _managed_prefix_list,
    "aws:index/getPartition:getPartition": _partition,
    "aws:index/getRegion:getRegion": _region,
}
"""Lookups by token. The engine rejects a call with arguments that a lookup does not read."""
