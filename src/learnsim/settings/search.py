"""Search: the table of the search model: how rugged the problem is, and how long people search.
Arms say who is tied to whom.
"""

from __future__ import annotations

from pydantic import model_validator

from learnsim.settings.declare import MOST, Table, setting

SOURCE = "Lazer & Friedman 2007"


class Search(Table):
    """A problem that nobody has solved yet."""

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
