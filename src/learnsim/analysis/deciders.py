"""Deciders: which swept settings decide how an arm does, the most decisive first.
Knows summaries: the effects of a grid, and the sensitivity indices of drawn points.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from learnsim.analysis.summary import Summary
from learnsim.analysis.words import interval_told, listed, number, percent

Weight = Literal["share", "total", "mu_star", "first-order"]
RANKED_BY: tuple[Weight, ...] = ("total", "mu_star", "first-order")  # what settings are ranked by, the first there is
SAID = 3  # deciders a sentence names
NEGLIGIBLE = 0.02  # share of the variance that is not worth a word


@dataclass(frozen=True)
class Decider:
    """A swept setting, or a pair of them, and how much it decides.

    Attributes
    ----------
    settings : tuple of str
        Dotted names; two for what they do together.
    weight : float
        Share of the variance, a Sobol' index, or the mean absolute change; see ``kind``.
    low, high : float
        Its interval; NaN where there is none.
    kind : "share", "total", "mu_star" or "first-order"
    """

    settings: tuple[str, ...]
    weight: float
    low: float
    high: float
    kind: Weight

    def told(self) -> str:
        """Say which and how much."""
        names = " with ".join(self.settings)
        if self.kind == "share":
            return f"{names} ({percent(self.weight)})"
        return f"{names} ({interval_told(self.weight, self.low, self.high, digits=2)})"


def deciders_of(summary: Summary, arm: str, measure: str) -> list[Decider]:
    """Return what decides an arm's difference from the baseline, the most decisive first; nothing where it is not known."""
    shares = [
        Decider(one.settings, one.share, math.nan, math.nan, "share")
        for one in summary.effects[measure].shares
        if one.arm == arm and one.settings
    ]
    mine = [index for index in summary.indices[measure] if index.arm == arm]
    for kind in RANKED_BY:
        of_kind = [Decider((one.setting,), one.value, one.low, one.high, kind) for one in mine if one.kind == kind]
        if of_kind:
            shares = of_kind
            break
    known = [one for one in shares if not math.isnan(one.weight)]
    return sorted(known, key=lambda one: -one.weight)


def settings_ranked(summary: Summary, arm: str, measure: str) -> list[str]:
    """Return all swept settings, the most decisive first; in the file's order where nothing is known."""
    ranked = [one.settings[0] for one in deciders_of(summary, arm, measure) if len(one.settings) == 1]
    return [*ranked, *(name for name in summary.results.design.swept if name not in ranked)]


def deciders_told(summary: Summary, arm: str, measure: str) -> str:
    """Say in a sentence which settings decide, and how much; empty where it is not known or nothing is to be decided."""
    found = deciders_of(summary, arm, measure)
    if not found:
        return ""
    worth = NEGLIGIBLE if found[0].kind != "mu_star" else NEGLIGIBLE * found[0].weight
    named = [one for one in found if one.weight > worth and not one.low <= 0.0][:SAID]
    what = {
        "share": "share of the variance between points",
        "total": "total index: share of the variance with all interactions",
        "first-order": "first-order index: share of the variance that it explains alone",
        "mu_star": "mean absolute change over the range",
    }[found[0].kind]
    if not named:
        return f"Nothing is found to decide it ({what}): the largest is {found[0].told()}."
    rest = f"; {_rest(found, named)}" if len(found) > len(named) else ""
    return f"What decides it ({what}): {listed(one.told() for one in named)}{rest}."


def _rest(found: list[Decider], named: list[Decider]) -> str:
    """Say how many more there are, and how much the largest of them decides."""
    rest = [one for one in found if one not in named]
    if rest[0].weight == 0.0:
        return f"the other{'s' if len(rest) > 1 else ''} nothing"
    most = percent(rest[0].weight) if rest[0].kind == "share" else number(rest[0].weight, 2)
    return f"{'each of the others' if len(rest) > 1 else 'the other'} {most}{' or less' if len(rest) > 1 else ''}"
