"""Profiles: how an arm's difference from the baseline goes along each swept setting, over all the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from learnsim.analysis.estimates import Estimate, estimates_of
from learnsim.analysis.importance import is_rough, settings_ranked
from learnsim.analysis.summary import Summary
from learnsim.arrays import Floats
from learnsim.report.cautions import cautions
from learnsim.report.figures.axes import FEW, Axis, axis_of
from learnsim.report.figures.map import MOST_VECTORS
from learnsim.report.figures.panels import arms_shown, head, legend_below
from learnsim.report.figures.response import draw_line
from learnsim.report.figures.style import colour_of
from learnsim.report.figures.titles import profile_title, title_arm
from learnsim.report.figures.value_limits import limits_of, within
from learnsim.report.labels import measure_label
from learnsim.report.sentences import ROUGH

MOST_ARMS, MOST_SETTINGS, BINS = 4, 12, 8


@dataclass(frozen=True)
class Bin:
    """Points that lie near each other along a setting: where, and their mean with its interval over the points."""

    place: float
    estimate: Estimate


def profiles_figure(summary: Summary) -> Figure:
    """One panel a setting, the most decisive first: every point, and the mean of points that lie near each other."""
    design = summary.results.design
    arms, left_out = arms_shown(summary, MOST_ARMS)
    settings = settings_ranked(summary, arms[0], summary.measure)
    shown = settings[:MOST_SETTINGS]
    across = min(3, len(shown))
    down = -(-len(shown) // across)
    figure = Figure(figsize=(max(4.8, 3.1 * across + 0.4), 1.0 + 2.4 * down), layout="constrained")
    grid = figure.subplots(down, across, sharey=True, squeeze=False).ravel().tolist()
    for panel in grid[len(shown) :]:
        panel.set_visible(False)
    points = [design.points.values(number) for number in range(len(design.points))]
    alone = len(design.arms) == 1
    lines: dict[str, Any] = {}
    for panel, name in zip(grid, shown, strict=False):
        axis = axis_of(design, name)
        values = [some[name] for some in points]
        for arm in arms:
            drawn = _profile(panel, summary, arm, axis, values)
            lines |= {arm: drawn} if drawn else {}
        if not alone:
            panel.axhline(0.0, color="#777777", lw=1)
        axis.label(panel)
    within(grid[0], limits_of(summary.measure, difference=not alone))  # now that all is drawn
    if lines and not alone:
        legend_below(figure, list(lines.values()), list(lines))
    figure.supylabel(measure_label(summary.measure, difference=not alone).replace("\n", " "), fontsize=9)
    head(
        figure,
        profile_title(summary, _ends(summary, axis_of(design, shown[0]), points), shown[0]),
        f"{design.baseline} alone" if alone else f"differences from {design.baseline} (0)",
        "each small dot is a point of the design",
        "lines: means of points near each other, 95 % intervals over points",
        f"the most decisive setting first{f', by a {ROUGH} estimate' if is_rough(design) else ''}" if len(shown) > 1 else "",
        f"{len(shown)} of {len(settings)} settings" if len(settings) > len(shown) else "",
        left_out,
        cautions=cautions(summary),
    )
    return figure


def _means(summary: Summary, arm: str) -> Floats:
    """An arm's difference from the baseline at every point; a lone arm's own mean."""
    design = summary.results.design
    number, alone = design.arms.index(arm), len(design.arms) == 1
    return (summary.estimates[summary.measure] if alone else summary.contrasts[summary.measure].difference).mean[:, number]


def _ends(summary: Summary, axis: Axis, points: list[dict[str, Any]]) -> tuple[float, float] | None:
    """The means of the lowest and the highest points along a setting with numbers, of the arm that the title is about."""
    about = title_arm(summary)
    if axis.kind == "names" or not about:
        return None
    bins = bins_of(axis.places([some[axis.setting] for some in points]), _means(summary, about))
    return (bins[0].estimate.mean, bins[-1].estimate.mean) if len(bins) > 1 else None


def _profile(panel: Axes, summary: Summary, arm: str, axis: Axis, values: list[Any]) -> Any:
    design, means = summary.results.design, _means(summary, arm)
    limits = limits_of(summary.measure, difference=len(design.arms) > 1)
    places = axis.places(values)
    panel.plot(
        axis.scattered(values, 0),
        means,
        ".",
        color=colour_of(arm, design.arms, design.baseline),
        markersize=2.5,
        alpha=max(0.08, min(0.4, 80.0 / len(values))),
        rasterized=len(values) > MOST_VECTORS,
    )
    bins = bins_of(places, means)
    return draw_line(panel, summary, arm, [one.place for one in bins], [one.estimate for one in bins], limits, zorder=4)


def bins_of(places: Floats, values: Floats) -> list[Bin]:
    """Return points in bins along a setting: one for each value if there are few, else :data:`BINS` of equally many."""
    known = ~np.isnan(values)
    places, values = places[known], values[known]
    order = np.argsort(places, kind="stable")
    distinct = np.unique(places)
    if len(distinct) <= FEW:
        groups = [np.flatnonzero(places == value) for value in distinct]
    else:
        groups = [some for some in np.array_split(order, min(BINS, max(1, len(order) // 3))) if len(some)]
    bins = []
    for some in groups:
        many = estimates_of(values[some][None, None, :])
        bins.append(Bin(float(np.median(places[some])), many.at(0, 0)))
    return bins
