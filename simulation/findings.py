"""What a drill is, and what it finds."""

from collections.abc import Callable
from dataclasses import dataclass, field

from simulation.conditions import PROCESSED, SystemUnderTest
from simulation.world import World


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What was done, what should come of it, what did, and whether that is as it should be."""

    injected: str
    demanded: str
    seen: str
    holds: bool


@dataclass(frozen=True, kw_only=True)
class Run:
    """How a drill is run.

    Attributes:
        seed: All chance comes from it.
        size: Share of the full number of uploads, over 0 and up to 1.
        subject: Who is drilled.
    """

    seed: int
    size: float = 1
    system: SystemUnderTest = field(default_factory=SystemUnderTest)

    def scaled(self, count: int) -> int:
        """Return a number of uploads for this size, at least 10."""
        return max(10, round(count * self.size))


Drill = Callable[[Run], Finding]


def writes(world: World) -> int:
    """Return how often the processed bucket was written to."""
    return world.buckets[PROCESSED].written
