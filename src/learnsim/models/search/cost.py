"""Cost: how long a run of the search model takes, and how much memory."""

from __future__ import annotations

from typing import NamedTuple

from learnsim.grouping.contacts import largest_group
from learnsim.models.search.info import SESSION_MEASURES
from learnsim.settings import Settings

RUN_SECONDS = 0.0003  # a run's cost beside its problem and its people's periods, measured
SOLUTION_SECONDS = 5e-9  # valuing one solution, measured
PERIOD_SECONDS = {"compiled": 6e-8, "agents": 8e-6}  # a person's period, measured
CONTACT_SECONDS = {"compiled": 1.3e-9, "agents": 1e-7}  # looking at somebody in a period, measured
BYTES_PER_AGENT = 6000  # bytes a Mesa agent takes


def seconds(settings: Settings, people: int) -> float:
    """Return about how long one run takes on one processor, in seconds; arms share the time that the problem takes."""
    search = settings.search
    problem = SOLUTION_SECONDS * 2**search.loci / max(1, len(settings.arms))
    engine = settings.experiment.engine
    each = PERIOD_SECONDS[engine] + CONTACT_SECONDS[engine] * largest_group(settings, people)
    return RUN_SECONDS + problem + each * people * search.periods


class Size(NamedTuple):
    """What decides how much memory a run takes."""

    trainees: int
    loci: int
    contacts: int
    communities: int
    periods: int
    cycle_length: int

    def bytes(self, engine: str) -> int:
        """Return about how much memory one run takes at its peak."""
        each = 24 * self.contacts + 40 * self.communities + 300
        each += 4 * -(-self.periods // self.cycle_length) + (BYTES_PER_AGENT if engine == "agents" else 0)
        return 16 * 2**self.loci + self.trainees * each + 16 * len(SESSION_MEASURES) * self.periods


def size_of(settings: Settings, people: int) -> Size:
    """Return the size of a run."""
    search, world = settings.search, settings.organisation
    length = settings.organisation.cycle_length
    contacts = largest_group(settings, people)
    return Size(people, search.loci, contacts, world.communities, search.periods, length)
