"""Record of a search: what one run leaves behind, with everything needed to run it again.
Knows settings and numpy; pandas only when asked for a frame.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from learnsim.record import differing
from learnsim.search.networks import Ties
from learnsim.search.rules import score
from learnsim.settings import Settings
from learnsim.settings.search import Search

if TYPE_CHECKING:
    import pandas as pd

Floats = npt.NDArray[np.float64]
Longs = npt.NDArray[np.int64]
Indices = npt.NDArray[np.int32]


@dataclass(frozen=True)
class SearchTrace:
    """Everybody's state after every period; row 0 is before period 0. For tests, films and doubts.

    Attributes
    ----------
    solutions : array (periods + 1, people)
    cell : array (periods + 1, people)
    officers : array (periods + 1, cells)
    """

    solutions: Longs
    cell: Indices
    officers: Indices


@dataclass(frozen=True)
class SearchRecord:
    """The result of one run of the search model.

    Attributes
    ----------
    measures : dict of name to array (periods + 1,)
        Row t is after t periods; after the run came to rest the rows repeat.
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
    community, cell : arrays (people,)
        Final membership; cell is -1, and community 0, where there are no groups.
    officers : array (cells,)
    clipped : int
        Trait values that a lognormal distribution put above 1.
    settings, search, arm, seed, replicate, engine
        The run's birth certificate.
    trace : SearchTrace or None
        If asked for.
    """

    settings: Settings
    search: Search
    arm: str
    seed: int
    replicate: int
    engine: str
    measures: dict[str, Floats]
    rest: int
    solutions: Longs
    values: Floats
    highest: float
    ties: Ties
    community: Indices
    cell: Indices
    officers: Indices
    clipped: int = 0
    trace: SearchTrace | None = None

    @property
    def scores(self) -> Floats:
        """Everybody's final score, shape (people,)."""
        return np.array([score(worth, self.highest, self.search.exponent) for worth in self.values.tolist()])

    def __getitem__(self, measure: str) -> Floats:
        """Return one measure, shape (periods + 1,)."""
        return self.measures[measure]

    def to_frame(self) -> pd.DataFrame:
        """Return the measures as a pandas frame, one row a period, indexed by period."""
        import pandas as pd

        return pd.DataFrame(self.measures, index=pd.RangeIndex(len(self["mean_score"]), name="period"))

    def same_bits(self, other: SearchRecord) -> list[str]:
        """Return the names of arrays that differ from another record's in any bit; empty if none does."""
        return differing(dict(self._arrays()), dict(other._arrays()))

    def _arrays(self) -> list[tuple[str, npt.NDArray[Any]]]:
        named: list[tuple[str, npt.NDArray[Any]]] = list(self.measures.items())
        named += [
            ("rest", np.array(self.rest)),
            ("final solutions", self.solutions),
            ("final values", self.values),
            ("highest", np.array(self.highest)),
            ("offsets", self.ties.offsets),
            ("neighbours", self.ties.neighbours),
            ("community", self.community),
            ("cell", self.cell),
            ("officers", self.officers),
        ]
        if self.trace:
            named += [(f"trace {name}", array) for name, array in vars(self.trace).items()]
        return named
