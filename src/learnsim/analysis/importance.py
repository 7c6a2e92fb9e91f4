"""Deciders: which swept settings decide how an arm does, the most decisive first."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from learnsim.analysis.summary import Summary
from learnsim.report.cautions import is_rough
from learnsim.report.labels import amount, listed, percent, setting_words

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

    @property
    def name(self) -> str:
        """Its setting, or both, as sentences call them."""
        return " together with ".join(map(setting_words, self.settings))


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


def deciders_told(summary: Summary, arm: str, measure: str) -> tuple[str, ...]:
    """Say which settings decide, and how much, from the longest version to the shortest; empty where nothing is known.

    Rough estimates are no ground for a sentence with numbers: of them it is said only that they are rough.
    """
    found = deciders_of(summary, arm, measure)
    if not found:
        return ()
    if is_rough(summary.results.design):
        return ("which setting decides is known only roughly from these points (a saltelli design tells)",)
    worth = NEGLIGIBLE if found[0].kind != "mu_star" else NEGLIGIBLE * found[0].weight
    named = [one for one in found if one.weight > worth and not one.low <= 0.0][:SAID]
    if not named:
        return ("no swept setting is shown to decide it",)
    if len(found) == 1:
        return ()
    if found[0].kind == "mu_star":
        full = [_moves(measure, named[:count]) for count in range(len(named), 0, -1)]
    else:
        full = [_shares(found, named[:count]) for count in range(len(named), 0, -1)]
    names = listed(one.name for one in named)
    plainly = f"the {names} decide most, in this order" if len(named) > 1 else f"the {names} decides most"
    return (*full, plainly)


def _moves(measure: str, named: list[Decider]) -> str:
    """How far the difference moves with each of these settings (Morris)."""
    moves = listed(f"{amount(measure, one.weight)} with the {one.name}" for one in named)
    return f"from one end of its range to the other, the difference moves by {moves}"


def _shares(found: list[Decider], named: list[Decider]) -> str:
    """What share of the variance between points each of these settings decides, and how much the others at most."""
    head = "of the variation between points, "
    if found[0].kind == "total":
        head = "within the ranges tried and with all interactions, of the variation between points "
    shares = [f"the {one.name} decides {in_words(percent(one.weight))}" for one in named]
    rest = [_rest(found, named)] if len(found) > len(named) else []
    return head + listed([*shares, *rest])


def _rest(found: list[Decider], named: list[Decider]) -> str:
    """Say how many more there are, and how much the largest of them decides."""
    rest = [one for one in found if one not in named]
    who = "each of the others" if len(rest) > 1 else "the other"
    if rest[0].weight <= 0.0:
        return f"{'the others' if len(rest) > 1 else 'the other'} nothing"
    most = percent(rest[0].weight)
    return f"{who} {at_most(most) if len(rest) > 1 else in_words(most)}"


def at_most(most: str) -> str:
    """Return ``"3 % or less"``; what is less than something already needs no more words."""
    return in_words(most) if most.startswith("<") else f"{most} or less"


def in_words(share: str) -> str:
    """Return a share as it stands in a sentence."""
    return share.replace("< ", "less than ").replace("> ", "more than ")
