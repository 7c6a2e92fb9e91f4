"""Boxes: scenario discovery on drawn points: the box of swept settings in which an arm is better than the baseline.

The patient rule induction method (PRIM: Friedman & Fisher 1999), as Bryant & Lempert (2010) use it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np

from learnsim.analysis.contrasts import responses_of
from learnsim.analysis.estimates import beyond_rounding, estimates_of
from learnsim.arrays import Flags, Floats, Longs
from learnsim.experiments.design.design import Design
from learnsim.experiments.storage.results import Results
from learnsim.settings.sampling import LISTED, Span

PEEL = 0.05  # share of the points inside that a step takes away at least; small is patient (Friedman & Fisher 1999)
LEAST = 0.05  # share of all points that a box has at least
RESAMPLES = 100
HOLDS = 0.95  # share of the resamples whose box must be denser than the whole on the points left out of them
RETURNS = 0.8  # share of the resamples in which a limit must return to be stated
FEWEST = 20  # points below which no box is looked for

Side = Literal["from", "to", "without"]


@dataclass(frozen=True)
class BoxLimit:
    """One limit of a box.

    Attributes
    ----------
    setting : str
    side : "from", "to" or "without"
        The setting is at least, or at most, the value; or it is another than the value (of settings without an order).
    value : object
    returns : float
        Share of the bootstrap resamples whose box limits the same setting at the same side (or leaves out the same value).
    stated : bool
        Whether it returns in at least 80 % of the resamples, and the box :attr:`Box.holds`.
    """

    setting: str
    side: Side
    value: Any
    returns: float
    stated: bool


class Peel(NamedTuple):
    """A box on the way from the whole space inwards: coverage, density, and its share of all points."""

    coverage: float
    density: float
    mass: float


@dataclass(frozen=True)
class Box:
    """Where an arm is better than the baseline: a box of settings.

    Attributes
    ----------
    arm, measure : str
    points, wins : int
        Points at which the arm can be compared, and at how many of them it is better.
    peels : tuple of Peel
        The peeling trajectory; the first is the whole space.
    chosen : int
        Which of them is taken: the one with the largest coverage minus share of all other points inside (Youden 1950).
    limits : tuple of BoxLimit
        Of the chosen box, in the order of the settings in the file.
    stated : Peel
        The box that has only the limits that are stated; the whole space if there is none.
    holds : float
        Share of the resamples whose box has a higher density than the whole on the points that were not drawn: a box found
        in mere noise is no better there. Below 95 %, no limit is stated.
    """

    arm: str
    measure: str
    points: int
    wins: int
    peels: tuple[Peel, ...]
    chosen: int
    limits: tuple[BoxLimit, ...]
    stated: Peel
    holds: float


class _Axis(NamedTuple):
    """What can be peeled off: an end of a setting with an order, or one value of a setting without."""

    setting: str
    side: Side
    value: Any = None


class _Peeling(NamedTuple):
    peels: list[Peel]
    chosen: int
    cuts: dict[int, float]  # of the chosen box, by the number of the axis


def boxes_of(results: Results, measure: str) -> tuple[Box, ...]:
    """Return each arm's box, where points are drawn and there is a baseline to compare with.

    An arm wins at a point if its mean paired difference from the baseline has the better sign. Resamples of a design of
    blocks (saltelli) or trajectories (morris) take these as a whole.

    Parameters
    ----------
    results : Results
    measure : str

    Returns
    -------
    tuple of Box
        In the order of the arms.
    """
    design = results.design
    if design.settings.design.kind in LISTED or len(design.arms) < 2:
        return ()
    sign = -1.0 if measure in design.kind.less_is_better else 1.0
    axes, columns = _axes(design)
    boxes = []
    for arm, response in responses_of(results, measure).items():
        difference = sign * beyond_rounding(estimates_of(response).mean)
        known = ~np.isnan(difference)
        block = np.arange(len(known)) // _block(design)
        seed = design.settings.experiment.seed
        boxes.append(box_of(arm, measure, axes, columns[known], difference[known] > 0.0, block[known], seed))
    return tuple(boxes)


def box_of(arm: str, measure: str, axes: list[_Axis], columns: Floats, wins: Flags, block: Longs, seed: int) -> Box:
    """Return the box of points: the chosen one, and how often each limit returns when blocks of points are resampled."""
    points, many = len(wins), int(wins.sum())
    whole = Peel(1.0 if many else 0.0, many / points if points else 0.0, 1.0)
    if points < FEWEST or many in (0, points):
        return Box(arm, measure, points, many, (whole,), 0, (), whole, 0.0)
    found = _peel(columns, wins)
    returns, holds = dict.fromkeys(found.cuts, 0), 0
    rng = np.random.default_rng(seed)
    starts = [np.flatnonzero(block == number) for number in np.unique(block)]
    for _ in range(RESAMPLES if found.cuts else 0):
        drawn = rng.integers(0, len(starts), len(starts))
        rows = np.concatenate([starts[number] for number in drawn])
        rest = ~np.isin(np.arange(points), rows)
        if not wins[rows].all() and wins[rows].any():
            again = _peel(columns[rows], wins[rows]).cuts
            for axis in returns:
                returns[axis] += axis in again
            there = wins[rest & _inside(columns, again)]
            holds += bool(len(there)) and float(there.mean()) > float(wins[rest].mean())
    denser = holds / RESAMPLES
    limits = tuple(
        BoxLimit(axes[n].setting, axes[n].side, _value(axes[n], cut), share, denser >= HOLDS and share >= RETURNS)
        for n, cut in sorted(found.cuts.items())
        for share in [returns[n] / RESAMPLES]
    )
    pairs = zip(sorted(found.cuts.items()), limits, strict=True)
    inside = _inside(columns, {number: cut for (number, cut), limit in pairs if limit.stated})
    return Box(arm, measure, points, many, tuple(found.peels), found.chosen, limits, _peel_of(wins, inside), denser)


def _inside(columns: Floats, cuts: dict[int, float]) -> Flags:
    """Which points lie in the box of these cuts."""
    inside = np.ones(len(columns), dtype=bool)
    for number, cut in cuts.items():
        inside &= columns[:, number] >= cut
    return inside


def _axes(design: Design) -> tuple[list[_Axis], Floats]:
    """Return what can be peeled off, and a column for each, (points, axes), of which the low end is peeled off."""
    axes, columns = [], []
    points = [design.points.values(number) for number in range(len(design.points))]
    for name, swept in design.settings.sweep.items():
        values = [point[name] for point in points]
        if isinstance(swept, Span) or all(isinstance(one, (int, float)) and not isinstance(one, bool) for one in swept):
            numbers = np.array(values, dtype=float)
            axes += [_Axis(name, "from"), _Axis(name, "to")]
            columns += [numbers, -numbers]
        else:
            kinds = [one for n, one in enumerate(swept) if one not in swept[:n]]
            axes += [_Axis(name, "without", one) for one in kinds]
            columns += [np.array([value != one for value in values], dtype=float) for one in kinds]
    return axes, np.array(columns).T


def _value(axis: _Axis, cut: float) -> Any:
    """The value at which an axis is cut, as the setting counts."""
    return {"from": cut, "to": -cut}.get(axis.side, axis.value)


def _block(design: Design) -> int:
    """How many points belong together."""
    more = {"saltelli": 2, "morris": 1}.get(design.settings.design.kind)
    return 1 if more is None else len(design.swept) + more


def _peel(columns: Floats, wins: Flags) -> _Peeling:
    """Peel until no step is left; a step takes what raises the density most for each point that it takes away."""
    points, inside = len(wins), np.ones(len(wins), dtype=bool)
    total = int(wins.sum())
    peels, cuts, chosen, best = [_peel_of(wins, inside)], [dict[int, float]()], 0, 0.0
    values, good = columns, wins
    while not good.all():
        cut = _cuts(values)
        removed = values < cut
        gone, won = removed.sum(axis=0), (removed & good[:, None]).sum(axis=0)
        possible = (gone > 0) & (len(good) - gone >= max(1.0, LEAST * points)) & (good.sum() > won)
        if not possible.any():
            break
        with np.errstate(invalid="ignore", divide="ignore"):
            gain = ((good.sum() - won) / (len(good) - gone) - good.mean()) / gone
        axis = int(np.argmax(np.where(possible, gain, -np.inf)))
        stay = ~removed[:, axis]
        values, good = values[stay], good[stay]
        coverage = int(good.sum()) / total
        peels.append(Peel(coverage, float(good.mean()), len(good) / points))
        cuts.append({**cuts[-1], axis: float(np.min(values[:, axis]))})
        youden = coverage - int((~good).sum()) / (points - total)
        if youden > best + 1e-12:
            best, chosen = youden, len(peels) - 1
    return _Peeling(peels, chosen, cuts[chosen])


def _cuts(values: Floats) -> Floats:
    """The least value that stays if the low end of each column goes: a share of the points, or all with the lowest value."""
    place = max(1, int(PEEL * len(values)))
    if place >= len(values):
        return np.full(values.shape[1], -np.inf)
    parts: Floats = np.partition(values, place, axis=0)
    lowest, cut = np.min(parts[:place], axis=0), parts[place]
    above = np.where(values > lowest, values, np.inf).min(axis=0)
    cut = np.where(cut == lowest, above, cut)
    return np.where(np.isinf(cut), -np.inf, cut)  # a column of one value only


def _peel_of(wins: Flags, inside: Flags) -> Peel:
    many, there = int(inside.sum()), int((wins & inside).sum())
    return Peel(there / int(wins.sum()), there / many if many else 0.0, many / len(wins))
