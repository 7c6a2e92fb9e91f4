"""Map: where in the space of swept settings an arm beats the baseline, and where it loses."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import TwoSlopeNorm
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from learnsim.analysis.importance import is_rough, settings_ranked
from learnsim.analysis.summary import Summary
from learnsim.analysis.verdicts import Verdicts, verdicts_of
from learnsim.report.cautions import cautions
from learnsim.report.figures.axes import axis_of
from learnsim.report.figures.panels import arms_shown, baseline_label, head, legend_below, replicates_label, title
from learnsim.report.figures.style import DIVERGING
from learnsim.report.figures.titles import verdicts_title
from learnsim.report.figures.value_limits import limits_of, within
from learnsim.report.labels import measure_label
from learnsim.report.sentences import ROUGH, verdict_counts

MOST_ARMS = 6
MOST_VECTORS = 400  # points above which they are drawn as one picture
SIGNS = (("undecided", "o"), ("equal", "s"), ("lower", "v"), ("higher", "^"))


def map_figure(summary: Summary) -> Figure:
    """One panel an arm: every point over the two settings that decide most; the shape says who wins."""
    design = summary.results.design
    arms, left_out = arms_shown(summary, MOST_ARMS)
    across = min(3, len(arms))
    down = -(-len(arms) // across)
    figure = Figure(figsize=(3.6 * across + 0.9, 1.1 + 3.4 * down), layout="constrained")
    grid = figure.subplots(down, across, squeeze=False).ravel().tolist()
    for panel in grid[len(arms) :]:
        panel.set_visible(False)
    verdicts = {arm: verdicts_of(summary, arm, summary.measure) for arm in arms}
    most = max(1e-3, *(float(np.abs(one.known).max(initial=0.0)) for one in verdicts.values()))
    norm = TwoSlopeNorm(0.0, -most, most)
    dots: Any = None
    for panel, arm in zip(grid, arms, strict=False):
        dots = _scatter(panel, summary, settings_ranked(summary, arm, summary.measure)[:2], verdicts[arm], norm) or dots
        title(panel, f"{arm}\n{verdict_counts(verdicts[arm])}")
    if dots is not None:
        bar = figure.colorbar(dots, ax=grid[: len(arms)], shrink=0.8, pad=0.02)
        bar.set_label(measure_label(summary.measure, difference=True))
    single = not summary.repeated
    signs = [
        ("^", "higher than the baseline" if single else "higher (the 95 % interval is above 0)"),
        ("v", "lower than the baseline" if single else "lower (the interval is below 0)"),
        ("o", "equal" if single else "undecided"),
    ]
    handles = [Line2D([], [], marker=sign, color="#555555", mfc="#bbbbbb", ls="") for sign, _ in signs]
    legend_below(figure, handles, [label for _, label in signs])
    rough = f", by a {ROUGH} estimate" if is_rough(design) else ""
    head(
        figure,
        verdicts_title(summary),
        f"every point over the {'two settings that decide' if len(design.swept) > 1 else 'setting that decides'} most{rough}"
        if len(design.swept) > 2
        else "every point of the design",
        baseline_label(summary),
        replicates_label(summary),
        left_out,
        cautions=cautions(summary),
    )
    return figure


def _scatter(panel: Axes, summary: Summary, settings: list[str], verdicts: Verdicts, norm: TwoSlopeNorm) -> Any:
    design = summary.results.design
    points = [design.points.values(number) for number in range(len(design.points))]
    axes = [axis_of(design, name) for name in settings]
    places = [axis.scattered([some[axis.setting] for some in points], n) for n, axis in enumerate(axes)]
    x, y = places if len(places) > 1 else (places[0], verdicts.mean)
    dots: Any = None
    for name, marker in SIGNS:
        chosen = verdicts.where(name)
        if not chosen.any():
            continue
        dots = panel.scatter(
            x[chosen],
            y[chosen],
            c=verdicts.mean[chosen],
            norm=norm,
            cmap=DIVERGING,
            marker=marker,
            s=26 if len(points) <= MOST_VECTORS else 12,
            lw=0.4 if len(points) <= MOST_VECTORS else 0.2,
            edgecolors="#555555",
            rasterized=len(points) > MOST_VECTORS,
        )
    axes[0].label(panel)
    if len(axes) > 1:
        axes[1].label(panel, "y")
    else:
        panel.set_ylabel(measure_label(summary.measure, difference=True))
        within(panel, limits_of(summary.measure, difference=True))
    return dots
