"""Cost: how long a run of the training model takes, and how much memory."""

from __future__ import annotations

from typing import NamedTuple

from learnsim.grouping.communities import draft_seconds
from learnsim.grouping.meetings import side_of_square
from learnsim.models.training.info import ONE_BY_ONE, SESSION_MEASURES, TRAINING
from learnsim.settings import Settings

RUN_SECONDS = 0.0003  # a run's cost beside its trainees' sessions, measured
SESSION_SECONDS = {"compiled": 8e-8, "agents": 2.5e-5}  # a trainee's session, measured
GENERAL = 4  # times as long, where people are gone through one by one
QUESTION_SECONDS = 4e-8  # a trainee's answer, measured
BYTES_PER_AGENT = 6000  # bytes a Mesa agent takes, measured; the compiled engine's are counted below
BYTES_PER_MISCONCEPTION = 40  # misconception, what is learned right and wrong, and what policies see
BYTES_PER_SESSION = 8 * (15 + 2 * len(SESSION_MEASURES))


def seconds(settings: Settings, people: int) -> float:
    """Return about how long one run takes on one processor, in seconds."""
    world, sessions = settings.organisation, settings.training.sessions
    drafts = [draft_seconds(settings.arm(name), people, world.communities) for name in settings.arms]
    drafting = -(-sessions // world.cycle_length) * sum(drafts) / max(1, len(drafts))
    groups = TRAINING.groups_of(settings)
    times = (GENERAL if ONE_BY_ONE & {*groups} else 1) * (1 + len({"shocks", "losses"} & {*groups}))
    testing = 2 * settings.curriculum.questions * people * QUESTION_SECONDS
    return RUN_SECONDS + testing + times * SESSION_SECONDS[settings.experiment.engine] * people * sessions + drafting


class Size(NamedTuple):
    """What decides how much memory a run takes."""

    trainees: int
    items: int
    communities: int
    sessions: int
    cycle_length: int

    def bytes(self, engine: str) -> int:
        """Return about how much memory one run takes at its peak."""
        cycles = -(-self.sessions // self.cycle_length)
        each = 32 * self.items + 40 * self.communities + 4 * cycles + 160 + 4 * side_of_square(self.trainees, cycles)
        if engine == "agents":
            each += BYTES_PER_AGENT
        return self.trainees * each + BYTES_PER_SESSION * self.sessions


class GeneralSize(Size):
    """The same of a run in which people may have misconceptions, or be absent."""

    def bytes(self, engine: str) -> int:
        """Return about how much memory one run takes at its peak."""
        return super().bytes(engine) + BYTES_PER_MISCONCEPTION * self.trainees * self.items


def size_of(settings: Settings, people: int) -> Size:
    """Return the size of a run."""
    training, communities = settings.training, settings.organisation.communities
    kind = GeneralSize if ONE_BY_ONE & {*TRAINING.groups_of(settings)} else Size
    return kind(people, settings.curriculum.items, communities, training.sessions, settings.organisation.cycle_length)
