"""By person: whether an experiment keeps results of each person and of each stratum, which only one with a roster can.
Known before the first run, from settings and roster.
"""

from __future__ import annotations

from typing import NamedTuple

from learnsim.grouping.strata import Stratum, strata_of
from learnsim.models.registry import info_of
from learnsim.people import Roster
from learnsim.settings import Settings

MOST_PEOPLE = 10_000_000  # people x runs of which each person's results are kept: 32 bytes each while it runs
MOST_STRATA = 2_000_000  # strata x runs: rows of strata.parquet


class ByPerson(NamedTuple):
    """What is kept of people beside the measures of everybody.

    Attributes
    ----------
    people : bool
        Whether each person's results are.
    strata : tuple of Stratum
        Those whose measures are.
    """

    people: bool = False
    strata: tuple[Stratum, ...] = ()


NOTHING = ByPerson()


def by_person_of(settings: Settings, points: int, roster: Roster | None) -> ByPerson:
    """Return what an experiment of so many points keeps; nothing without a roster."""
    if roster is None:
        return NOTHING
    runs, strata = most_runs(settings, points), _strata(settings, roster)
    return ByPerson(len(roster.ids) * runs <= MOST_PEOPLE, strata if len(strata) * runs <= MOST_STRATA else ())


def left_out(settings: Settings, points: int, roster: Roster | None) -> tuple[str, ...]:
    """Return a note for each table of people that is not written, since it would be too large."""
    if roster is None:
        return ()
    runs, kept = most_runs(settings, points), by_person_of(settings, points, roster)
    notes = []
    if not kept.people:
        count = len(roster.ids)
        notes.append(f"people.parquet is not written: {count:,} people x {runs:,} runs are more than {MOST_PEOPLE:,}")
    strata = _strata(settings, roster)
    if strata and not kept.strata:
        several = f"{len(strata):,} values of labels x {runs:,} runs are more than {MOST_STRATA:,}"
        notes.append(f"strata.parquet and strata.csv are not written: {several}")
    return tuple(notes)


def most_runs(settings: Settings, points: int) -> int:
    """Return how many runs an experiment of so many points has at most."""
    replicates = settings.precision.max if settings.precision else settings.experiment.replicates
    return points * len(settings.arms) * replicates


def _strata(settings: Settings, roster: Roster) -> tuple[Stratum, ...]:
    return strata_of(settings, roster) if info_of(settings).by_stratum else ()
