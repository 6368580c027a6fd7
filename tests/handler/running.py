"""Run S3 events on the simulated AWS, and return the final state."""

from collections.abc import Mapping

from handler.delivery.dispatch import dispatch
from handler.delivery.services import Outcome, Services
from handler.events.parsing import read_notification
from handler.events.s3_events import Attempt
from tests.handler.payloads import notification
from tests.handler.pictures import BLUE, RED, blocks, encode
from tests.handler.world import World

PHOTO = encode(blocks([[RED, BLUE]]), "JPEG")
OTHER_PHOTO = encode(blocks([[BLUE, RED]]), "JPEG")


MESSAGE = Attempt(message_id="message", request_id="request")
OTHER = Attempt(message_id="other", request_id="request")


def run(services: Services, record: Mapping[str, object], attempt: Attempt = MESSAGE) -> Outcome:
    (event,) = read_notification(notification(record))
    (outcome,) = dispatch(event, attempt, services)
    return outcome


def final_state(world: World, *, may_keep_attempt: bool = False) -> dict[str, object]:
    """Return the final state, without repetitions of messages.

    Args:
        may_keep_attempt: Whether a record may keep the token of a crashed attempt.
    """
    assert may_keep_attempt or not any("attempt" in item for item in world.records.values())
    records = {
        identity: {name: value for name, value in item.items() if name != "attempt"}
        for identity, item in world.records.items()
    }
    return {
        "variants": world.variants,
        "records": records,
        "messages": {str(message["id"]): message for message in world.published},
        "rejections": set(world.rejections),
    }
