"""Contrasts: every arm against the baseline on the same replicates, with all that a reader needs to judge them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri, stdtr

from learnsim.analysis.estimates import CONFIDENCE, Estimates, estimates_of, varies
from learnsim.arrays import Flags, Floats
from learnsim.experiments.storage.results import Results

RESAMPLES = 1999
BCA_FROM = 20  # replicates below which BCa intervals cover too rarely: .91 to .93 at 12
BATCH = 100_000  # numbers drawn at a time
MOST_BOOTSTRAPS = 1000  # contrasts of a measure above which none is bootstrapped


@dataclass(frozen=True)
class Contrasts:
    """One measure's paired differences from the baseline: arrays (points, arms), missing for the baseline itself.

    Attributes
    ----------
    difference : Estimates
        Mean differences with their t intervals.
    effect : array
        Standardised effect d_z: mean difference over the standard deviation of the differences (Cohen 1988).
    effect_in_sd : array
        Mean difference in standard deviations of people: over the root of the mean variance between people within the two
        arms (Cohen 1988), as studies of teaching report it; missing where a measure is no mean over people.
    superiority : array
        Share of replicates in which the arm is above the baseline, ties counting half.
    p, holm : arrays
        Two-sided p of the paired t test; and corrected for all contrasts of this measure (Holm 1979).
    reduction : array
        How many times larger the variance would be with people and random numbers of its own in every arm.
    bca_low, bca_high : arrays
        Bias-corrected and accelerated bootstrap interval (Efron 1987); missing where it was not asked for, and with
        fewer than :data:`BCA_FROM` replicates.
    """

    difference: Estimates
    effect: Floats
    effect_in_sd: Floats
    superiority: Floats
    p: Floats
    holm: Floats
    reduction: Floats
    bca_low: Floats
    bca_high: Floats


def contrasts_of(
    values: Floats, baseline: int, seed: int, *, bootstrap: bool, spread: Floats | None = None
) -> Contrasts:
    """Return the contrasts of one measure.

    Parameters
    ----------
    values : array (points, arms, replicates)
        NaN where missing; a replicate counts where both arms have it.
    baseline : int
        The baseline's place among the arms.
    seed : int
        Of the bootstrap.
    bootstrap : bool
        Whether to add bootstrap intervals, 2 milliseconds each.
    spread : array (points, arms, replicates), optional
        The standard deviation between people in every run, if the measure is their mean.
    """
    differences = values - values[:, baseline : baseline + 1]
    differences[:, baseline] = np.nan
    difference = estimates_of(differences)
    paired = ~np.isnan(differences)
    with np.errstate(invalid="ignore", divide="ignore"):
        effect = np.where(difference.sd > 0.0, difference.mean / difference.sd, np.nan)
        t = difference.mean / (difference.sd / np.sqrt(difference.count))
        p = 2.0 * stdtr(np.maximum(difference.count - 1, 1), -np.abs(t))
        p = np.where((difference.sd == 0.0) & (difference.mean == 0.0), 1.0, p)
        wins = ((differences > 0.0).sum(axis=-1) + 0.5 * (differences == 0.0).sum(axis=-1)) / paired.sum(axis=-1)
        mine = estimates_of(np.where(paired, values, np.nan)).sd
        theirs = estimates_of(np.where(paired, values[:, baseline : baseline + 1], np.nan)).sd
        reduction = np.where(difference.sd > 0.0, (mine**2 + theirs**2) / difference.sd**2, np.nan)
    low, high = np.full(p.shape, np.nan), np.full(p.shape, np.nan)
    if bootstrap and p.size - len(p) <= MOST_BOOTSTRAPS:
        for place in np.argwhere((difference.sd > 0.0) & (difference.count >= BCA_FROM)).tolist():
            point, arm = place
            low[point, arm], high[point, arm] = _bca(differences[point, arm][paired[point, arm]], seed)
    in_sd = np.full(p.shape, np.nan) if spread is None else _in_sd(difference.mean, spread, baseline, paired)
    return Contrasts(difference, effect, in_sd, wins, p, holm(p), reduction, low, high)


def _in_sd(difference: Floats, spread: Floats, baseline: int, paired: Flags) -> Floats:
    both = np.where(paired, (spread**2 + spread[:, baseline : baseline + 1] ** 2) / 2.0, 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        pooled = np.sqrt(both.sum(axis=-1) / paired.sum(axis=-1))
        return np.where(pooled > 0.0, difference / pooled, np.nan)


def responses_of(results: Results, measure: str) -> dict[str, Floats]:
    """Return the response of each arm but the baseline: its paired difference at every point, (points, replicates).

    An arm that is alone answers with its own values.
    """
    design, values = results.design, results.measure(measure)
    base = design.arms.index(design.baseline)
    if len(design.arms) == 1:
        return {design.baseline: values[:, base]}
    return {arm: values[:, n] - values[:, base] for n, arm in enumerate(design.arms) if n != base}


def holm(p: Floats) -> Floats:
    """Return p values corrected by Holm's step-down rule (1979), any shape; NaN stay and do not count."""
    flat = p.ravel()
    known = np.flatnonzero(~np.isnan(flat))
    order = known[np.argsort(flat[known], kind="stable")]
    steps = flat[order] * np.arange(len(order), 0, -1)
    out = np.full(len(flat), np.nan)
    out[order] = np.minimum(1.0, np.maximum.accumulate(steps)) if len(order) else 0.0
    return out.reshape(p.shape)


def _bca(differences: Floats, seed: int) -> tuple[float, float]:
    """Return the interval of scipy.stats.bootstrap, without the half second that its import takes."""
    if not varies(differences):
        return np.nan, np.nan
    count, rng = len(differences), np.random.default_rng(seed)
    batch = max(1, BATCH // count)
    drawn = [
        differences[rng.integers(0, count, (min(batch, RESAMPLES - start), count))].mean(axis=1)
        for start in range(0, RESAMPLES, batch)
    ]
    means, mean = np.concatenate(drawn), differences.mean()
    bias = ndtri(((means < mean).mean() + (means <= mean).mean()) / 2.0)
    without = (differences.sum() - differences) / (count - 1)  # the jackknife
    deviations = without.mean() - without
    acceleration = (deviations**3).sum() / (6.0 * (deviations**2).sum() ** 1.5)
    z = bias + ndtri([(1.0 - CONFIDENCE) / 2.0, (1.0 + CONFIDENCE) / 2.0])
    low, high = np.percentile(means, 100.0 * ndtr(bias + z / (1.0 - acceleration * z)))
    return float(low), float(high)
