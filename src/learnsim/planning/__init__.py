"""Planning: who sits with whom over a whole course, from numbers alone: rules in, the cells of every cycle out."""

from learnsim.planning.broken import Broken, broken_rules
from learnsim.planning.contradictions import contradictions
from learnsim.planning.problem import Balance, Feature, Pin, Problem
from learnsim.planning.quality import Quality, quality, random_plan
from learnsim.planning.search import Solution, search

__all__ = [
    "Balance",
    "Broken",
    "Feature",
    "Pin",
    "Problem",
    "Quality",
    "Solution",
    "broken_rules",
    "contradictions",
    "quality",
    "random_plan",
    "search",
]
