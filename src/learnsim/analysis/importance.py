"""Importance: which swept settings decide how an arm does, the most decisive first."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from learnsim.analysis.summary import Summary
from learnsim.experiments.design.design import Design
from learnsim.settings.sampling import LISTED

Weight = Literal["share", "total", "mu_star", "first-order"]
RANKED_BY: tuple[Weight, ...] = ("total", "mu_star", "first-order")  # what settings are ranked by, the first there is
DESIGNED = ("saltelli", "morris")  # designs made for sensitivity; what other drawn points give is rough


@dataclass(frozen=True)
class Factor:
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


def is_rough(design: Design) -> bool:
    """Whether the design's sensitivity indices are rough: first-order ones from points that were not drawn for them."""
    return design.settings.design.kind not in (*LISTED, *DESIGNED)


def factors_of(summary: Summary, arm: str, measure: str) -> list[Factor]:
    """Return what decides an arm's difference from the baseline, the most decisive first; nothing where it is not known."""
    shares = [
        Factor(one.settings, one.share, math.nan, math.nan, "share")
        for one in summary.effects[measure].shares
        if one.arm == arm and one.settings
    ]
    mine = [index for index in summary.indices[measure] if index.arm == arm]
    for kind in RANKED_BY:
        of_kind = [Factor((one.setting,), one.value, one.low, one.high, kind) for one in mine if one.kind == kind]
        if of_kind:
            shares = of_kind
            break
    known = [one for one in shares if not math.isnan(one.weight)]
    return sorted(known, key=lambda one: -one.weight)


def settings_ranked(summary: Summary, arm: str, measure: str) -> list[str]:
    """Return all swept settings, the most decisive first; in the file's order where nothing is known."""
    ranked = [one.settings[0] for one in factors_of(summary, arm, measure) if len(one.settings) == 1]
    return [*ranked, *(name for name in summary.results.design.swept if name not in ranked)]
