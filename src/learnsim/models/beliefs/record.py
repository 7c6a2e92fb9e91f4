"""Record: the result of one run of the beliefs model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np

from learnsim.arrays import Floats, Indices, Longs, Signs
from learnsim.models.beliefs.measures import stratum_measures
from learnsim.models.labelled import Label
from learnsim.models.record import SettlingRecord


class Trace(NamedTuple):
    """Everybody's state after every period that was simulated; row 0 is before period 0.

    Attributes
    ----------
    beliefs : array (periods + 1, people, dimensions)
    code, reality : arrays (periods + 1, dimensions)
    rates, cell : arrays (periods + 1, people)
    officers : array (periods + 1, cells)
    community : array (periods + 1, people)
    branches : array (periods + 1, branches + 1)
        See :class:`~learnsim.grouping.cells.SeatPlan`.
    """

    beliefs: Signs
    code: Signs
    reality: Signs
    rates: Floats
    cell: Indices
    officers: Indices
    community: Indices
    branches: Indices


def payoffs(beliefs: Signs, reality: Signs, interdependence: int) -> Floats:
    """Return everybody's payoff: the share of dimensions that pay, shape (people,)."""
    right = (beliefs == reality).reshape(len(beliefs), -1, interdependence)
    return right.all(axis=2).mean(axis=1)


@dataclass(frozen=True, kw_only=True, repr=False)
class BeliefsRecord(SettlingRecord):
    """The result of one run of the beliefs model.

    Attributes
    ----------
    beliefs : array (people, dimensions)
        What everybody believes at the end.
    code, reality : arrays (dimensions,)
    rates : array (people,)
        Each person's chance to learn from the code.
    """

    beliefs: Signs
    code: Signs
    reality: Signs
    rates: Floats

    STATE: ClassVar[tuple[str, ...]] = ("beliefs", "code", "reality", "rates", *SettlingRecord.STATE)
    LABELS: ClassVar[dict[str, Label]] = {
        **SettlingRecord.LABELS,
        "beliefs": Label(("person", "dimension"), "what each person believes of each dimension: -1, 0 (no belief) or 1"),
        "code": Label(("dimension",), "what the organisational code says of each dimension: -1, 0 or 1"),
        "reality": Label(("dimension",), "what is right in each dimension: -1 or 1"),
        "branches": Label(("branch",), "the first cell of each community, and the end; -1 where there are fewer"),
        "rates": Label(("person",), "each person's chance to learn from the code", "chance per period"),
    }

    def standing(self) -> Floats:
        """Return everybody's final payoff, shape (people,)."""
        return payoffs(self.beliefs, self.reality, self.settings.beliefs.interdependence)

    def of_stratum(self, members: Longs) -> dict[str, float]:
        """Return the final measures of some people alone."""
        beliefs = np.ascontiguousarray(self.beliefs[members])
        return stratum_measures(beliefs, self.reality, self.settings.beliefs.interdependence)

    @property
    def speed(self) -> Floats:
        """Everybody's chance to learn from the code, shape (people,); all alike where there is none."""
        return self.rates if self.rates.any() else super().speed
