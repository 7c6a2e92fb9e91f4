"""Cost: how long a run of the beliefs model takes, and how much memory."""

from __future__ import annotations

from math import inf
from typing import NamedTuple

from learnsim.grouping.contacts import largest_group
from learnsim.models.beliefs.info import SESSION_MEASURES
from learnsim.models.beliefs.parameters import LARGE
from learnsim.settings import Settings

RUN_SECONDS = 0.0002  # a run's cost beside its people's beliefs, measured
BELIEF_SECONDS = {"compiled": 5e-9, "agents": 4e-7}  # a belief in a period, measured
CONTACT_SECONDS = {"compiled": 1e-9, "agents": 1e-7}  # looking at somebody in a period, measured
TYPICAL = 60  # periods until nothing changes any more
BYTES_PER_BELIEF = {"compiled": 10, "agents": 40}  # bytes
BYTES_PER_PERSON = {"compiled": 160, "agents": 6000}


def seconds(settings: Settings, people: int) -> float:
    """Return about how long one run takes on one processor, in seconds."""
    beliefs = settings.beliefs
    never_settles = beliefs.turnover > 0.0 or beliefs.turbulence > 0.0
    periods = beliefs.periods if never_settles else min(beliefs.periods, TYPICAL)
    engine = settings.experiment.engine
    each = BELIEF_SECONDS[engine] * beliefs.dimensions + CONTACT_SECONDS[engine] * _listed(settings, people)
    return RUN_SECONDS + each * people * periods


class Size(NamedTuple):
    """What decides how much memory a run takes."""

    trainees: int
    dimensions: int
    contacts: int
    cell_size: int
    communities: int
    periods: int
    cycle_length: int

    def bytes(self, engine: str) -> int:
        """Return about how much memory one run takes at its peak."""
        officers = self.trainees // (self.cell_size * self.communities)
        contacts = self.contacts + officers if self.contacts else 0  # none are listed
        each = BYTES_PER_BELIEF[engine] * self.dimensions + BYTES_PER_PERSON[engine] + 40 * self.communities
        each += 24 * contacts + 4 * -(-self.periods // self.cycle_length)
        return self.trainees * each + 16 * len(SESSION_MEASURES) * self.periods


def size_of(settings: Settings, people: int) -> Size:
    """Return the size of a run."""
    beliefs, world = settings.beliefs, settings.organisation
    length = settings.organisation.cycle_length
    contacts = _listed(settings, people)
    return Size(people, beliefs.dimensions, contacts, world.cell_size, world.communities, beliefs.periods, length)


def _listed(settings: Settings, people: int) -> int:
    """Return how many contacts a person has who are listed one by one."""
    return largest_group(settings, people, LARGE if settings.experiment.engine == "compiled" else inf)
