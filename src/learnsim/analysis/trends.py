"""Trends: how an arm's lead changes along a swept setting, and whether its estimates show a trend."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from scipy.special import stdtr

from learnsim.analysis.contrasts import responses_of
from learnsim.analysis.estimates import CONFIDENCE, Estimates, beyond_rounding, estimates_of
from learnsim.analysis.summary import Summary
from learnsim.arrays import Floats, Longs

SLACK = 0.1  # of the change from end to end: a step back that is smaller, and not decided, does not end a trend

Shape = Literal["up", "down", "peak", "trough", "none", "unclear"]


@dataclass(frozen=True)
class Trend:
    """An arm's difference from the baseline (a lone arm's own mean) along a setting with numbers, averaged over the others.

    Attributes
    ----------
    setting : str
    levels : tuple
        Its values, ascending.
    estimates : Estimates
        One for each level, over the replicates that have the whole grid.
    shape : str
        "up" or "down"; "peak" or "trough", which turn at ``turn``; "none" where no two levels differ significantly; or
        "unclear".
    turn : int
        The place of the highest or lowest level.
    everywhere : bool
        Whether no value of the other settings shows a decided step against it.
    """

    setting: str
    levels: tuple[Any, ...]
    estimates: Estimates
    shape: Shape
    turn: int = 0
    everywhere: bool = True


def trend_of(summary: Summary, arm: str, measure: str, setting: str) -> Trend | None:
    """Return an arm's trend along a setting; None where there is no order, are fewer than three values, or one replicate."""
    design = summary.results.design
    values = design.settings.sweep[setting]
    if design.settings.design.kind not in ("grid", "zip") or not isinstance(values, list) or not _are_numbers(values):
        return None
    if design.settings.design.kind == "zip" and len(design.swept) > 1:
        return None
    response = responses_of(summary.results, measure)[arm]
    axis = design.swept.index(setting)
    sizes = [len(swept) for swept in design.settings.sweep.values() if isinstance(swept, list)]
    whole = response[:, ~np.isnan(response).any(axis=0)]
    if whole.shape[1] < 2:
        return None
    grid = np.moveaxis(whole.reshape(*sizes, whole.shape[1]), axis, 0)
    levels = sorted(set(values))
    order = [values.index(value) for value in levels]
    slices = grid[order].reshape(len(levels), -1, whole.shape[1])  # levels, combinations of the others, replicates
    if len(levels) < 3:
        return None
    mean = slices.mean(axis=1)
    shape, turn = shape_of(mean)
    return Trend(setting, tuple(levels), estimates_of(mean), shape, turn, _everywhere(slices, shape))


def shape_of(values: Floats) -> tuple[Shape, int]:
    """Return how values (levels, replicates) change from level to level, and where they turn.

    A trend needs ends that differ significantly, no two levels that differ the other way (Bonferroni over all pairs), and
    no step back of more than :data:`SLACK` of the way.
    """
    levels = len(values)
    means = estimates_of(values).mean
    sure = 1.0 - CONFIDENCE
    decisions = decided(values, sure / (levels * (levels - 1) / 2.0))
    if not decisions.any() and not _ends_decided(values, sure):
        return "none", 0
    if _ends_decided(values, sure):
        up = bool(means[-1] > means[0])
        if _one_way(means, decisions, up=up):
            return ("up" if up else "down"), (levels - 1 if up else 0)
    for shape, turn in (("peak", int(np.argmax(means))), ("trough", int(np.argmin(means)))):
        legs = (slice(None, turn + 1), slice(turn, None))
        if 0 < turn < levels - 1 and decisions[0, turn] and decisions[turn, -1]:
            ups = (shape == "peak", shape == "trough")
            if all(_one_way(means[leg], decisions[leg, leg], up=up) for leg, up in zip(legs, ups, strict=True)):
                return shape, turn  # type: ignore[return-value]
    return "unclear", 0


def decided(values: Floats, sure: float) -> Longs:
    """Return for every two levels whether the second is higher (1), lower (-1), or not significantly different (0)."""
    pairs = beyond_rounding(values[None, :] - values[:, None])
    differences = estimates_of(pairs)
    with np.errstate(invalid="ignore", divide="ignore"):
        t = np.abs(differences.mean) / (differences.sd / np.sqrt(differences.count))
        p = np.where(differences.mean == 0.0, 1.0, 2.0 * stdtr(np.maximum(differences.count - 1, 1), -t))
    return (np.sign(differences.mean) * (p < sure)).astype(np.int64)


def _ends_decided(values: Floats, sure: float) -> bool:
    return bool(decided(values[[0, -1]], sure)[0, 1])


def _one_way(means: Floats, decisions: Longs, *, up: bool) -> bool:
    """Whether levels go one way only: none is decided against it, and no step back is worth mentioning."""
    sign = 1 if up else -1
    if (np.triu(decisions) == -sign).any():
        return False
    back = np.maximum.accumulate(sign * means) - sign * means
    return bool((back <= SLACK * abs(means[-1] - means[0])).all())


def _everywhere(slices: Floats, shape: Shape) -> bool:
    """Whether no combination of the other settings has a step that is decided against the trend."""
    levels, others, _ = slices.shape
    if shape not in ("up", "down") or others < 2:
        return True
    against = -1 if shape == "up" else 1
    sure = (1.0 - CONFIDENCE) / (others * levels * (levels - 1) / 2.0)
    return not any((np.triu(decided(slices[:, other], sure)) == against).any() for other in range(others))


def _are_numbers(values: list[Any]) -> bool:
    return all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in values)
