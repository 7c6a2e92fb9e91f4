"""The table of the search model: how rugged the problem is, who is tied to whom, and how long people search.
Knows how settings are declared; who there is stands in the table of the organisation.
"""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from learnsim.settings.declare import Table, setting
from learnsim.settings.tables import MOST

Network = Literal["line", "lattice", "small-world", "full", "isolated", "cells"]

SOURCE = "Lazer & Friedman 2007"


class Search(Table):
    """A problem that nobody has solved yet, and the network over which solutions spread."""

    loci: int = setting(20, "bits of a solution (N)", unit="bits", source=SOURCE, usual=(5, 20), ge=1, le=24)
    interactions: int = setting(
        5,
        "other bits that each bit's contribution depends on (K): 0 is one smooth hill",
        unit="bits",
        source=SOURCE,
        usual=(0, 12),
        ge=0,
        le=19,
    )
    network: Network = setting(
        "cells", "who sees whose solution: line, lattice, small-world, full, isolated, or the arm's cells and councils"
    )
    rewiring: float = setting(
        0.1, "chance that a tie of the small world is rewired (network = small-world)", unit="probability", ge=0.0, le=1.0
    )
    exponent: int = setting(
        8,
        "a solution's score is its value over the best value there is, to this power",
        unit="power",
        source=SOURCE,
        usual=(1, 16),
        ge=1,
        le=64,
    )
    periods: int = setting(
        200,
        "periods at most; a run ends before when nothing can change any more",
        unit="periods",
        source=SOURCE,
        usual=(20, 400),
        ge=0,
        le=MOST,
    )

    @model_validator(mode="after")
    def _possible(self) -> Search:
        if self.interactions >= self.loci:
            raise ValueError(
                f"interactions = {self.interactions} must be below loci = {self.loci}: a bit depends on other bits"
            )
        return self
