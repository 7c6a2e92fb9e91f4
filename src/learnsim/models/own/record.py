"""Record: the result of one run of a model of the user's own on our organisation."""

from __future__ import annotations

from dataclasses import dataclass

from learnsim.arrays import Floats
from learnsim.models.record import Record


@dataclass(frozen=True, kw_only=True, repr=False)
class OwnRecord(Record):
    """The result of one run of a model of the user's own on our organisation.

    Attributes
    ----------
    steps : int
        Periods that the run had; fewer than were allowed if ``model.running`` became false.
    final : array (people,), or (0,)
        Everybody's standing at the end, if the class says what that is.
    """

    steps: int
    final: Floats

    def run_measures(self) -> dict[str, float]:
        """Return the last value of each measure, and how many periods the run had."""
        return {**super().run_measures(), "steps": float(self.steps)}

    def standing(self) -> Floats:
        """Return everybody's standing at the end, from 0 to 1; nothing if the class does not say what that is."""
        return self.final
