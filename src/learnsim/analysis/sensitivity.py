"""Sensitivity: which swept settings the arms' lead over the baseline depends on, where a design draws points from ranges.
SALib computes the indices and is imported only when they are asked for.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from learnsim.analysis.contrasts import responses_of
from learnsim.analysis.estimates import CONFIDENCE, beyond_rounding, estimates_of, varies
from learnsim.arrays import Floats
from learnsim.experiments.design.points import salib_seed, shares_of, unit_problem
from learnsim.experiments.storage.results import Results
from learnsim.settings import Settings
from learnsim.settings.sampling import Span

KINDS = {  # what each design that draws points gives
    "saltelli": ("first-order", "total"),
    "morris": ("mu_star", "mu", "sigma"),
    "latin-hypercube": ("first-order",),
    "sobol": ("first-order",),
}
OF_RANGE, OF_LIST = 6, 10  # harmonics: Tarantola, Gatelli & Mara (2006); a list's steps take more of them

WithHalves = tuple[Floats, Floats]  # an index of each setting, and half of its interval's width


@dataclass(frozen=True)
class Index:
    """How much one swept setting moves an arm's difference from the baseline (a lone arm's own mean).

    Attributes
    ----------
    arm, measure, setting : str
    kind : str
        "first-order": share of the variance that the setting explains alone; "total": with its interactions (Sobol' 1993).
        "mu": mean change of the measure from one end of the setting's range to the other; "mu_star": mean absolute
        change; "sigma": how the change varies with the other settings (Morris 1991, Campolongo et al. 2007).
    value, low, high : float
        With a 95 % interval over the points drawn; NaN where missing ("mu" and "sigma" have no interval).
    """

    arm: str
    measure: str
    setting: str
    kind: str
    value: float
    low: float
    high: float


def indices_of(results: Results, measure: str) -> tuple[Index, ...]:
    """Return the indices of a design that draws points; none for listed values, or where
    SALib is not installed, or draws other points.

    The response at a point is the mean over its replicates. Indices are missing (NaN) where that does not vary, or where
    a design of trajectories or of Saltelli's blocks has a point without a run. Latin hypercubes and plain Sobol' points
    give rough first-order indices only.
    """
    settings = results.design.settings
    if settings.design.kind not in KINDS or (settings.design.kind != "saltelli" and not results.design.points.drawn_here):
        return ()
    try:
        return tuple(_indices(results, measure))
    except ImportError:
        return ()


def noise_share(results: Results, arm: str, measure: str) -> float:
    """Return how much of the variance between points is replicate noise, from 0 to 1: near 0, replicates are enough.

    What moves all points of a replicate alike is no noise, since it moves no difference between points: people and random
    numbers are the same at all of them. NaN where it is missing: with fewer than two points, or fewer than two replicates
    that have them all.
    """
    response = responses_of(results, measure)[arm]
    response = response[~np.isnan(response).all(axis=1)]
    whole = response[:, ~np.isnan(response).any(axis=0)]
    means = estimates_of(response).mean
    if min(whole.shape) < 2 or not varies(means):
        return math.nan
    residuals = whole - whole.mean(axis=0) - whole.mean(axis=1, keepdims=True) + whole.mean()
    noise = float((beyond_rounding(residuals) ** 2).sum()) / ((whole.shape[0] - 1) * (whole.shape[1] - 1))
    of_means = noise * float(np.mean(1.0 / (~np.isnan(response)).sum(axis=1)))
    return min(1.0, of_means / float(means.var(ddof=1)))


def _indices(results: Results, measure: str) -> Iterator[Index]:
    settings = results.design.settings
    kind = settings.design.kind
    analyse = {"saltelli": _saltelli, "morris": _morris}.get(kind, _any_points)
    for arm, response in responses_of(results, measure).items():
        indices = analyse(settings, estimates_of(response).mean)
        for name, (values, halves) in zip(KINDS[kind], indices, strict=True):
            for setting, value, half in zip(settings.sweep, values.tolist(), halves.tolist(), strict=True):
                yield Index(arm, measure, setting, name, value, value - half, value + half)


def _saltelli(settings: Settings, y: Floats) -> list[WithHalves]:
    """First-order and total indices by the estimators of Saltelli et al. (2010)."""
    from SALib.analyze import sobol

    block = len(settings.sweep) + 2
    independent = np.concatenate([y[::block], y[block - 1 :: block]])
    if np.isnan(y).any() or len(y) == block or not varies(independent):
        return [_missing(settings), _missing(settings)]
    result = sobol.analyze(
        unit_problem(settings), y, calc_second_order=False, conf_level=CONFIDENCE, seed=salib_seed(settings)
    )
    return [(result["S1"], result["S1_conf"]), (result["ST"], result["ST_conf"])]


def _morris(settings: Settings, y: Floats) -> list[WithHalves]:
    from SALib.analyze import morris

    if np.isnan(y).any() or not varies(y):
        return [_missing(settings)] * 3
    result = morris.analyze(
        unit_problem(settings),
        shares_of(settings, "settings"),
        y,
        conf_level=CONFIDENCE,
        num_levels=settings.design.levels,
        seed=salib_seed(settings),
    )
    nothing, _ = _missing(settings)
    mu_star, mu, sigma, half = (np.asarray(result[name], float) for name in ("mu_star", "mu", "sigma", "mu_star_conf"))
    return [(mu_star, half), (mu, nothing), (sigma, nothing)]


def _any_points(settings: Settings, y: Floats) -> list[WithHalves]:
    """First-order indices from any points: a setting's harmonics in the responses sorted by it (RBD-FAST)."""
    # SALib's delta analyser has first-order indices too, but from few classes and a single resample: on the Ishigami
    # function, at 128 to 512 points, its second index is .19 to .38 below the true .44, and its 95 % interval holds it in
    # 5 designs of 100 at most. RBD-FAST's three indices are off by .01 on average on Latin hypercubes and .05 at most on
    # Sobol' points (rms error .06 and .11 at 128 points, .03 and .05 at 512), and its intervals hold them in 93 or more.
    from SALib.analyze import rbd_fast

    known = ~np.isnan(y)
    x, y = shares_of(settings, "settings")[known], y[known]
    values, halves = _missing(settings)
    for place, (name, swept) in enumerate(settings.sweep.items()):
        harmonics = min(OF_RANGE if isinstance(swept, Span) else OF_LIST, len(y) // 8)
        if harmonics < 2 or not varies(y):
            continue
        problem = {"num_vars": 1, "names": [name], "bounds": [[0.0, 1.0]]}
        with np.errstate(invalid="ignore", divide="ignore"):  # a resample may happen to hold equal responses only
            result = rbd_fast.analyze(
                problem, x[:, [place]], y, M=harmonics, conf_level=CONFIDENCE, seed=salib_seed(settings)
            )
        values[place], halves[place] = result["S1"][0], result["S1_conf"][0]
    return [(values, halves)]


def _missing(settings: Settings) -> WithHalves:
    return np.full(len(settings.sweep), np.nan), np.full(len(settings.sweep), np.nan)
