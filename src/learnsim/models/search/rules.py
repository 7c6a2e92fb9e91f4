"""Rules of search: how good a solution is, whom one copies, and what one tries alone.
Plain scalar functions; they draw nothing and remember nothing. Both engines call these and no others.

Only + - * / and comparisons, so that plain Python and machine code agree in every bit. A solution is a whole
number whose bit i is locus i. Source: Lazer & Friedman (2007), Administrative Science Quarterly 52:667-694.
"""

from __future__ import annotations

from typing import Any

from learnsim.chance import one_of
from learnsim.compiled import rule


@rule
def pattern(solution: int, locus: int, links: Any, interactions: int) -> int:
    """What a locus depends on, as one number: its own bit first, then the bits of its links (Kauffman's K others)."""
    bits = (solution >> locus) & 1
    for x in range(interactions):
        bits |= ((solution >> links[x]) & 1) << (x + 1)
    return bits


@rule
def value(solution: int, links: Any, contributions: Any, loci: int, interactions: int) -> float:
    """How good a solution is: the mean contribution of its loci, summed from locus 0 on."""
    total = 0.0
    for locus in range(loci):
        total += contributions[locus][pattern(solution, locus, links[locus], interactions)]
    return total / loci


@rule
def score(worth: float, highest: float, exponent: int) -> float:
    """A solution's value against the best there is, raised to a power, so that few solutions are nearly as good."""
    share = worth / highest
    power = share
    for _ in range(exponent - 1):
        power *= share
    return power


@rule
def better(theirs: float, mine: float) -> bool:
    """Whether a solution is worth taking: strictly better, so equals change nothing. Values decide, scores never."""
    return theirs > mine


@rule
def variant(solution: int, uniform: float, loci: int) -> int:
    """What one tries alone: the own solution with one bit turned over, each bit equally likely."""
    return solution ^ (1 << one_of(loci, uniform))
