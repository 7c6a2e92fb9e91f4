"""Record: what one run of the search model leaves behind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np

from learnsim.arrays import Floats, Indices, Longs
from learnsim.record import Record
from learnsim.search.measures import run_measures
from learnsim.search.networks import Ties
from learnsim.search.rules import score


class SearchTrace(NamedTuple):
    """Everybody's state after every period that was played; row 0 is before period 0.

    Attributes
    ----------
    solutions : array (ended + 1, people)
    cell : array (ended + 1, people)
    officers : array (ended + 1, cells)
    """

    solutions: Longs
    cell: Indices
    officers: Indices


@dataclass(frozen=True, kw_only=True, repr=False)
class SearchRecord(Record):
    """The result of one run of the search model.

    Attributes
    ----------
    rest : int
        The first row at which nothing could change any more; -1 if that was not seen.
    solutions : array (people,)
        Final solutions; bit i is locus i.
    values : array (people,)
        Their values.
    highest : float
        The best value there is.
    ties : Ties
        Who was tied to whom at the end.
    """

    rest: int
    solutions: Longs
    values: Floats
    highest: float
    ties: Ties

    STATE: ClassVar[tuple[str, ...]] = (
        "rest", "solutions", "values", "highest", "offsets", "neighbours", *Record.STATE,
    )  # fmt: skip

    @property
    def offsets(self) -> Indices:
        """Where each person's neighbours begin, shape (people + 1,)."""
        return self.ties.offsets

    @property
    def neighbours(self) -> Indices:
        """Everybody's neighbours one after the other."""
        return self.ties.neighbours

    def run_measures(self) -> dict[str, float]:
        """Return the final measures and those of the run as a whole; NaN where missing."""
        return run_measures(self.measures, self.rest, self.settings.search.periods)

    def standing(self) -> Floats:
        """Return everybody's final score, shape (people,)."""
        exponent = self.settings.search.exponent
        return np.array([score(worth, self.highest, exponent) for worth in self.values.tolist()])
