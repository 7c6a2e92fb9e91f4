"""Kinds: the models by name: what each measures, and the door through which a run of any of them is made.
Each model's engines are imported only when a run is made.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Protocol, cast

from learnsim.beliefs import measures as of_beliefs
from learnsim.grouping.reading import Reading
from learnsim.people import Roster, load_roster
from learnsim.record import Record, Setup
from learnsim.search import measures as of_search
from learnsim.settings import Settings
from learnsim.settings.kinds import COMPARED_BY
from learnsim.training import measures as of_training

BINS = 20  # of a distribution over people
TOGETHER = 8  # runs that are played side by side
Meanings = dict[str, tuple[str, str]]  # measure to its meaning and unit


class Runs(Protocol):
    """What a model's module ``run`` offers: all but ``draw_shared`` take a setup and give its record."""

    def draw_shared(self, settings: Settings, replicate: int, roster: Roster | None) -> Any:
        """Draw what all arms of a replicate have in common."""

    def play_agents(self, setup: Setup) -> Record:
        """Run it by Mesa agents."""

    def play_compiled(self, setup: Setup) -> Record:
        """Run it in machine code."""


class Needs(Protocol):
    """What a model's module ``needs`` offers."""

    def seconds(self, settings: Settings, people: int) -> float:
        """Return about how long one run takes on one processor."""

    def size_of(self, settings: Settings, people: int) -> Any:
        """Return what decides a run's memory, a NamedTuple with ``bytes(engine)``."""


@dataclass(frozen=True)
class Kind:
    """A model.

    Attributes
    ----------
    name : str
    session_measures, run_measures : dict of name to (meaning, unit)
    headline : tuple of str
        The measures that a report dwells on, the one that arms are compared by first.
    standing : str
        What a person's final standing is, of which distributions are drawn.
    clock : str
        What its time is counted in.
    """

    name: str
    session_measures: Meanings
    run_measures: Meanings
    headline: tuple[str, ...]
    standing: str
    clock: str = "session"

    @property
    def columns(self) -> tuple[str, ...]:
        """The measures that a run has: the final session's, and those of the run as a whole."""
        return (*self.session_measures, *self.run_measures)

    @property
    def measures(self) -> Meanings:
        """Every measure with its meaning and unit."""
        return {**self.session_measures, **self.run_measures}

    @property
    def runs(self) -> Runs:
        """The model's two engines."""
        return cast(Runs, import_module(f"learnsim.{self.name}.run"))

    @property
    def reading(self) -> Callable[[Reading], None]:
        """What says which settings a run reads."""
        return cast("Callable[[Reading], None]", import_module(f"learnsim.{self.name}.reading").read)

    @property
    def needs(self) -> Needs:
        """What a run takes."""
        return cast(Needs, import_module(f"learnsim.{self.name}.needs"))


KINDS: dict[str, Kind] = {
    "training": Kind(
        "training",
        of_training.SESSION_MEASURES,
        of_training.RUN_MEASURES,
        (COMPARED_BY["training"], "sd_mastery", "slow_fast_gap", "quiet_outgoing_gap"),
        "mean mastery of a trainee",
    ),
    "beliefs": Kind(
        "beliefs",
        of_beliefs.SESSION_MEASURES,
        of_beliefs.RUN_MEASURES,
        (COMPARED_BY["beliefs"], "diversity", "mean_knowledge", "code_knowledge"),
        "payoff of a person",
        "period",
    ),
    "search": Kind(
        "search",
        of_search.SESSION_MEASURES,
        of_search.RUN_MEASURES,
        (COMPARED_BY["search"], "distinct_solutions", "best_score", "at_optimum"),
        "score of a person",
        "period",
    ),
}


def kind_of(settings: Settings) -> Kind:
    """Return the model that settings are about."""
    return KINDS[settings.model.kind]


def reading_of(settings: Settings, name: str, roster: Roster | None = None) -> Reading:
    """Return what a run of an arm reads of the settings."""
    reading = Reading(settings, name, roster)
    kind_of(settings).reading(reading)
    return reading


def sessions_of(settings: Settings) -> int:
    """Return how many sessions or periods a run has at most."""
    return {
        "training": settings.training.sessions,
        "beliefs": settings.beliefs.periods,
        "search": settings.search.periods,
    }[settings.model.kind]


def most_sessions_of(settings: Settings) -> int:
    """Return how many sessions or periods a run has at most at any point of a sweep."""
    name = {"training": "training.sessions", "beliefs": "beliefs.periods", "search": "search.periods"}[settings.model.kind]
    swept = settings.sweep.get(name, [sessions_of(settings)])
    return int(max(swept) if isinstance(swept, list) else swept.high)


def headline_of(settings: Settings) -> tuple[str, ...]:
    """Return the measures that a report dwells on: first the one that arms are compared by."""
    usual = kind_of(settings).headline
    return (settings.measure, *(name for name in usual if name != settings.measure))[: len(usual)]


def setup_of(
    settings: Settings,
    name: str,
    replicate: int = 0,
    *,
    roster: Roster | None = None,
    shared: Any = None,
    trace: bool = False,
) -> Setup:
    """Return what one run of an arm of the settings, or of a preset, is made of."""
    roster = roster if roster is not None else load_roster(settings)
    return Setup(settings, name, settings.arm(name), replicate, roster, shared, trace)


def run_arm(
    settings: Settings,
    name: str,
    replicate: int = 0,
    *,
    engine: str | None = None,
    roster: Roster | None = None,
    shared: Any = None,
    trace: bool = False,
) -> Record:
    """Run one arm once.

    Parameters
    ----------
    settings : Settings
    name : str
        An arm of the settings, or a preset.
    replicate : int
        The same replicate has the same people, problem and luck in every arm.
    engine : "compiled" or "agents", optional
        The setting's if left out; both give the same bits.
    roster : Roster, optional
        Already read.
    shared : object, optional
        What all arms of this replicate have in common, already drawn; it is not changed.
    trace : bool
        Whether the record holds everybody's state after every session.

    Raises
    ------
    SettingsError, PolicyError
        If the arm, the roster or a policy cannot be used.
    """
    runs = kind_of(settings).runs
    play = runs.play_agents if (engine or settings.experiment.engine) == "agents" else runs.play_compiled
    return play(setup_of(settings, name, replicate, roster=roster, shared=shared, trace=trace))


def run_together(setups: Sequence[Setup]) -> list[Record]:
    """Play exactly :data:`TOGETHER` compiled runs of one model, side by side where it can."""
    runs = kind_of(setups[0].settings).runs
    together = getattr(runs, "play_eight", None)
    return together(setups) if together else [runs.play_compiled(setup) for setup in setups]
