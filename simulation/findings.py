"""The types of drills and of their results."""

from collections.abc import Callable
from dataclasses import dataclass, field

from simulation.conditions import PROCESSED, SystemUnderTest
from simulation.world import World


@dataclass(frozen=True, kw_only=True)
class Finding:
    """The injected faults, the required and the observed result, and whether they agree."""

    injected: str
    demanded: str
    seen: str
    holds: bool


@dataclass(frozen=True, kw_only=True)
class Run:
    """The parameters of a drill's run."""

    seed: int
    """Seed of all random choices."""
    size: float = 1
    """Share of the full number of uploads, over 0 and up to 1."""
    system: SystemUnderTest = field(default_factory=SystemUnderTest)
    """The handler under test."""

    def scaled(self, count: int) -> int:
        """Return a number of uploads scaled by the size, at least 10."""
        return max(10, round(count * self.size))


Drill = Callable[[Run], Finding]


def writes(world: World) -> int:
    """Return the number of writes to the processed bucket."""
    return world.buckets[PROCESSED].written
