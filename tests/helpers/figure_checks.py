"""Figure checks: what makes a figure unreadable (overlapping texts, texts beyond the edge, axes too long), and what it draws."""

import re
from functools import partial
from itertools import combinations

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

from learnsim.experiments.first_run import first_run
from learnsim.report.figures.text_fitting import settle

SLACK = 1.5  # pixels


def run_of(summary):
    """Return the function that runs replicate 0 of an arm again, as figures take it."""
    return partial(first_run, summary.results.design)


def texts_of(figure):
    """Every text that is drawn, with its box in pixels."""
    settle(figure)
    FigureCanvasAgg(figure).draw()
    texts = []
    for text in figure.findobj(Text):
        if not text.get_text().strip() or not _is_seen(text, figure):
            continue
        texts.append((text.get_text(), text.get_window_extent()))
    return texts


def _is_seen(text, figure):
    if not text.get_visible():
        return False
    for panel in figure.axes:
        inside = [*panel.findobj(Text)]
        if text in inside:
            if not panel.get_visible():
                return False
            if not panel.axison and text not in panel.texts:
                return False
            for axis in (panel.xaxis, panel.yaxis):
                labels = [tick for tick in axis.get_major_ticks() + axis.get_minor_ticks() if text in (tick.label1, tick.label2)]
                if labels:
                    low, high = sorted(axis.get_view_interval())
                    return low - 1e-9 <= labels[0].get_loc() <= high + 1e-9
                if text is axis.offsetText:
                    return bool(text.get_text())
    return True


def faults_in(figure):
    """Say which texts leave the figure, and which stand on each other."""
    texts = texts_of(figure)
    wide, high = figure.bbox.width, figure.bbox.height
    faults = [
        f"{text!r} leaves the figure"
        for text, box in texts
        if min(box.x0, box.y0) < -SLACK or box.x1 > wide + SLACK or box.y1 > high + SLACK
    ]
    for (one, first), (other, second) in combinations(texts, 2):
        across = min(first.x1, second.x1) - max(first.x0, second.x0)
        down = min(first.y1, second.y1) - max(first.y0, second.y0)
        if across > SLACK and down > SLACK:
            faults.append(f"{one!r} and {other!r} stand on each other by {across:.0f} x {down:.0f} pixels")
    for panel in figure.axes:
        for axis in (panel.xaxis, panel.yaxis) if panel.get_visible() and not panel.images else ():
            low, high = sorted(axis.get_view_interval())
            for place, label in zip(axis.get_majorticklocs(), axis.get_majorticklabels(), strict=False):
                shown = label.get_text().replace("\N{MINUS SIGN}", "-")
                if re.fullmatch(r"-?[\d.]+", shown) and low <= place <= high and abs(float(shown) - place) > 0.02 * (high - low):
                    faults.append(f"a tick at {place:g} is called {shown}")
        box = panel.get_window_extent()
        if panel.get_visible() and panel.get_label() != "<colorbar>" and min(box.width, box.height) < 0.6 * figure.dpi:
            faults.append(f"a panel is {box.width / figure.dpi:.2f} x {box.height / figure.dpi:.2f} inches small")
    return faults


def values_shown(panel):
    """The lowest and the highest value along each axis."""
    return [tuple(np.sort(axis.get_view_interval())) for axis in (panel.xaxis, panel.yaxis)]
