"""Outcome: what is kept of one run, whether it went well or failed.
Knows records and measures.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from learnsim.record import Record
from learnsim.training.measures import BINS, RUN_MEASURES, SESSION_MEASURES, histogram, run_measures

RUN_COLUMNS = (*SESSION_MEASURES, *RUN_MEASURES)


@dataclass(frozen=True)
class Outcome:
    """What is kept of one run.

    Attributes
    ----------
    point : int
    arm : str
    replicate : int
    sessions : array (sessions + 1, session measures)
        Empty if the run failed.
    totals : array (run measures,)
        The final session's measures, and those of the run as a whole, in the order of :data:`RUN_COLUMNS`.
    distribution : array (20,)
        Trainees in each bin of final mean mastery.
    clipped : int
        Trait values that had to be clipped.
    stage, cause : str
        Where and why the run failed; empty if it did not.
    """

    point: int
    arm: str
    replicate: int
    sessions: npt.NDArray[np.float64]
    totals: npt.NDArray[np.float64]
    distribution: npt.NDArray[np.int64]
    clipped: int = 0
    stage: str = ""
    cause: str = ""

    @property
    def failed(self) -> bool:
        """Whether the run failed."""
        return bool(self.stage)

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel as one piece: Dask would send every array on its own."""
        arrays = (self.sessions.tobytes(), self.totals.tobytes(), self.distribution.tobytes())
        return outcome_from, (self.point, self.arm, self.replicate, *arrays, self.clipped, self.stage, self.cause)


def outcome_from(
    point: int, arm: str, replicate: int, sessions: bytes, totals: bytes, distribution: bytes, *rest: Any
) -> Outcome:
    """Return an outcome whose arrays are given as their bytes."""
    return Outcome(
        point,
        arm,
        replicate,
        np.frombuffer(sessions).reshape(-1, len(SESSION_MEASURES)),
        np.frombuffer(totals),
        np.frombuffer(distribution, dtype=np.int64),
        *rest,
    )


def outcome_of(point: int, record: Record) -> Outcome:
    """Return what is kept of a record."""
    totals = run_measures(record.measures)
    return Outcome(
        point,
        record.arm,
        record.replicate,
        np.column_stack([record.measures[measure] for measure in SESSION_MEASURES]),
        np.array([totals[name] for name in RUN_COLUMNS]),
        histogram(_row_means(record.mastery)),
        record.clipped,
    )


def failure_of(point: int, arm: str, replicate: int, stage: str, error: Exception) -> Outcome:
    """Return what is kept of a run that raised."""
    notes = "".join(f" ({note})" for note in getattr(error, "__notes__", ()))
    cause = f"{type(error).__name__}: {error}{notes}"
    nothing = np.empty((0, len(SESSION_MEASURES)))
    return Outcome(
        point, arm, replicate, nothing, np.full(len(RUN_COLUMNS), np.nan), np.zeros(BINS, np.int64), 0, stage, cause
    )


def _row_means(mastery: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Each trainee's mean, summed from left to right as everywhere."""
    total = np.zeros(len(mastery))
    for column in mastery.T:
        total += column
    return total / mastery.shape[1]
