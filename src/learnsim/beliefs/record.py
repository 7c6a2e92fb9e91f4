"""Record: what one run of the beliefs model leaves behind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from learnsim.arrays import Floats, Indices, Signs
from learnsim.beliefs.measures import run_measures
from learnsim.record import Record


class BeliefsTrace(NamedTuple):
    """Everybody's state after every period that was played; row 0 is before period 0.

    Attributes
    ----------
    beliefs : array (ended + 1, people, dimensions)
    code, reality : arrays (ended + 1, dimensions)
    rates, cell : arrays (ended + 1, people)
    officers : array (ended + 1, cells)
    """

    beliefs: Signs
    code: Signs
    reality: Signs
    rates: Floats
    cell: Indices
    officers: Indices


@dataclass(frozen=True, kw_only=True, repr=False)
class BeliefsRecord(Record):
    """The result of one run of the beliefs model.

    Attributes
    ----------
    ended : int
        Periods played.
    settled : bool
        Whether the run ended because nothing could change any more, and not because the periods were over.
    beliefs : array (people, dimensions)
        What everybody believes at the end.
    code, reality : arrays (dimensions,)
    rates : array (people,)
        Each person's chance to learn from the code.
    """

    ended: int
    settled: bool
    beliefs: Signs
    code: Signs
    reality: Signs
    rates: Floats

    STATE: ClassVar[tuple[str, ...]] = ("ended", "settled", "beliefs", "code", "reality", "rates", *Record.STATE)

    def run_measures(self) -> dict[str, float]:
        """Return the final measures and those of the run as a whole; NaN where missing."""
        return run_measures(self.measures, self.ended, self.settled)

    def standing(self) -> Floats:
        """Return everybody's final payoff: the share of dimensions that pay, shape (people,)."""
        size = self.settings.beliefs.interdependence
        right = (self.beliefs == self.reality).reshape(len(self.beliefs), -1, size)
        return right.all(axis=2).mean(axis=1)

    @property
    def speed(self) -> Floats:
        """Everybody's chance to learn from the code, shape (people,); all alike where there is none."""
        return self.rates if self.rates.any() else super().speed
