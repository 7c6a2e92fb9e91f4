"""Repetitions: the same arms in many replicates, as bands around the curves, and how often which arm ends higher."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from learnsim.analysis.contrasts import contrasts_of
from learnsim.analysis.estimates import estimates_of
from learnsim.arrays import Floats
from learnsim.grouping.preparation import Prepared
from learnsim.models.registry import info_of
from learnsim.models.runs import run_arm
from learnsim.playback.frames import curves_of
from learnsim.playback.recording import playable_of, values_in

LOW, HIGH = 10.0, 90.0  # percentiles over replicates
SECONDARY = "more"  # the group of measures that have no curve, and so no band


def repetitions(
    prepared: Prepared, arms: Sequence[str], replicates: int, cancelled: Callable[[], bool] = lambda: False
) -> dict[str, Any] | None:
    """Return what so many replicates of some arms show, by the compiled engine.

    Parameters
    ----------
    prepared, arms
        As :func:`~learnsim.playback.recording.recording_of` takes them, with the same errors.
    replicates : int
        Their numbers are 0 to ``replicates - 1``; number 0 is the one that a page shows at first.
    cancelled : callable
        Asked before each run whether nobody waits for the answer any more.

    Returns
    -------
    dict or None
        Of each arm and measure the mean over replicates and the 10th and 90th percentile, row by row; of the first measure
        the paired difference of the first arm less the second: its curve in the same way, the mean at the end with half of
        its 95 % interval, and in how many replicates it is above and below 0. ``None`` if it was cancelled.

    Examples
    --------
    >>> from learnsim.grouping.preparation import prepare
    >>> from learnsim.playback.repetitions import repetitions
    >>> from learnsim.settings import Settings
    >>> small = Settings().changed({"organisation.trainees": 24, "training.sessions": 20})
    >>> bands = repetitions(prepare(small), ["hybrid", "flat-lecture"], 5)
    >>> bands["replicates"], len(bands["arms"][0]["mean_mastery"]["low"]), sorted(bands["difference"])
    (5, 21, ['half_width', 'losses', 'mean', 'wins'])
    """
    playable, runs = playable_of(prepared, arms), info_of(prepared.settings).runs
    keys = [key for key in curves_of(prepared, playable) if playable.CURVES[key] != SECONDARY]
    curves: dict[tuple[str, str], list[Floats]] = {(arm, key): [] for arm in arms for key in keys}
    for replicate in range(replicates):
        shared = None
        for arm in arms:
            if cancelled():
                return None
            shared = runs.draw_shared(prepared.settings, replicate, prepared.roster) if shared is None else shared
            run = run_arm(prepared, arm, replicate, engine="compiled", shared=shared)
            for key in keys:
                curves[arm, key].append(run.measures[key])
    rows = range(max(len(values) for several in curves.values() for values in several))
    there = {place: np.array([values_in(values, rows) for values in several]) for place, several in curves.items()}
    answer: dict[str, Any] = {
        "replicates": replicates,
        "arms": [{key: _band(there[arm, key]) for key in keys} for arm in arms],
        "difference": None,
        "difference_curve": None,
    }
    if len(arms) > 1:
        first, second = (there[arm, keys[0]] for arm in arms[:2])
        answer["difference"] = _difference(first[:, -1], second[:, -1])
        answer["difference_curve"] = _band(first - second)
    return answer


def _band(values: Floats) -> dict[str, list[float | None]]:
    """Return the band of some curves, shape (replicates, rows); missing values do not count."""
    low, high = np.full((2, values.shape[1]), np.nan)
    some = ~np.isnan(values).all(axis=0)
    low[some], high[some] = np.nanpercentile(values[:, some], [LOW, HIGH], axis=0)
    return {"low": _numbers(low), "mean": _numbers(estimates_of(values.T).mean), "high": _numbers(high)}


def _difference(first: Floats, second: Floats) -> dict[str, Any]:
    """Return the paired difference of two arms, as the analysis of results has it."""
    estimate = contrasts_of(np.array([[first, second]]), 1, 0, bootstrap=False).difference.at(0, 0)
    mean, half_width = _numbers(np.array([estimate.mean, estimate.half_width]))
    return {
        "mean": mean,
        "half_width": half_width,
        "wins": int((first > second).sum()),
        "losses": int((first < second).sum()),
    }


def _numbers(values: Floats) -> list[float | None]:
    return [None if np.isnan(value) else value for value in values.tolist()]
