"""Fit figures: what was observed against what is simulated, and the misfit along each setting."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure

from learnsim.fitting.estimate import Estimate, Profile
from learnsim.fitting.observed import Moment
from learnsim.fitting.scores import Scores
from learnsim.report.figures.panels import head, legend_below, panels, title

OURS, THEIRS, SOFT = "#0072b2", "#222222", "#999999"
LIMIT = 3.84  # of chi squared with one degree of freedom: an interval of 95 %


def moments_figure(found: Estimate, moments: tuple[Moment, ...]) -> Figure:
    """Each number's difference from the model, in standard errors."""
    distance = (found.observed - found.simulated) / np.where(found.error > 0.0, found.error, np.nan)
    figure = Figure(figsize=(6.8, 1.3 + 0.28 * len(moments)), layout="constrained")
    panel = figure.subplots()
    rows = np.arange(len(moments))[::-1]
    panel.axvspan(-2.0, 2.0, color="#eeeeee")
    panel.axvline(0.0, color=SOFT, lw=0.8)
    panel.plot(distance, rows, "o", color=OURS, ms=5, clip_on=False)
    panel.set_yticks(rows, [str(one) for one in moments])
    reach = 1.1 * max(3.0, float(np.nanmax(np.abs(distance), initial=0.0)))
    panel.set_xlim(-reach, reach)
    panel.set_xlabel("observed less simulated, standard errors")
    far = int((np.abs(distance) > 2.0).sum())
    headline = "All numbers are within two standard errors of the model"
    if far:
        be = "is" if far == 1 else "are"
        headline = f"{far} of {len(moments)} numbers {be} more than two standard errors from the model"
    head(figure, headline, "grey: two standard errors")
    return figure


def scores_figure(observed: Mapping[str, Scores], simulated: Mapping[str, Scores]) -> Figure:
    """The share of people with at most each score, of the data and of the model."""
    figure, axes = panels(len(observed), height=2.6, width=2.9, across=3)
    for panel, arm in zip(axes, observed, strict=True):
        title(panel, arm)
        for scores, colour, wide in ((simulated[arm], OURS, 2.4), (observed[arm], THEIRS, 1.2)):
            values = np.sort(scores.post)
            panel.step(values, np.arange(1, len(values) + 1) / len(values), where="post", color=colour, lw=wide)
        panel.set_xlim(0.0, 1.0)
        panel.set_ylim(0.0, 1.0)
        panel.set_xlabel("score: share of right answers")
    axes[0].set_ylabel("people at or below it")
    legend_below(figure, [axes[0].lines[1], axes[0].lines[0]], ["observed", "simulated"])
    head(figure, "Scores after the training", "data, and people simulated with the estimates")
    return figure


def profiles_figure(profiles: list[Profile], found: Estimate) -> Figure:
    """The misfit along each setting, above the least."""
    across = min(3, len(profiles))
    down = -(-len(profiles) // across)
    figure = Figure(figsize=(max(4.2, 2.7 * across), 0.7 + 2.3 * down), layout="constrained")
    axes = figure.subplots(down, across, sharey=True, squeeze=False).ravel().tolist()
    for panel in axes[len(profiles) :]:
        panel.set_visible(False)
    for panel, one, value in zip(axes, profiles, found.values, strict=False):
        title(panel, one.name)
        panel.plot(one.values, one.misfit - min(float(np.min(one.misfit)), found.misfit), "o-", color=OURS, ms=3.5, lw=1.4)
        panel.axhline(LIMIT, color=SOFT, lw=0.8, ls="--")
        right = ("axes fraction", "data")
        panel.annotate("95 %", (1.0, LIMIT), xycoords=right, ha="right", va="bottom", color=SOFT, fontsize=7)
        panel.axvline(value, color=SOFT, lw=0.8)
    axes[0].set_ylabel("misfit above the least")
    below = "upright line: the estimate; below the dashed one: its 95 % interval"
    head(figure, "How sharply the data tell each setting", below)
    return figure
