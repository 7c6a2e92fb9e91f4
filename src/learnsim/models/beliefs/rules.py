"""Rules of learning what nobody knows yet: what a person takes from the code or from contacts, and the code from people.
Plain scalar functions; they draw nothing and remember nothing. Both engines call these and no others.

A belief is -1, 0 (none) or +1; reality is -1 or +1 on each dimension. Sources: March (1991), Organization Science
2:71-87; Fang, Lee & Schilling (2010), Organization Science 21:625-642. March's text alone does not give his printed
figures; the reading that does (Christensen & Workiewicz) is called ``figures``, the literal one ``text``.
"""

from __future__ import annotations

from typing import Any

from learnsim.compiled import inlined, rule


@inlined
def first_belief(uniform: float) -> int:
    """What somebody new believes: -1, 0 or +1, equally likely."""
    return min(int(uniform * 3.0), 2) - 1


@inlined
def side(uniform: float) -> int:
    """One of the two sides of a dimension, equally likely."""
    return 1 if uniform < 0.5 else -1


@inlined
def rate(slow: float, fast: float, fast_share: float, uniform: float) -> float:
    """The chance p1 of one person, where people are a mix of slow and fast learners."""
    return fast if uniform < fast_share else slow


@inlined
def taught(belief: int, code: int, figures: bool) -> int:
    """Where the code moves a belief: one step toward the code's (figures), or all the way (text)."""
    if figures:
        return belief + 1 if code > belief else belief - 1
    return code


@inlined
def majority(balance: int) -> int:
    """The side that more people take; 0 on a tie. ``balance`` is those for +1 less those for -1."""
    return 1 if balance > 0 else (-1 if balance < 0 else 0)


@rule
def code_chance(code_learning: float, lead: int) -> float:
    """The chance 1 - (1 - p2)^k that the code follows a majority which leads by k."""
    missed = 1.0
    for _ in range(lead):
        missed = missed * (1.0 - code_learning)
    return 1.0 - missed


@rule
def performance(actions: Any, reality: Any, dimensions: int) -> int:
    """Right less wrong over the dimensions; where there is no belief there is neither."""
    total = 0
    for j in range(dimensions):
        total += actions[j] * reality[j]
    return total


@rule
def points(beliefs: Any, reality: Any, dimensions: int, interdependence: int) -> int:
    """The payoff before it is divided by the dimensions: s for each block of s dimensions that are all right."""
    total = 0
    if interdependence == 1:  # the same without blocks, which vector instructions can count
        for j in range(dimensions):
            total += beliefs[j] == reality[j]
        return total
    for start in range(0, dimensions, interdependence):
        j, end = start, start + interdependence
        while j < end and beliefs[j] == reality[j]:
            j += 1
        if j == end:
            total += interdependence
    return total
