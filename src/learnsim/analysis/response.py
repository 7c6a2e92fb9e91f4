"""Response: how the arms answer to swept settings.
Knows designs and summaries; fills one matplotlib figure.
"""

from __future__ import annotations

import math
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from learnsim.analysis.palette import STYLES, colour_of
from learnsim.analysis.summary import Row, Summary
from learnsim.experiments.design import Design

MEASURES = (("mean_mastery", "difference in final mean mastery"), ("sd_mastery", "difference in sd of mastery"))


def response_figure(summary: Summary) -> Figure:
    """Differences from the baseline over the setting with the most values, one column for each other combination."""
    design, rows = summary.results.design, list(summary.rows())
    along = max(design.swept, key=lambda name: len(design.settings.sweep[name]))
    rest = [name for name in design.swept if name != along]
    facets = list(dict.fromkeys(_facet(row, rest) for row in rows))
    across = min(4, len(facets))
    figure = Figure(figsize=(max(4.6, 3.4 * across), 5.4), layout="constrained")
    grid = figure.subplots(len(MEASURES), across, sharex=True, sharey="row", squeeze=False)
    values = design.settings.sweep[along]
    for column, facet in enumerate(facets[:across]):
        for line, (measure, title) in enumerate(MEASURES):
            panel = grid[line][column]
            chosen = [row for row in rows if _facet(row, rest) == facet]
            _lines(panel, design, chosen, along, measure)
            panel.axhline(0.0, color="#777777", lw=1)
            panel.set_xticks(range(len(values)), [str(value) for value in values])
            if line == 0 and facet:
                panel.set_title(facet)
            if line == len(MEASURES) - 1:
                panel.set_xlabel(along)
            if column == 0:
                panel.set_ylabel(title if len(design.arms) > 1 else title.removeprefix("difference in "))
    handles, labels = grid[0][0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=min(4, max(1, len(labels))), fontsize=8)
    interval = ", 95 % intervals" if summary.results.replicates.max() > 1 else ""
    shown = f"; first {across} of {len(facets)} combinations" if len(facets) > across else ""
    figure.suptitle(
        f"Against {design.baseline} (0) on the same people and luck; {summary.results.replicates_told} replicates{interval}{shown}",
        fontsize=9,
        x=0.01,
        ha="left",
    )
    return figure


def _lines(panel: Axes, design: Design, rows: list[Row], along: str, measure: str) -> None:
    values = design.settings.sweep[along]
    others = [arm for arm in design.arms if arm != design.baseline] or list(design.arms)
    for number, arm in enumerate(others):
        mine = [row for row in rows if row.arm == arm]
        found = [row.difference(measure) if arm != design.baseline else row.estimate(measure) for row in mine]
        panel.errorbar(
            [values.index(row.values[along]) for row in mine],
            [one.mean for one in found],
            yerr=[0.0 if math.isnan(one.low) else one.half_width for one in found],
            color=colour_of(arm, design.arms, design.baseline),
            ls=STYLES[number % len(STYLES)],
            marker="o",
            markersize=4,
            capsize=2,
            label=arm,
        )


def _facet(row: Row, rest: list[str]) -> str:
    return ", ".join(f"{name} = {_plain(row.values[name])}" for name in rest)


def _plain(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
