"""Comparison figure: a panel for each panel of the targets, with the target numbers and the results.
Lays out one matplotlib figure, which its neighbours fill.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from learnsim.analysis.comparison import LIMIT, TargetComparison
from learnsim.analysis.summary import Summary
from learnsim.report.cautions import cautions
from learnsim.report.comparison_table import labels_of, z_text
from learnsim.report.figures.comparison_curves import Along, along_of, draw_curves
from learnsim.report.figures.comparison_marks import (
    AGAINST,
    DIFFERS,
    OURS,
    RANGE,
    SOURCE_MARKS,
    draw_result,
    draw_target,
    is_range,
)
from learnsim.report.figures.panels import head, legend_below, replicates_label, title
from learnsim.report.figures.style import COLOURS
from learnsim.report.figures.text_width import height_of, wrapped
from learnsim.report.figures.titles import comparison_title
from learnsim.report.figures.value_limits import Limits, limits_of, limits_of_setting, within
from learnsim.report.labels import measure_label, measure_title, setting_label

WIDE, ALONE = 9.0, 5.4  # inches: a panel of rows or two of curves side by side; a panel of curves alone
HIGHEST = 40.0  # inches of all panels: beyond that nobody scrolls, and far beyond no image file can go
MOST_LINES = 12  # of panels: what one line costs matplotlib's layout grows with their number
HIGH, EACH, REST = 3.1, 0.3, 0.75  # of a panel of curves; of a row; of what stands around rows

PanelContent = tuple[list[TargetComparison], Along | None]


def comparison_figure(summary: Summary) -> Figure:
    """Draw every panel of the targets in the file's order: along a setting or the sessions, or a row for each number."""
    parts = [(some, along_of(some, summary.results.design)) for some in _panels(summary.comparisons)]
    lines = _as_high_as_can_be(_lines(parts))
    heights = [_height(some) for some in lines]
    across = max(len(some) for some in lines)
    wide = WIDE if across > 1 or any(along is None for _, along in parts) else ALONE
    figure = Figure(figsize=(wide, 0.9 + sum(heights)), layout="constrained")
    areas = figure.subfigures(len(lines), 1, height_ratios=heights, squeeze=False).ravel().tolist()
    for area, some in zip(areas, lines, strict=True):
        places = area.subplots(1, across if some[0][1] else 1, squeeze=False)[0]
        for panel, (comparisons, along) in zip(places, some, strict=False):
            if along:
                draw_curves(panel, summary, comparisons, along)
            else:
                draw_rows(panel, comparisons)
            title(panel, comparisons[0].target.panel)
        for panel in places[len(some) :]:
            panel.set_visible(False)
    shown = sum(len(comparisons) for some in lines for comparisons, _ in some)
    handles = _legend(summary)
    legend_below(figure, handles, [str(handle.get_label()) for handle in handles])
    head(
        figure,
        comparison_title(summary.comparisons),
        "open: targets; filled: this experiment",
        replicates_label(summary),
        "95 % intervals" if summary.repeated else "",
        "" if shown == len(summary.comparisons) else f"the first {shown:,} of {len(summary.comparisons):,} numbers",
        cautions=cautions(summary),
    )
    return figure


def _panels(comparisons: Sequence[TargetComparison]) -> list[list[TargetComparison]]:
    """The comparisons of each panel, in the order in which the file first names them."""
    panels: dict[str, list[TargetComparison]] = {}
    for one in comparisons:
        panels.setdefault(one.target.panel, []).append(one)
    return list(panels.values())


def _lines(parts: Sequence[PanelContent]) -> list[list[PanelContent]]:
    """What stands side by side: up to two panels of curves; a panel of rows has a line of its own."""
    lines: list[list[PanelContent]] = []
    for part in parts:
        if lines and part[1] and len(lines[-1]) == 1 and lines[-1][0][1]:
            lines[-1].append(part)
        else:
            lines.append([part])
    return lines


def _height(line: Sequence[PanelContent]) -> float:
    """Inches that a line of panels takes."""
    comparisons, along = line[0]
    return HIGH if along else REST + max(EACH * len(comparisons), height_of_rows(comparisons))


def _as_high_as_can_be(lines: Sequence[list[PanelContent]]) -> list[list[PanelContent]]:
    """The first lines, as many as one figure can hold; of the last one's rows those that fit."""
    fitting: list[list[PanelContent]] = []
    left = HIGHEST
    for line in lines[:MOST_LINES]:
        if _height(line) > left:
            comparisons, along = line[0]
            rows = int((left - REST) / EACH)
            return fitting if along or rows < 1 else [*fitting, [(comparisons[:rows], None)]]
        fitting.append(line)
        left -= _height(line)
    return fitting


def _legend(summary: Summary) -> list[Line2D]:
    """What each mark is."""
    kinds = dict.fromkeys(one.target.source for one in summary.comparisons)
    handles = [Line2D([], [], color="black", label=source, **SOURCE_MARKS[source], **AGAINST) for source in kinds]
    if any(is_range(one.target) for one in summary.comparisons):
        handles.append(Line2D([], [], color="black", label="range", **RANGE))
    handles.append(Line2D([], [], color="black", label="this experiment", **OURS))
    if any(one.verdict == "differs" for one in summary.comparisons):
        handles.append(Line2D([], [], label=f"differs (|z| ≥ {LIMIT:g})", **DIFFERS))
    return handles


NAME, LETTERS = 3.4, 8.0  # inches and points of a row's name
UNBOUNDED = {"effect": "in sd of people", "slope": "slope", "sd": "sd over replicates"}  # statistics in units of their own
OFFSET = 0.16  # rows: how far a target and its result stand from their row's middle


def draw_rows(panel: Axes, comparisons: Sequence[TargetComparison]) -> None:
    """Draw a row for each number, from above: its name, the target, the result just below it, and z."""
    for row, one in enumerate(comparisons):
        draw_target(panel, one, row - OFFSET, "black", upright=False)
        draw_result(panel, one, row + OFFSET, COLOURS[0], upright=False)
        text = f"z = {z_text(one.z)}" if one.target.statistic != "peak" else ""
        panel.annotate(text, (1.01, row), xycoords=("axes fraction", "data"), fontsize=7, va="center", annotation_clip=False)
    labels = _names(comparisons)
    panel.set_yticks(range(len(comparisons)), labels, fontsize=LETTERS)
    panel.set_ylim(len(comparisons) - 0.4, -0.6)
    panel.set_xlabel(_axis_label(comparisons))
    _limit(panel, comparisons)


def height_of_rows(comparisons: Sequence[TargetComparison]) -> float:
    """Return how many inches the names of rows take, the highest of them in each row."""
    return len(comparisons) * max(height_of(name, LETTERS) for name in _names(comparisons))


def _names(comparisons: Sequence[TargetComparison]) -> list[str]:
    return [wrapped(label, NAME, LETTERS) for label in labels_of(comparisons)]


def _limit(panel: Axes, comparisons: Sequence[TargetComparison]) -> None:
    """Let the axis show no value that none of the numbers can have."""
    limits = [_limits_of(one) for one in comparisons]
    within(panel, (min(low for low, _ in limits), max(high for _, high in limits)), "x")


def _limits_of(one: TargetComparison) -> Limits:
    target = one.target
    if target.statistic == "share_above":
        return 0.0, 1.0
    if target.statistic == "peak":
        return limits_of_setting(target.along)
    if target.statistic in UNBOUNDED:
        return -math.inf, math.inf
    return limits_of(target.measure, difference=target.statistic != "mean")


def _axis_label(comparisons: Sequence[TargetComparison]) -> str:
    """What the x axis shows, if it is the same for all rows."""
    kinds = {(one.target.statistic, one.target.measure, one.target.along, one.target.session is None) for one in comparisons}
    if len(kinds) > 1:
        return ""
    target = comparisons[0].target
    if target.statistic == "share_above":
        return "share of replicates (0 to 1)"
    if target.statistic == "peak":
        return setting_label(target.along)
    if target.statistic in UNBOUNDED:
        return f"{measure_title(target.measure)}, {UNBOUNDED[target.statistic]}"
    label = measure_label(target.measure, difference=target.statistic != "mean").replace("\n", " ")
    return label if target.session is None else label.removeprefix("final ")
