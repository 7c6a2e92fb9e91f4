"""Outcome: the stored result of one run, whether it succeeded or failed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from learnsim.arrays import Array, Floats, Longs
from learnsim.errors import RunError
from learnsim.experiments.design.by_person import NOTHING, ByPerson
from learnsim.experiments.design.points import Point
from learnsim.grouping.strata import Stratum
from learnsim.models.record import PersonResults, Record
from learnsim.models.registry import info_of
from learnsim.models.runs import BINS


@dataclass(frozen=True)
class Outcome:
    """The stored result of one run.

    Attributes
    ----------
    point : int
    arm : str
    replicate : int
    sessions : array (rows, session measures)
        Row t is the state after t sessions; the last row applies to all later sessions. Empty if the run failed.
    totals : array (measures,)
        The final session's measures, and those of the run as a whole, in the order of the model's columns.
    distribution : array (20,)
        People in each bin of their final standing.
    clipped : int
        Number of trait values that were clipped.
    stage, cause : str
        Where and why the run failed; empty if it did not.
    people : array (4, people)
        Each person's results, in the order of :class:`~learnsim.models.record.PersonResults`; without people where they are
        not kept.
    strata : array (strata x measures,)
        The measures of each stratum, one after the other; empty where they are not kept.
    """

    point: int
    arm: str
    replicate: int
    sessions: Floats
    totals: Floats
    distribution: Longs
    clipped: int = 0
    stage: str = ""
    cause: str = ""
    people: Floats = field(default_factory=lambda: np.empty((len(PersonResults._fields), 0)))
    strata: Floats = field(default_factory=lambda: np.empty(0))

    @property
    def failed(self) -> bool:
        """Whether the run failed."""
        return bool(self.stage)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle as one piece: Dask would send each array separately."""
        run = self.point, self.arm, self.replicate
        return outcome_from, (*run, *self.packed(), self.clipped, self.stage, self.cause)

    def packed(self) -> tuple[int, bytes, bytes, bytes, bytes, bytes]:
        """Return the number of measures per session, and the arrays as bytes."""
        arrays = (self.sessions.tobytes(), self.totals.tobytes(), self.distribution.tobytes())
        return self.sessions.shape[1], *arrays, self.people.tobytes(), self.strata.tobytes()


def outcome_from(
    point: int,
    arm: str,
    replicate: int,
    width: int,
    sessions: bytes,
    totals: bytes,
    distribution: bytes,
    people: bytes,
    strata: bytes,
    clipped: int,
    stage: str,
    cause: str,
) -> Outcome:
    """Return an outcome from its arrays as bytes, with so many measures per session."""
    return Outcome(
        point,
        arm,
        replicate,
        np.frombuffer(sessions).reshape(-1, width),
        np.frombuffer(totals),
        np.frombuffer(distribution, dtype=np.int64),
        clipped,
        stage,
        cause,
        np.frombuffer(people).reshape(len(PersonResults._fields), -1),
        np.frombuffer(strata),
    )


def outcome_of(
    point: int, record: Record, measured: tuple[str, ...] = (), by_person: ByPerson = NOTHING
) -> Outcome:
    """Return the outcome of a finished run, with the further measures of these groups, and what is kept of people."""
    totals, kind = record.run_measures(), info_of(record.settings).with_groups(measured)
    return Outcome(
        point,
        record.arm,
        record.replicate,
        np.array([record.measures[measure] for measure in kind.session_measures]).T.copy(),
        np.array([totals[name] for name in kind.names]),
        histogram(record.standing()),
        record.clipped,
        people=_people_of(record, kept=by_person.people),
        strata=_strata_of(record, kind.by_stratum, by_person.strata),
    )


def _people_of(record: Record, *, kept: bool) -> Floats:
    """Each person's results; a model that says nothing of persons has but their standing at the end."""
    if not kept:
        return np.empty((len(PersonResults._fields), 0))
    nothing = np.full(len(record.cell), np.nan)
    return np.array(record.by_person or (nothing, record.standing(), nothing, nothing), dtype=np.float64)


def _strata_of(record: Record, measures: tuple[str, ...], strata: tuple[Stratum, ...]) -> Floats:
    """The measures of each stratum, one after the other."""
    rows = [record.of_stratum(stratum.members) for stratum in strata]
    return np.array([row.get(measure, np.nan) for row in rows for measure in measures])


def histogram(standing: Floats) -> Array:
    """Return how many people's standing falls into each of 20 equal bins of [0, 1], shape (20,)."""
    return np.bincount(np.minimum((standing * BINS).astype(np.int64), BINS - 1), minlength=BINS)


def failure_of(point: Point, arm: str, replicate: int, stage: str, error: Exception) -> Outcome:
    """Return the outcome of a run that raised an error."""
    notes = "".join(f" ({note})" for note in getattr(error, "__notes__", ()))
    cause = str(error) if isinstance(error, RunError) else f"{type(error).__name__}: {error}{notes}"
    kind = info_of(point.settings).with_groups(point.measured)
    nothing, totals = np.empty((0, len(kind.session_measures))), np.full(len(kind.names), np.nan)
    return Outcome(point.number, arm, replicate, nothing, totals, np.zeros(BINS, np.int64), 0, stage, cause)
