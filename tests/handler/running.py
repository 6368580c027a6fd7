"""Runs notices on the simulated AWS, and says what is left in the end."""

from collections.abc import Mapping

from handler.delivery.dispatch import process
from handler.delivery.services import Outcome, Pipeline
from handler.events.notices import Attempt
from handler.events.parsing import read_notification
from tests.handler.payloads import notification
from tests.handler.pictures import BLUE, RED, blocks, encode
from tests.handler.world import World

PHOTO = encode(blocks([[RED, BLUE]]), "JPEG")
OTHER_PHOTO = encode(blocks([[BLUE, RED]]), "JPEG")


MESSAGE = Attempt(message_id="message", request_id="request")
OTHER = Attempt(message_id="other", request_id="request")


def run(pipeline: Pipeline, record: Mapping[str, object], attempt: Attempt = MESSAGE) -> Outcome:
    (notice,) = read_notification(notification(record))
    (outcome,) = process(notice, attempt, pipeline)
    return outcome


def final_state(world: World, *, may_name_attempt: bool = False) -> dict[str, object]:
    """Return what is left in the end; repetitions of messages do not count.

    Args:
        may_name_attempt: whether a record may keep the name of an attempt that died.
    """
    assert may_name_attempt or not any("attempt" in item for item in world.records.values())
    records = {
        identity: {name: value for name, value in item.items() if name != "attempt"}
        for identity, item in world.records.items()
    }
    return {
        "variants": world.variants,
        "records": records,
        "messages": {str(message["id"]): message for message in world.published},
        "letters": set(world.letters),
    }
