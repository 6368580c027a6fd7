"""Where the embedded AWS answers differently from AWS, so that its answers are not used."""

from typing import Any

from engine.terraform.schema import Object
from engine.terraform.unknown import UNKNOWN

MISREAD = frozenset({"aws_cloudwatch_metric_alarm"})
"""Types that it describes wrongly: what was asked for counts instead."""

NOT_IMPLEMENTED = "Unknown action"
"""Part of its answer to a call that it does not have."""

CHOSEN_BY_AWS = ("id", "arn")


def trusted(kind: str, planned: Object, state: Any) -> Any:
    """Return the state after a call, without what the emulator misreads."""
    if kind not in MISREAD or state is None:
        return state
    return {
        name: value if _is_read(name, planned.get(name)) else planned.get(name)
        for name, value in state.items()
    }


def _is_read(name: str, planned: object) -> bool:
    return planned is UNKNOWN or (planned is None and name in CHOSEN_BY_AWS)


def as_if_done(planned: Object) -> Object:
    """Return the state after an update that the emulator has no call for."""
    return {name: None if value is UNKNOWN else value for name, value in planned.items()}
