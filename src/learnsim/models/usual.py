"""Usual: what stands for what a model does not declare of itself: its second engine, and what a run takes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from learnsim.models.info import ModelInfo
    from learnsim.models.record import Record, Setup
    from learnsim.people import Roster
    from learnsim.settings import Settings

PERSON_SECONDS = 1e-5  # a person's period in plain Python, where a model does not say
PERSON_BYTES, PERIOD_BYTES = 10_000, 1_000  # the same of memory: more than any model here takes


class OneEngine:
    """The engine of a model that has but one, whichever is asked for."""

    def __init__(self, simulate: Callable[[Setup], Record]) -> None:
        self.simulate_agents = self.simulate_compiled = simulate

    def draw_shared(self, settings: Settings, replicate: int, roster: Roster | None) -> Any:
        """Each run draws its own people."""
        return None


class Size(NamedTuple):
    """A rough guess at what decides how much memory a run takes."""

    trainees: int
    periods: int

    def bytes(self, engine: str) -> int:
        """Return more than a run takes."""
        return self.trainees * PERSON_BYTES + self.periods * PERIOD_BYTES


class RoughCosts:
    """What a run takes of a model that does not say so."""

    def __init__(self, info: ModelInfo) -> None:
        self._info = info

    def seconds(self, settings: Settings, people: int) -> float:
        """Return a guess."""
        return 0.001 + PERSON_SECONDS * people * self._info.sessions(settings)

    def size_of(self, settings: Settings, people: int) -> Size:
        """Return the size of a run."""
        return Size(people, self._info.sessions(settings))
