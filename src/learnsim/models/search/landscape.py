"""Landscape: a problem of N bits in which each bit's worth depends on K others (Kauffman's NK landscape).
The best solution is found by looking at all of them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from learnsim.arrays import Addresses, Floats, Longs
from learnsim.chance import Chance, one_of
from learnsim.compiled import long_kernel
from learnsim.models.search.purposes import LANDSCAPE_CONTRIBUTIONS, LANDSCAPE_LINKS, STARTING_SOLUTION
from learnsim.models.search.rules import pattern
from learnsim.settings.search import Search
from learnsim.sorting import argsort

BLOCK = 9  # bits that vary inside a block of solutions: its values, and a row for each locus, stay in fast memory


@dataclass(frozen=True)
class Landscape:
    """One problem, with the value of every solution.

    Attributes
    ----------
    links : array (loci, interactions)
        The loci that each locus depends on, beside itself.
    contributions : array (loci, 2 ** (interactions + 1))
        What a locus contributes, for each pattern of its own bit and the bits of its links; uniform on [0, 1).
    values : array (2 ** loci,)
        The value of every solution.
    highest : float
        The greatest of them.
    """

    links: Longs
    contributions: Floats
    values: Floats
    highest: float

    @property
    def loci(self) -> int:
        """The number of bits of a solution."""
        return len(self.links)

    @property
    def interactions(self) -> int:
        """The number of other bits that each bit depends on."""
        return self.links.shape[1]


def draw_landscape(search: Search, chance: Chance) -> Landscape:
    """Return the problem of one replicate: the same for every network, arm and engine.

    Parameters
    ----------
    search : Search
    chance : Chance

    Notes
    -----
    Each locus depends on ``interactions`` others, drawn without repetition (Lazer & Friedman 2007, after Kauffman 1993).
    """
    loci, interactions = search.loci, search.interactions
    everybody = np.arange(loci)
    draws = chance.table(LANDSCAPE_LINKS, 0, everybody, loci)
    draws[everybody, everybody] = 2.0  # nobody is another of their own
    links = np.array([argsort(row)[:interactions] for row in draws], dtype=np.int64).reshape(loci, interactions)
    contributions = chance.table(LANDSCAPE_CONTRIBUTIONS, 0, everybody, 2 << interactions)
    return landscape_of(links, contributions)


def landscape_of(links: Longs, contributions: Floats) -> Landscape:
    """Return the landscape of these links and contributions, every solution valued."""
    values = np.empty(1 << len(links))
    highest = enumerate_all(links, contributions, min(BLOCK, len(links)), values)
    return Landscape(links, contributions, values, float(highest))


def starting_solutions(address: Addresses, loci: int, chance: Chance) -> Longs:
    """Return where the person at each address starts, uniform over all solutions, the same on every network."""
    draws = chance.uniforms(STARTING_SOLUTION, 0, address)
    return np.array([one_of(1 << loci, x) for x in draws.tolist()], dtype=np.int64)


@long_kernel
def enumerate_all(links: Longs, contributions: Floats, block: int, values: Floats) -> float:
    """Fill ``values`` with the value of every solution, and return the greatest.

    The solutions of a block differ in their lowest bits only. For each locus and each pattern of the higher bits it
    depends on, its contributions to all solutions of a block are laid out once as a row; then a block's values are
    sums of rows, in the order of the rule: ``rules.value`` in every bit.
    """
    loci, interactions = links.shape
    width = 1 << block
    blocks = 1 << (loci - block)
    row_of = np.empty((loci, blocks), dtype=np.int64)
    row_with = np.empty(2 << interactions, dtype=np.int64)
    rows = 0
    for i in range(loci):  # a row for each pattern of the higher bits
        row_with[:] = -1
        for b in range(blocks):
            high = pattern(b << block, i, links[i], interactions)
            if row_with[high] < 0:
                row_with[high] = rows
                rows += 1
            row_of[i, b] = row_with[high]
    layout = np.empty((rows, width))
    low = np.empty(width, dtype=np.int64)
    laid = 0
    for i in range(loci):
        for x in range(width):
            low[x] = pattern(x, i, links[i], interactions)
        for b in range(blocks):
            if row_of[i, b] == laid:  # seen for the first time
                high = pattern(b << block, i, links[i], interactions)
                for x in range(width):
                    layout[laid, x] = contributions[i, high | low[x]]
                laid += 1
    highest = 0.0
    for b in range(blocks):
        sums = values[b << block : (b + 1) << block]
        sums[:] = 0.0
        for i in range(loci):
            row = layout[row_of[i, b]]
            for x in range(width):
                sums[x] += row[x]
        for x in range(width):
            sums[x] /= loci
            highest = max(highest, sums[x])
    return highest
