"""Record: what one run leaves behind, with everything needed to run it again.
Knows settings and numpy; pandas only when asked for a frame.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from learnsim.settings import Settings

if TYPE_CHECKING:
    import pandas as pd

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Trace:
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


@dataclass(frozen=True)
class Record:
    """The result of one run of one arm.

    Attributes
    ----------
    measures : dict of name to array (sessions + 1,)
        Row t is after t sessions; missing values are NaN.
    mastery : array (trainees, items)
        Final mastery.
    learning_speed, sociability, helpfulness : arrays (trainees,)
    community, cell, tenure : arrays (trainees,)
        Final membership; cell is -1 where there are no groups.
    officers : array (cells,)
        The trainees who are officers at the end.
    branches : array (branches + 1,)
        Branch g of the tree has the cells ``branches[g]`` to ``branches[g + 1] - 1``.
    clipped : int
        Trait values that a lognormal distribution put above 1.
    settings, arm, seed, replicate, engine
        The run's birth certificate.
    trace : Trace or None
        If asked for.
    """

    settings: Settings
    arm: str
    seed: int
    replicate: int
    engine: str
    measures: dict[str, Floats]
    mastery: Floats
    learning_speed: Floats
    sociability: Floats
    helpfulness: Floats
    community: Indices
    cell: Indices
    tenure: Indices
    officers: Indices
    branches: Indices
    clipped: int = 0
    trace: Trace | None = None

    def __getitem__(self, measure: str) -> Floats:
        """Return one measure, shape (sessions + 1,)."""
        return self.measures[measure]

    def to_frame(self) -> pd.DataFrame:
        """Return the measures as a pandas frame, one row a session, indexed by session."""
        import pandas as pd

        sessions = pd.RangeIndex(len(self.measures["mean_mastery"]), name="session")
        return pd.DataFrame(self.measures, index=sessions)

    def same_bits(self, other: Record) -> list[str]:
        """Return the names of arrays that differ from another record's in any bit; empty if none does."""
        return differing(dict(self._arrays()), dict(other._arrays()))

    def _arrays(self) -> list[tuple[str, npt.NDArray[Any]]]:
        named: list[tuple[str, npt.NDArray[Any]]] = list(self.measures.items())
        named += [
            ("final mastery", self.mastery),
            ("cell", self.cell),
            ("tenure", self.tenure),
            ("officers", self.officers),
            ("branches", self.branches),
            ("community", self.community),
        ]
        if self.trace:
            named += [(f"trace {name}", array) for name, array in vars(self.trace).items()]
        return named


def differing(mine: Mapping[str, npt.NDArray[Any]], theirs: Mapping[str, npt.NDArray[Any]]) -> list[str]:
    """Return the names of arrays that differ in any bit, or that only one side has."""
    return [
        name
        for name in mine.keys() | theirs.keys()
        if name not in mine or name not in theirs or mine[name].tobytes() != theirs[name].tobytes()
    ]
