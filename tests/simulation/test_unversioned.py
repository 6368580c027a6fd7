"""Seeds with which the drill of buckets without versions fell short, reduced to what mattered."""

import json
from dataclasses import replace
from functools import partial

import pytest

from handler.events.notices import ObjectCreated, to_message
from simulation.aws.events import notification
from simulation.aws.storage import Change
from simulation.checker import check
from simulation.conditions import UPLOADS, Conditions
from simulation.engine import Fate
from simulation.faults import Strike
from simulation.pictures import picture, poison
from simulation.world import World, state_id

KEY = "photo.jpg"

pytestmark = pytest.mark.usefixtures("quiet")


class Held:
    """A world without versions, whose events come when a test lets them."""

    def __init__(self) -> None:
        self.world = World(1, Conditions(versioning=False, propagate_deletes=True))
        self.changes: list[Change] = []
        self.world.buckets[UPLOADS].on_change = self.changes.append

    def deliver(self, number: int) -> None:
        """Send the event of a change, counted from 0."""
        self.world.queue.send(json.dumps(notification(self.changes[number])))

    def strike(self, at: int, fate: Fate) -> None:
        """Strike one of the next calls, counted from 1."""
        strike = Strike(at=at, fate=fate)
        self.world.conditions = replace(self.world.conditions, judge=strike.begin)


def test_variants_of_what_was_replaced_before_a_second_look_do_not_outlast_it() -> None:
    """Seed 9003: `variant 277_converted.webp of nothing`."""
    held = Held()
    first = held.world.upload(KEY, picture(1))
    held.deliver(0)
    held.world.drain()
    held.world.upload(KEY, poison(1))
    reminder = ObjectCreated(bucket=UPLOADS, key=KEY, version_id=state_id(first), again=True)
    held.world.queue.send(to_message(reminder))
    held.world.drain()
    held.deliver(1)
    held.world.drain()
    assert check(held.world).is_valid, check(held.world)


@pytest.mark.parametrize("at", range(5, 12))
def test_a_removal_that_dies_at_a_version_comes_back_to_it(at: int) -> None:
    """Seeds 1874888594 and 9014: `940.jpg is processing`."""
    held = Held()
    world = held.world
    world.upload(KEY, picture(1))
    world.upload(KEY, picture(2))
    held.deliver(0)
    world.drain()
    world.delete(KEY)
    world.upload(KEY, picture(1))
    held.strike(at, Fate.KILLED_BEFORE)
    held.deliver(2)
    world.engine.after(100, partial(held.deliver, 3))  # long before the removal comes again
    world.drain()
    held.deliver(1)
    world.drain()
    assert check(world).is_valid, check(world)


def test_what_is_deleted_while_it_is_worked_on_leaves_nothing() -> None:
    held = Held()
    world = held.world
    world.conditions = replace(world.conditions, work=5)
    world.upload(KEY, picture(1))
    held.deliver(0)
    world.engine.after(1, partial(world.delete, KEY))
    world.drain()
    held.deliver(1)
    world.drain()
    assert check(world).is_valid, check(world)
