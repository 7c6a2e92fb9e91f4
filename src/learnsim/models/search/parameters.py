"""Terms: the numbers that one run is played by, read once from settings and landscape.
Both engines play by the same terms.
"""

from __future__ import annotations

from typing import NamedTuple

from learnsim.chance import Chance
from learnsim.models.search.landscape import Landscape
from learnsim.settings.search import Search


class Terms(NamedTuple):
    """Size of a solution, how values become scores, and the key of the run's luck."""

    loci: int
    exponent: int
    highest: float
    k0: int
    k1: int


def terms_of(search: Search, landscape: Landscape, chance: Chance) -> Terms:
    """Return the terms of one run."""
    return Terms(search.loci, search.exponent, landscape.highest, chance.key[0], chance.key[1])
