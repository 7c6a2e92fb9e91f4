"""Cost: how long a run of the training model takes, and how much memory."""

from __future__ import annotations

from typing import NamedTuple

from learnsim.models.training.info import SESSION_MEASURES
from learnsim.settings import Settings

RUN_SECONDS = 0.0004  # a run's cost beside its trainees' sessions, measured
SESSION_SECONDS = {"compiled": 1e-7, "agents": 2.5e-5}  # a trainee's session, measured
BYTES_PER_AGENT = 6000  # bytes a Mesa agent takes, measured; the compiled engine's are counted below
BYTES_PER_SESSION = 8 * (15 + 2 * len(SESSION_MEASURES))


def seconds(settings: Settings, people: int) -> float:
    """Return about how long one run takes on one processor, in seconds."""
    return RUN_SECONDS + SESSION_SECONDS[settings.experiment.engine] * people * settings.training.sessions


class Size(NamedTuple):
    """What decides how much memory a run takes."""

    trainees: int
    items: int
    communities: int
    sessions: int
    cycle_length: int

    def bytes(self, engine: str) -> int:
        """Return about how much memory one run takes at its peak."""
        each = 32 * self.items + 40 * self.communities + 4 * -(-self.sessions // self.cycle_length) + 160
        if engine == "agents":
            each += BYTES_PER_AGENT
        return self.trainees * each + BYTES_PER_SESSION * self.sessions


def size_of(settings: Settings, people: int) -> Size:
    """Return the size of a run."""
    training, communities = settings.training, settings.organisation.communities
    return Size(people, settings.curriculum.items, communities, training.sessions, settings.organisation.cycle_length)
