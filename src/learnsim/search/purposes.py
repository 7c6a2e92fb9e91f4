"""Purposes: what random numbers the search model draws beside those in ``chance.py``; never renumbered."""

from __future__ import annotations

LANDSCAPE_LINKS = 40  # agent: locus; index: another locus
LANDSCAPE_CONTRIBUTIONS = 41  # agent: locus; index: pattern of its own bit and the bits it depends on
STARTING_SOLUTION = 42
EXPLORE = 43  # which bit is tried
REWIRE = 44  # index 2x: whether the x-th tie to the right is rewired; 2x + 1: to whom
RANDOM_TIE = 45  # agent: the lower number of a pair; index: the higher one
