"""Panels: how a figure is cut into panels, which arms get one, and what stands above them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.legend import Legend

from learnsim.analysis.summary import Summary
from learnsim.experiments.design.design import Design
from learnsim.report.figures.text_width import height_of, width_of, wrapped
from learnsim.report.labels import in_common
from learnsim.report.sentences import replicate_range

MOST, FEWER = 12, 8  # panels that a person reads in one figure; how many are shown of more
HEADLINE, DRAWN, TITLE = 10.5, 8.5, 9.0  # points: letters of a figure's title, of its subtitle, of a panel's title
LEGEND = 8.0
SOFT, ALARM = "#555555", "#A13D00"
MARGIN = 0.1  # inches around what stands above a figure's panels
ALLOWED = 0.45  # inches that a figure has for that before it grows


def panels(count: int, *, height: float, width: float = 2.1, across: int = 4) -> tuple[Figure, list[Axes]]:
    """Return a figure with ``count`` panels in rows of up to ``across``, all on the same axes; sizes in inches."""
    across = min(across, count)
    down = -(-count // across)
    figure = Figure(figsize=(max(4.2, width * across), 0.7 + height * down), layout="constrained")
    return figure, _grid(figure, count, down, across)


def plain_panels(
    titles: Sequence[str], *, height: float, width: float = 2.1, across: int = 4
) -> tuple[Figure, list[Axes]]:
    """Return titled panels, with space measured out for short labels: laying many out takes a second."""
    count = len(titles)
    across = min(across, count)
    down = -(-count // across)
    wide = max(4.2, 0.6 + width * across)
    each = (wide - 0.84) / (across + 0.16 * (across - 1))  # a panel's inches; 0.16 of it between two
    wrapped_titles = [wrapped(text, each, TITLE) for text in titles]
    above = max(height_of(text, TITLE) for text in wrapped_titles)
    panel, between = 0.8 * height, 0.4 + above
    high = ALLOWED + 0.1 + above + panel * down + between * (down - 1) + 0.62
    figure = Figure(figsize=(wide, high))
    grid = _grid(figure, count, down, across)
    figure.subplots_adjust(left=0.68 / wide, right=1.0 - 0.16 / wide, wspace=0.16, hspace=between / panel)
    figure.subplots_adjust(bottom=0.62 / high, top=1.0 - (ALLOWED + 0.1 + above) / high)
    for axes, text in zip(grid, wrapped_titles, strict=True):
        axes.set_title(text, fontsize=TITLE)
    return figure, grid


def _grid(figure: Figure, count: int, down: int, across: int) -> list[Axes]:
    grid = figure.subplots(down, across, sharex=True, sharey=True, squeeze=False).ravel().tolist()
    for panel in grid[count:]:
        panel.set_visible(False)
    for panel in grid[:count]:
        panel.tick_params(labelbottom=True)
    return grid[:count]


def head(figure: Figure, headline: str, *drawn: str, cautions: Sequence[str] = ()) -> None:
    """Write above a figure what it shows, below that what is drawn, and what the design is too small to show."""
    wide = float(figure.get_figwidth())
    subtitle = "; ".join(part for part in drawn if part)
    parts = [
        (wrapped(text, 0.98 * wide - 2.0 * MARGIN, size), size, colour)
        for text, size, colour in (
            (headline, HEADLINE, "black"),
            (subtitle[:1].upper() + subtitle[1:], DRAWN, SOFT),
            (" ".join(cautions), DRAWN, ALARM),
        )
        if text
    ]
    above = MARGIN + sum(height_of(text, size) for text, size, _ in parts) + MARGIN
    _make_way(figure, above)
    now, down = float(figure.get_figheight()), MARGIN
    for text, size, colour in parts:
        place: dict[str, Any] = {"x": MARGIN / wide, "y": 1.0 - down / now, "ha": "left", "va": "top"}
        if size == HEADLINE:
            figure.suptitle(text, fontsize=size, color=colour, **place).set_in_layout(False)
        else:
            figure.text(s=text, fontsize=size, color=colour, **place).set_in_layout(False)
        down += height_of(text, size)


def _make_way(figure: Figure, above: float) -> None:
    """Make a figure higher by what stands above its panels, beyond what it has for that."""
    high = float(figure.get_figheight())
    engine = figure.get_layout_engine()
    if engine is None:
        grown = high + above - ALLOWED
        bounds = figure.subplotpars
        figure.set_figheight(grown)
        top = (1.0 - bounds.top) * high + above - ALLOWED
        figure.subplots_adjust(bottom=bounds.bottom * high / grown, top=1.0 - top / grown)
        return
    grown = high + max(0.0, above - ALLOWED)
    figure.set_figheight(grown)
    engine.set(rect=(0.0, 0.0, 1.0, 1.0 - above / grown))  # type: ignore[call-arg]


def title(panel: Axes, text: str) -> None:
    """Write a panel's title; it is cut into lines when the figure is laid out."""
    panel.set_title(text, fontsize=TITLE)


def legend_below(figure: Figure, handles: Sequence[Any], labels: Sequence[str]) -> None:
    """Write a legend below a figure, in as many columns as it has space for; labels may begin with ``_``."""
    wide = float(figure.get_figwidth()) - 0.3
    most = max(width_of(label, LEGEND) for label in labels)
    columns = max(1, min(4, len(labels), int(wide / (most + 0.65))))
    legend = figure.legend(handles, ["-"] * len(labels), loc="outside lower center", ncols=columns, fontsize=LEGEND)
    label_legend(legend, labels, wide / columns - 0.65)


def label_legend(legend: Legend, labels: Sequence[str], inches: float) -> None:
    """Write a legend's labels: matplotlib leaves out those that begin with ``_`` if it is given them itself."""
    for text, label in zip(legend.get_texts(), labels, strict=True):
        text.set_text(wrapped(label, inches, float(text.get_fontsize())))


def others(design: Design) -> tuple[str, ...]:
    """Return the arms that are shown: all but the baseline, which is what they are compared with, unless it is alone."""
    return tuple(arm for arm in design.arms if arm != design.baseline) or design.arms


def arms_shown(summary: Summary, most: int = MOST) -> tuple[list[str], str]:
    """Return which arms fit into a figure, and a note about those left out.

    Arms without a finished run are left out. If more than ``most`` are left, those that end highest are shown and, as a
    quarter of those shown, those that end lowest; from the highest to the lowest.
    """
    design = summary.results.design
    means = summary.estimates[summary.measure].mean
    ends = {arm: means[:, number] for number, arm in enumerate(design.arms) if not np.isnan(means[:, number]).all()}
    compared = [arm for arm in others(design) if arm in ends] or list(ends)
    means_of = {arm: float(np.nanmean(ends[arm])) for arm in compared}
    if len(means_of) <= most:
        return list(means_of), ""
    ranked = sorted(means_of, key=lambda arm: -means_of[arm])
    some = min(most, FEWER)
    lowest = max(1, some // 4)
    shown = ranked[: some - lowest] + ranked[-lowest:]
    return shown, f"{some} of {len(means_of)} arms: the {some - lowest} that end highest, the {lowest} that end lowest"


def baseline_label(summary: Summary) -> str:
    """Say what a figure's differences are from; of a lone arm, that it is alone."""
    design = summary.results.design
    if len(design.arms) == 1:
        return f"{design.baseline} alone"
    return f"differences from {design.baseline} with {in_common(design.settings)}"


def replicates_label(summary: Summary, words: str = "") -> str:
    """Say how many replicates a figure is of."""
    number = replicate_range(summary.results)
    return f"{words}{number} replicate{'' if number == '1' else 's'}"
