"""Kernels: the compiled engine of the search model. The periods between two shuffles, simulated over arrays.
Between cycles ``run.py`` takes over.

The order of events is the model; ``agents.py`` and ``model.py`` describe it with the same numbers.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from learnsim.arrays import Addresses, Floats, Indices, Longs
from learnsim.chance import two_uniforms
from learnsim.compiled import kernel, long_kernel
from learnsim.models.search.measures import describe
from learnsim.models.search.purposes import EXPLORE
from learnsim.models.search.rules import better, variant


class State(NamedTuple):
    """All people and their ties as arrays; ``reach`` is the group whose solutions can ever come to each of them.

    ``reach`` is -1 where ties never change: then the ties themselves say what can come. ``address`` is where each person's
    random numbers are.
    """

    solutions: Longs
    values: Floats
    offsets: Indices
    neighbours: Indices
    reach: Indices
    address: Addresses


@long_kernel
def simulate(first, last, state, parameters, key, landscape, rows):
    """Simulate periods first .. last-1, and write row period+1 of ``rows`` after each.

    Returns the first row at which nothing can change any more, and stops there; -1 if that is not seen.
    ``landscape`` holds the value of every solution.
    """
    solutions, values, offsets, neighbours, reach, address = state
    count = len(solutions)
    chosen, worth, ordered = np.empty_like(solutions), np.empty_like(values), np.empty_like(solutions)
    for period in range(first, last):
        changed = False
        for i in range(count):
            chosen[i], worth[i] = solutions[i], values[i]
            for x in range(offsets[i], offsets[i + 1]):  # 2
                p = neighbours[x]
                if better(values[p], worth[i]):
                    chosen[i], worth[i] = solutions[p], values[p]
            if not better(worth[i], values[i]):  # 3
                uniform, _ = two_uniforms(key[0], key[1], period, int(address[i]), EXPLORE, 0)
                tried = variant(solutions[i], uniform, parameters.loci)
                if better(landscape[tried], values[i]):
                    chosen[i], worth[i] = tried, landscape[tried]
            changed |= worth[i] > values[i]
        for i in range(count):  # 4
            solutions[i], values[i] = chosen[i], worth[i]
        describe(solutions, values, parameters.highest, parameters.exponent, ordered, rows[period + 1])  # 5
        if not changed and settled(solutions, values, offsets, neighbours, reach, landscape, parameters.loci):
            return period
    return -1


@kernel
def settled(solutions, values, offsets, neighbours, reach, landscape, loci):
    """Whether nobody can ever come by anything better: no single bit helps, and nobody in reach has a better solution."""
    count = len(solutions)
    most = np.zeros(count + 1)  # the last place is that of reach -1
    for i in range(count):
        most[reach[i]] = max(most[reach[i]], values[i])
    for i in range(count):
        if reach[i] >= 0 and better(most[reach[i]], values[i]):
            return False
        for x in range(offsets[i], offsets[i + 1]):
            if better(values[neighbours[x]], values[i]):
                return False
        for locus in range(loci):
            if better(landscape[solutions[i] ^ (1 << locus)], values[i]):
                return False
    return True
