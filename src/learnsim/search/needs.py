"""Needs: how long a run of the search model takes, and how much memory.
Knows settings and arithmetic.
"""

from __future__ import annotations

from typing import NamedTuple

from learnsim.search.measures import SESSION_MEASURES
from learnsim.settings import Settings

RUN_SECONDS = 0.0003  # a run's cost beside its problem and its people's periods, measured
SOLUTION_SECONDS = 5e-9  # valuing one solution, measured
PERIOD_SECONDS = {"compiled": 6e-8, "agents": 8e-6}  # a person's period, measured
KEPT_PER_AGENT = 6000  # bytes a Mesa agent takes


def seconds(settings: Settings, people: int) -> float:
    """Return about how long one run takes on one processor, in seconds; arms share the time that the problem takes."""
    search = settings.search
    problem = SOLUTION_SECONDS * 2**search.loci / max(1, len(settings.arms))
    return RUN_SECONDS + problem + PERIOD_SECONDS[settings.experiment.engine] * people * search.periods


class Size(NamedTuple):
    """What decides how much memory a run takes."""

    trainees: int
    loci: int
    cell_size: int
    communities: int
    periods: int
    cycle_length: int

    def bytes(self, engine: str) -> int:
        """Return about how much memory one run takes at its peak, where networks are made of cells."""
        each = 24 * min(self.trainees, self.cell_size) + 40 * self.communities + 300
        each += 4 * -(-self.periods // self.cycle_length) + (KEPT_PER_AGENT if engine == "agents" else 0)
        return 16 * 2**self.loci + self.trainees * each + 16 * len(SESSION_MEASURES) * self.periods


def size_of(settings: Settings, people: int) -> Size:
    """Return the size of a run."""
    search, world = settings.search, settings.organisation
    length = settings.training.cycle_length
    return Size(people, search.loci, world.cell_size, world.communities, search.periods, length)
