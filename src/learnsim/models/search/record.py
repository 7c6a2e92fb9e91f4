"""Record: the result of one run of the search model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from learnsim.arrays import Floats, Indices, Longs
from learnsim.models.labelled import Label
from learnsim.models.record import SettlingRecord
from learnsim.models.search.measures import score_over_time, scores, stratum_measures
from learnsim.models.search.networks import Ties


class Trace(NamedTuple):
    """Everybody's state after every period that was simulated; row 0 is before period 0.

    Attributes
    ----------
    solutions : array (periods + 1, people)
    cell : array (periods + 1, people)
    officers : array (periods + 1, cells)
    values, scores : arrays (periods + 1, people)
        Of everybody's solution.
    community : array (periods + 1, people)
    branches : array (periods + 1, branches + 1)
        See :class:`~learnsim.grouping.cells.SeatPlan`.
    """

    solutions: Longs
    cell: Indices
    officers: Indices
    values: Floats
    scores: Floats
    community: Indices
    branches: Indices


@dataclass(frozen=True, kw_only=True, repr=False)
class SearchRecord(SettlingRecord):
    """The result of one run of the search model.

    Attributes
    ----------
    solutions : array (people,)
        Final solutions; bit i is locus i.
    values : array (people,)
        Their values.
    highest : float
        The best value there is.
    ties : Ties
        Who was tied to whom at the end.
    """

    solutions: Longs
    values: Floats
    highest: float
    ties: Ties

    STATE: ClassVar[tuple[str, ...]] = (
        "solutions", "values", "highest", "offsets", "neighbours", *SettlingRecord.STATE,
    )  # fmt: skip
    LABELS: ClassVar[dict[str, Label]] = {
        **SettlingRecord.LABELS,
        "solutions": Label(("person",), "each person's solution, whose bit i is locus i"),
        "branches": Label(("branch",), "the first cell of each community, and the end; -1 where there are fewer"),
        "values": Label(("person",), "the value of each person's solution"),
        "scores": Label(("person",), "the score of each person's solution, (value / best value)^exponent", "0 to 1"),
    }

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
        mean = score_over_time(self["mean_score"], self.settings.search.periods)
        return {**super().run_measures(), "score_over_time": mean}

    def standing(self) -> Floats:
        """Return everybody's final score, shape (people,)."""
        return scores(self.values, self.highest, self.settings.search.exponent)

    def of_stratum(self, members: Longs) -> dict[str, float]:
        """Return the final measures of some people alone."""
        exponent = self.settings.search.exponent
        return stratum_measures(self.solutions[members], self.values[members], self.highest, exponent)
