"""Record: the result of one run of a user's own Mesa model."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from learnsim.arrays import Floats
from learnsim.models.record import Record


@dataclass(frozen=True, kw_only=True, repr=False)
class MesaRecord(Record):
    """The result of one run of a user's own Mesa model: its model reporters after each step.

    It knows nothing of communities and cells: those arrays are empty.

    Attributes
    ----------
    steps : int
        Steps that the run made; fewer than were allowed if ``model.running`` became false.
    """

    steps: int

    def __repr__(self) -> str:
        name = next(iter(self.measures))
        final = self.measures[name][-1]
        return (
            f"<{type(self).__name__}: arm {self.arm}, seed {self.seed}, replicate {self.replicate}; "
            f"{self.steps} steps; {name} {final:.3f}>"
        )

    def run_measures(self) -> dict[str, float]:
        """Return the last value of each reporter, and how many steps the run made."""
        return {**super().run_measures(), "steps": float(self.steps)}

    def standing(self) -> Floats:
        """Return nothing: a model's agents may be anything."""
        return np.empty(0)
