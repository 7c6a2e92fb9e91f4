"""Effects: what each swept setting of a grid does to the arms' lead over the baseline, alone and in pairs.
Every replicate runs the whole grid, so an effect is a mean over replicates like any other.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from learnsim.analysis.contrasts import responses_of
from learnsim.analysis.estimates import Estimate, beyond_rounding, estimates_of, varies
from learnsim.arrays import Floats
from learnsim.experiments.storage.results import Results

Axes = tuple[int, ...]


@dataclass(frozen=True)
class Effect:
    """What one level of a swept setting adds to the mean over the grid, or a pair of levels beyond what each adds.

    Attributes
    ----------
    arm, measure : str
        Whose difference from the baseline, and in what; a lone arm's own mean.
    settings, levels : tuple of str
        One, or two, in the order of the sweep.
    estimate : Estimate
        With its 95 % t interval over the replicates that have the whole grid.
    """

    arm: str
    measure: str
    settings: tuple[str, ...]
    levels: tuple[str, ...]
    estimate: Estimate


@dataclass(frozen=True)
class Share:
    """Share of the variance over the grid that is one setting's, that is a pair's, or that is the rest's: ``()``."""

    arm: str
    measure: str
    settings: tuple[str, ...]
    share: float


@dataclass(frozen=True)
class Effects:
    """Main effects and two-way interactions, and how they share the variance over the grid; the shares add up to 1."""

    effects: tuple[Effect, ...]
    shares: tuple[Share, ...]


def effects_of(results: Results, measure: str) -> Effects:
    """Return the effects of a grid's swept settings on a measure; none where the design is no grid.

    A setting with one level has no effect and is left out. Shares are of the mean over replicates, whose noise lies
    mostly in the pairs and the rest; they are missing (NaN) where that mean does not vary.
    """
    design = results.design
    if design.settings.design.kind != "grid":
        return Effects((), ())
    labels = {name: [_label(value) for value in design.settings.sweep[name]] for name in design.swept}
    names, levels = tuple(labels), tuple(labels.values())
    effects: list[Effect] = []
    shares: list[Share] = []
    for arm, response in responses_of(results, measure).items():
        whole = response[:, ~np.isnan(response).any(axis=0)]
        grid = whole.reshape(*map(len, levels), whole.shape[1])
        parts = {axes: part for axes, part in _parts(grid).items() if all(len(levels[axis]) > 1 for axis in axes)}
        for axes, part in parts.items():
            swept = tuple(names[axis] for axis in axes)
            estimates = estimates_of(beyond_rounding(part))
            for place in np.ndindex(part.shape[:-1]) if axes else ():
                chosen = tuple(levels[axis][place[axis]] for axis in axes)
                effects.append(Effect(arm, measure, swept, chosen, estimates.at(*place)))
        for axes, share in _shares(grid, parts).items():
            shares.append(Share(arm, measure, tuple(names[axis] for axis in axes), share))
    return Effects(tuple(effects), tuple(shares))


def _parts(grid: Floats) -> dict[Axes, Floats]:
    """The grand mean (), what each axis adds to it, and what each pair of axes adds to that; the last axis is replicates.

    Each has length 1 along the axes that are not its own, so that they add up to the grid, but for the rest.
    """
    axes = range(grid.ndim - 1)
    parts: dict[Axes, Floats] = {}
    for order in range(3):
        for chosen in combinations(axes, order):
            part = grid.mean(axis=tuple(axis for axis in axes if axis not in chosen), keepdims=True)
            for known in [known for smaller, known in parts.items() if set(smaller) < set(chosen)]:
                part = part - known
            parts[chosen] = part
    return parts


def _shares(grid: Floats, parts: dict[Axes, Floats]) -> dict[Axes, float]:
    """Each part's share of the variance of the mean over replicates, and under () the rest's."""
    own = [axes for axes in parts if axes]
    if not own:
        return {}
    if not grid.shape[-1] or not varies(grid.mean(axis=-1).ravel()):
        return dict.fromkeys([*own, ()], np.nan)
    means = {axes: part.mean(axis=-1) for axes, part in parts.items()}
    rest = beyond_rounding(grid.mean(axis=-1) - sum(means.values()))
    total = float(np.mean((grid.mean(axis=-1) - means[()]) ** 2))
    shares = {axes: float(np.mean(means[axes] ** 2)) / total for axes in own}
    return {**shares, (): float(np.mean(rest**2)) / total}


def _label(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
