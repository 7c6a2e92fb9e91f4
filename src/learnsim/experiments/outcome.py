"""Outcome: what is kept of one run, whether it went well or failed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from learnsim.arrays import Array, Floats, Longs
from learnsim.experiments.points import Point
from learnsim.record import Record
from learnsim.registry import info_of
from learnsim.runs import BINS


@dataclass(frozen=True)
class Outcome:
    """What is kept of one run.

    Attributes
    ----------
    point : int
    arm : str
    replicate : int
    sessions : array (rows, session measures)
        Row t is after t sessions; the last row holds for those after it. Empty if the run failed.
    totals : array (measures,)
        The final session's measures, and those of the run as a whole, in the order of its kind's columns.
    distribution : array (20,)
        People in each bin of their final standing.
    clipped : int
        Trait values that had to be clipped.
    stage, cause : str
        Where and why the run failed; empty if it did not.
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

    @property
    def failed(self) -> bool:
        """Whether the run failed."""
        return bool(self.stage)

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel as one piece: Dask would send every array on its own."""
        return outcome_from, (self.point, self.arm, self.replicate, *self.packed(), self.clipped, self.stage, self.cause)

    def packed(self) -> tuple[int, bytes, bytes, bytes]:
        """Return how many measures a session has, and the arrays as bytes."""
        arrays = (self.sessions.tobytes(), self.totals.tobytes(), self.distribution.tobytes())
        return self.sessions.shape[1], *arrays


def outcome_from(
    point: int, arm: str, replicate: int, width: int, sessions: bytes, totals: bytes, distribution: bytes, *rest: Any
) -> Outcome:
    """Return an outcome whose arrays are given as their bytes, with so many measures a session."""
    return Outcome(
        point,
        arm,
        replicate,
        np.frombuffer(sessions).reshape(-1, width),
        np.frombuffer(totals),
        np.frombuffer(distribution, dtype=np.int64),
        *rest,
    )


def outcome_of(point: int, record: Record) -> Outcome:
    """Return what is kept of a record."""
    totals, kind = record.run_measures(), info_of(record.settings)
    return Outcome(
        point,
        record.arm,
        record.replicate,
        np.array([record.measures[measure] for measure in kind.session_measures]).T.copy(),
        np.array([totals[name] for name in kind.names]),
        histogram(record.standing()),
        record.clipped,
    )


def histogram(standing: Floats) -> Array:
    """Return how many people's standing falls into each of 20 equal bins of [0, 1], shape (20,)."""
    return np.bincount(np.minimum((standing * BINS).astype(np.int64), BINS - 1), minlength=BINS)


def failure_of(point: Point, arm: str, replicate: int, stage: str, error: Exception) -> Outcome:
    """Return what is kept of a run that raised."""
    notes = "".join(f" ({note})" for note in getattr(error, "__notes__", ()))
    cause = f"{type(error).__name__}: {error}{notes}"
    kind = info_of(point.settings)
    nothing, totals = np.empty((0, len(kind.session_measures))), np.full(len(kind.names), np.nan)
    return Outcome(point.number, arm, replicate, nothing, totals, np.zeros(BINS, np.int64), 0, stage, cause)
