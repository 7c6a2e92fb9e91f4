"""Parameters: the numbers that one run of the search model goes by, read once from settings and landscape.
Both engines use the same ones.
"""

from __future__ import annotations

from typing import NamedTuple

from learnsim.models.search.landscape import Landscape
from learnsim.settings.search import Search


class Parameters(NamedTuple):
    """Size of a solution, and how values become scores."""

    loci: int
    exponent: int
    highest: float


def parameters_of(search: Search, landscape: Landscape) -> Parameters:
    """Return the parameters of one run."""
    return Parameters(search.loci, search.exponent, landscape.highest)
