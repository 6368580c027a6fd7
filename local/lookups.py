"""Answer a program's lookups of account, region and partition."""

from collections.abc import Callable, Mapping

from local.clients import Clients


def _caller_identity(clients: Clients) -> dict[str, object]:
    caller = clients.sts.get_caller_identity()
    account_id = caller["Account"]
    return {
        "accountId": account_id,
        "arn": caller["Arn"],
        "id": account_id,
        "userId": caller["UserId"],
    }


def _region(clients: Clients) -> dict[str, object]:
    return {"id": clients.region, "name": clients.region, "region": clients.region}


def _partition(clients: Clients) -> dict[str, object]:
    partition = clients.sts.get_caller_identity()["Arn"].split(":")[1]
    return {"id": partition, "partition": partition}


LOOKUPS: Mapping[str, Callable[[Clients], dict[str, object]]] = {
    "aws:index/getCallerIdentity:getCallerIdentity": _caller_identity,
    "aws:index/getPartition:getPartition": _partition,
    "aws:index/getRegion:getRegion": _region,
}
"""Lookups by token. None takes arguments; the engine rejects a call with arguments."""
