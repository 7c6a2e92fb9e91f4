"""Communities over time: how many people each community has, in one run in which people move."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from learnsim.analysis.summary import Summary
from learnsim.report.figures.organisation import PREFERRED, FirstRun
from learnsim.report.figures.panels import head
from learnsim.report.figures.style import COLOURS
from learnsim.report.labels import at_values

MOVES = "moves"


def changing_arm(summary: Summary) -> str:
    """Return the arm that is drawn: the hybrid if anybody moves there in the first run, or the one with most moves."""
    if MOVES not in summary.results.design.kind.names:
        return ""
    moves = np.nan_to_num(summary.results.measure(MOVES)[0, :, 0])
    arms = summary.results.design.arms
    if PREFERRED in arms and moves[arms.index(PREFERRED)] > 0.0:
        return PREFERRED
    return arms[int(np.argmax(moves))] if np.max(moves) > 0.0 else ""


def communities_figure(summary: Summary, first_run: FirstRun) -> Figure:
    """The people of each community after every session of replicate 0, stacked."""
    arm = changing_arm(summary)
    record: Any = first_run(arm)
    sizes = record.community_sizes
    figure = Figure(figsize=(6.4, 3.8), layout="constrained")
    panel = figure.subplots()
    colours = [COLOURS[number % len(COLOURS)] for number in range(sizes.shape[1])]
    panel.stackplot(np.arange(len(sizes)), sizes.T, colors=colours, alpha=0.75, edgecolor="white", lw=0.5, step="post")
    panel.set_xlim(0, max(1, len(sizes) - 1))
    panel.set_ylim(0, int(sizes[0].sum()))
    panel.xaxis.set_major_locator(MaxNLocator("auto", integer=True, min_n_ticks=1))
    panel.set_xlabel(summary.results.design.kind.clock)
    panel.set_ylabel("people in each community")
    left, largest = int((sizes[-1] > 0).sum()), int(np.max(sizes[-1]))
    head(
        figure,
        f"{arm} ends with {left} of {sizes.shape[1]} communities, the largest of {largest} people",
        f"replicate 0, {arm}; each colour is a community",
        at_values(summary.results.design.points.values(0)),
    )
    return figure
