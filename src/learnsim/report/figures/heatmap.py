"""Heat map: what two swept settings do together, a cell for each combination."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Normalize, TwoSlopeNorm
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from learnsim.analysis.summary import Summary
from learnsim.arrays import Flags, Floats
from learnsim.report.cautions import cautions
from learnsim.report.figures.axes import axis_of
from learnsim.report.figures.panels import arms_shown, baseline_label, head, panels, replicates_label, title
from learnsim.report.figures.style import DIVERGING, MASTERY
from learnsim.report.figures.text_width import width_of
from learnsim.report.figures.titles import verdicts_title
from learnsim.report.labels import measure_label, measure_title, plain, setting_label

MOST_WRITTEN = 100  # cells up to which the values are written into them


def heatmap_figure(summary: Summary) -> Figure:
    """One panel an arm: its difference from the baseline at every combination of two settings; hatched where undecided."""
    design = summary.results.design
    alone = len(design.arms) == 1
    arms, left_out = arms_shown(summary)
    values = {name: axis_of(design, name).values for name in design.swept}
    down, across = sorted(design.swept, key=lambda name: len(values[name]))
    wide, high = len(values[across]), len(values[down])
    width, height = max(2.6, 0.9 + 0.42 * min(wide, 16)), max(1.7, 0.9 + 0.3 * min(high, 16))
    figure, grid = panels(len(arms), height=height, width=width, across=max(1, min(3, int(11 / width))))
    cells = {arm: _cells(summary, arm, down) for arm in arms}
    norm, colours = _scale([mean for mean, _ in cells.values()], alone=alone)
    image: Any = None
    for panel, arm in zip(grid, arms, strict=True):
        mean, undecided = cells[arm]
        image = panel.imshow(mean, norm=norm, cmap=colours, aspect="auto", origin="lower", interpolation="nearest")
        panel.grid(visible=False)
        for name, axis, words in ((across, panel.xaxis, wide), (down, panel.yaxis, high)):
            names = [plain(value) for value in values[name]]
            step = max(1, words // 16)
            axis.set_ticks(range(0, words, step), names[::step])
        cell = (width - 0.8) / wide
        _mark(panel, mean, undecided, norm, written=mean.size <= MOST_WRITTEN and width_of("failed", 6.0) < cell)
        title(panel, arm)
    figure.supxlabel(setting_label(across), fontsize=9)
    figure.supylabel(setting_label(down), fontsize=9)
    bar = figure.colorbar(image, ax=grid, shrink=0.8, pad=0.02)
    bar.set_label(measure_label(summary.measure, difference=not alone))
    head(
        figure,
        verdicts_title(summary, "combinations"),
        f"{measure_title(summary.measure)} at every combination of two settings",
        baseline_label(summary),
        "" if alone or not summary.repeated else "hatched: the 95 % interval includes 0",
        replicates_label(summary),
        left_out,
        cautions=cautions(summary),
    )
    return figure


def _cells(summary: Summary, arm: str, down: str) -> tuple[Floats, Flags]:
    """Means and whether their intervals include 0, shape (values down, values across)."""
    design = summary.results.design
    number, alone = design.arms.index(arm), len(design.arms) == 1
    estimates = summary.estimates[summary.measure] if alone else summary.contrasts[summary.measure].difference
    mean, low, high = (array[:, number] for array in (estimates.mean, estimates.low, estimates.high))
    undecided = (low <= 0.0) & (high >= 0.0) & ~((low == 0.0) & (high == 0.0)) & (not alone)
    shape = [len(axis_of(design, name).values) for name in design.swept]
    shaped = mean.reshape(shape), undecided.reshape(shape)
    return shaped if design.swept[0] == down else (shaped[0].T, shaped[1].T)


def _scale(means: list[Floats], *, alone: bool) -> tuple[Normalize, str]:
    if alone:
        low, high = (f(np.nanmax(mean * sign) * sign for mean in means) for f, sign in ((min, -1.0), (max, 1.0)))
        return Normalize(min(0.0, low), max(1.0, high)), MASTERY
    known = np.concatenate([mean[~np.isnan(mean)] for mean in means] or [np.zeros(1)])
    most = max(1e-3, float(np.abs(known).max(initial=0.0)))
    return TwoSlopeNorm(0.0, -most, most), DIVERGING


def _mark(panel: Axes, mean: Floats, undecided: Flags, norm: Normalize, *, written: bool) -> None:
    digits = 3 if mean.size <= MOST_WRITTEN // 2 else 2
    for (y, x), value in np.ndenumerate(mean):
        if undecided[y, x]:
            panel.add_patch(Rectangle((x - 0.5, y - 0.5), 1, 1, fill=False, hatch="///", ec="#999999", lw=0.0))
        if not written:
            continue
        if np.isnan(value):
            panel.text(x, y, "failed", ha="center", va="center", fontsize=6, color="#555555")
            continue
        sign = "+" if isinstance(norm, TwoSlopeNorm) else ""
        text = f"{value:{sign}.{digits}f}".replace("0.", ".", 1)
        dark = abs(float(norm(value)) - 0.5) > 0.32 if sign else float(norm(value)) < 0.5
        panel.text(x, y, text, ha="center", va="center", fontsize=6.5, color="white" if dark else "black")
