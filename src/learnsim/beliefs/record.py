"""Record: what one run of the beliefs model leaves behind, with everything needed to run it again.
Knows settings and numpy only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from learnsim.beliefs.measures import run_measures
from learnsim.record import differing
from learnsim.settings import Arm
from learnsim.settings.beliefs import Beliefs
from learnsim.settings.tables import Organisation

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int32]
Signs = npt.NDArray[np.int8]


@dataclass(frozen=True)
class BeliefsTrace:
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


@dataclass(frozen=True)
class BeliefsRecord:
    """The result of one run of the beliefs model.

    Attributes
    ----------
    measures : dict of name to array (periods + 1,)
        Row t is after t periods. After the run's end every row repeats the last one: nothing changes any more.
    ended : int
        Periods played.
    settled : bool
        Whether the run ended because nothing could change any more, and not because the periods were over.
    final_beliefs : array (people, dimensions)
    code, reality : arrays (dimensions,)
    rates : array (people,)
        Each person's chance to learn from the code.
    community, cell : arrays (people,)
        Cell is -1 where there are no groups.
    officers : array (cells,)
    branches : array (branches + 1,)
        Branch g of the tree has the cells ``branches[g]`` to ``branches[g + 1] - 1``.
    beliefs, organisation, arm, cycle_length, seed, replicate, engine
        The run's birth certificate.
    trace : BeliefsTrace or None
        If asked for.
    """

    beliefs: Beliefs
    organisation: Organisation
    arm: Arm
    cycle_length: int
    seed: int
    replicate: int
    engine: str
    measures: dict[str, Floats]
    ended: int
    settled: bool
    final_beliefs: Signs
    code: Signs
    reality: Signs
    rates: Floats
    community: Indices
    cell: Indices
    officers: Indices
    branches: Indices
    trace: BeliefsTrace | None = None

    def __getitem__(self, measure: str) -> Floats:
        """Return one measure, shape (periods + 1,)."""
        return self.measures[measure]

    @property
    def sessions_to_equilibrium(self) -> float:
        """Periods until nothing could change any more; NaN if the periods were over first."""
        return float(self.ended) if self.settled else float("nan")

    def run_measures(self) -> dict[str, float]:
        """Return the final measures and those of the run as a whole."""
        return run_measures(self.measures, self.ended, self.settled)

    def same_bits(self, other: BeliefsRecord) -> list[str]:
        """Return the names of what differs from another record in any bit; empty if nothing does."""
        return differing(self._arrays(), other._arrays())

    def _arrays(self) -> dict[str, npt.NDArray[Any]]:
        named: dict[str, Any] = {**self.measures, "end": np.array([self.ended, self.settled])}
        for name in ("final_beliefs", "code", "reality", "rates", "community", "cell", "officers", "branches"):
            named[name] = getattr(self, name)
        if self.trace:
            named |= {f"trace {name}": array for name, array in vars(self.trace).items()}
        return named
