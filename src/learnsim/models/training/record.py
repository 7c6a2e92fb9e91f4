"""Record: the result of one run of the training model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np

from learnsim.arrays import Floats, Indices
from learnsim.models.record import Record
from learnsim.models.training.measures import run_measures


class Trace(NamedTuple):
    """Everybody's state after every session; row 0 is before session 0. For tests, films and doubts.

    Attributes
    ----------
    mastery : array (sessions + 1, trainees, items)
    cell, tenure : arrays (sessions + 1, trainees)
    officers : array (sessions + 1, cells)
    """

    mastery: Floats
    cell: Indices
    tenure: Indices
    officers: Indices


@dataclass(frozen=True, kw_only=True, repr=False)
class TrainingRecord(Record):
    """The result of one run of the training model.

    Attributes
    ----------
    mastery : array (trainees, items)
        Final mastery.
    learning_speed, sociability, helpfulness : arrays (trainees,)
    tenure : array (trainees,)
        Sessions in the cell.
    """

    mastery: Floats
    learning_speed: Floats
    sociability: Floats
    helpfulness: Floats
    tenure: Indices

    STATE: ClassVar[tuple[str, ...]] = ("mastery", "tenure", *Record.STATE)

    def run_measures(self) -> dict[str, float]:
        """Return the final session's measures, and those of the run as a whole; NaN where missing."""
        return run_measures(self.measures, self.settings.curriculum.equal_mean)

    def standing(self) -> Floats:
        """Return each trainee's final mean mastery, summed from left to right as everywhere: shape (trainees,)."""
        total = np.zeros(len(self.mastery))
        for column in self.mastery.T:
            total += column
        return total / self.mastery.shape[1]

    @property
    def speed(self) -> Floats:
        """Everybody's learning speed, shape (trainees,)."""
        return self.learning_speed
