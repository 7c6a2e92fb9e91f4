"""Panels: how a figure is cut into panels, which arms get one, and what is said above them.
Knows summaries and matplotlib's figures.
"""

from __future__ import annotations

import textwrap

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from learnsim.analysis.summary import Summary
from learnsim.experiments.design import Design

MOST, FEWER = 12, 8  # panels that a person reads in one figure; how many are shown of more
LETTERS = 13.5  # an inch of heading


def panels(count: int, *, height: float, width: float = 2.1, across: int = 4) -> tuple[Figure, list[Axes]]:
    """Return a figure with ``count`` panels in rows of up to ``across``, all on the same axes; sizes in inches."""
    across = min(across, count)
    down = -(-count // across)
    figure = Figure(figsize=(max(4.2, width * across), 0.7 + height * down), layout="constrained")
    return figure, _grid(figure, count, down, across)


def plain_panels(count: int, *, height: float, width: float = 2.1, across: int = 4) -> tuple[Figure, list[Axes]]:
    """Return panels as :func:`panels` does, with room measured out for short labels: laying many out takes a second."""
    across = min(across, count)
    down = -(-count // across)
    wide, high = max(4.2, 0.6 + width * across), 1.3 + height * down
    figure = Figure(figsize=(wide, high))
    grid = _grid(figure, count, down, across)
    figure.subplots_adjust(left=0.68 / wide, right=1.0 - 0.16 / wide, bottom=0.62 / high, wspace=0.16, hspace=0.38)
    return figure, grid


def _grid(figure: Figure, count: int, down: int, across: int) -> list[Axes]:
    grid = figure.subplots(down, across, sharex=True, sharey=True, squeeze=False).ravel().tolist()
    for panel in grid[count:]:
        panel.set_visible(False)
    for panel in grid[:count]:
        panel.tick_params(labelbottom=True)
    return grid[:count]


def head(figure: Figure, *parts: str) -> None:
    """Write what a figure shows above it, in as many lines as it takes."""
    text = "; ".join(part for part in parts if part)
    told = textwrap.fill(text, int(figure.get_figwidth() * LETTERS), break_on_hyphens=False)
    if figure.get_layout_engine() is not None:
        figure.suptitle(told, fontsize=9, x=0.01, ha="left")
        return
    high = figure.get_figheight()
    figure.suptitle(told, fontsize=9, x=0.01, y=1.0 - 0.08 / high, ha="left", va="top")
    figure.subplots_adjust(top=1.0 - (0.42 + 0.16 * (1 + told.count("\n"))) / high)


def title(panel: Axes, text: str, width: float = 2.1) -> None:
    """Write a panel's title, smaller if it is too long for its width in inches."""
    panel.set_title(text, fontsize=max(5.5, min(9.0, 9.0 * width * LETTERS / max(1, len(text)))))


def others(design: Design) -> tuple[str, ...]:
    """Return the arms that are shown: all but the baseline, which is what they are compared with, unless it is alone."""
    return tuple(arm for arm in design.arms if arm != design.baseline) or design.arms


def arms_shown(summary: Summary, most: int = MOST) -> tuple[list[str], str]:
    """Return which arms a figure has room for, and what to say about those left out.

    Arms without a finished run are left out. If more than ``most`` are left, those that end highest are shown and, as a
    quarter of those shown, those that end lowest; from the highest to the lowest.
    """
    design = summary.results.design
    means = summary.estimates[summary.measure].mean
    ends = {arm: means[:, number] for number, arm in enumerate(design.arms) if not np.isnan(means[:, number]).all()}
    compared = [arm for arm in others(design) if arm in ends] or list(ends)
    found = {arm: float(np.nanmean(ends[arm])) for arm in compared}
    if len(found) <= most:
        return list(found), ""
    ranked = sorted(found, key=lambda arm: -found[arm])
    some = min(most, FEWER)
    lowest = max(1, some // 4)
    shown = ranked[: some - lowest] + ranked[-lowest:]
    return shown, f"{some} of {len(found)} arms: the {some - lowest} that end highest, the {lowest} that end lowest"


def times_told(summary: Summary, words: str = "") -> str:
    """Say over how many replicates a figure tells."""
    told = summary.results.replicates_told
    return f"{words}{told} replicate{'' if told == '1' else 's'}"
