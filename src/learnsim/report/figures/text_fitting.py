"""Text fitting: makes sure that in a laid-out figure no text overlaps another one or leaves the picture.

Texts are cut into lines; names below an axis are turned, and ticks left out, if they do not fit otherwise; a figure whose
panels have become too small grows.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.ticker import FixedLocator, MaxNLocator

from learnsim.report.figures.text_width import LINE, height_of, widest_word, wrapped

ROUNDS = 12
NARROWEST, LOWEST = 1.0, 0.9  # inches of a panel
WIDEST_NAME = 2.4  # inches of a name beside an axis
MOST_LINES = 5  # of a name below an axis
GAP = 0.05  # inches between two labels
NUMBER = re.compile(r"[-+\u2212]?[\d.,]+([eE][-+]?\d+)?")


def settle(figure: Figure) -> None:
    """Lay a figure out, and see that its texts fit; from then on it stays as it is."""
    engine = figure.get_layout_engine()
    if engine is None:
        return
    fitting = _Fitting(figure)
    fitting.fit()  # roughly, while every panel stands where it stood before it was laid out
    for _ in range(ROUNDS):
        if fitting.lay_out() and not any([fitting.fit(), fitting.grow()]):
            break
    figure.set_layout_engine("none")  # every further drawing would do it again


@dataclass
class _Fitting:
    """One figure, what its texts and the names below its panels were at first, and which ticks cannot change any more."""

    figure: Figure
    before: dict[Text, str] = field(default_factory=dict)
    names: dict[Axes, tuple[list[float], list[str]]] = field(default_factory=dict)
    turned: set[Axes] = field(default_factory=set)
    thinned: set[Axes] = field(default_factory=set)

    def lay_out(self) -> bool:
        """Lay the figure out; if its panels have no space left for that, make it larger and return False."""
        engine: Any = self.figure.get_layout_engine()
        with warnings.catch_warnings():
            warnings.filterwarnings("error", "constrained_layout not applied")
            try:
                engine.execute(self.figure)
            except UserWarning:
                self._by(*(0.4 * self.figure.get_size_inches()))
                return False
        return True

    @property
    def panels(self) -> list[Axes]:
        """All panels that are seen."""
        return [panel for panel in self.figure.axes if panel.get_visible()]

    def fit(self) -> bool:
        """Change texts that do not fit; return whether anything was changed."""
        panels = self.panels
        wide, high = map(float, self.figure.get_size_inches())
        changed = [self._wrap(text, inches) for panel in panels for text, inches in _texts_of(panel)]
        across, upwards = self._label(self.figure.get_supxlabel()), self._label(self.figure.get_supylabel())
        changed += [self._wrap(across, 0.94 * wide)] if across else []
        if upwards:
            left = self._rect()[3]  # of the figure's height, for the panels
            upwards.set_y(left / 2.0)
            changed.append(self._wrap(upwards, 0.94 * left * high))
        changed += [self._fit_below(panel) for panel in _one_of_each_shared(panels, "x")]
        changed += [self._fit_beside(panel) for panel in _one_of_each_shared(panels, "y")]
        return any(changed)

    def _label(self, text: str) -> Text | None:
        """The figure's own text that reads so."""
        return next((each for each in self.figure.texts if text and each.get_text() == text), None)

    def _rect(self) -> tuple[float, float, float, float]:
        """The part of the figure that is laid out: left, bottom, width and height."""
        engine: Any = self.figure.get_layout_engine()
        return tuple(engine.get()["rect"])  # type: ignore[return-value]

    def _wrap(self, text: Text, inches: float) -> bool:
        """Cut a text into lines of so many inches."""
        original = self.before.setdefault(text, text.get_text())
        lines = wrapped(original, max(NARROWEST, inches), float(text.get_fontsize()))
        if lines == text.get_text():
            return False
        text.set_text(lines)
        return True

    def _fit_below(self, panel: Axes) -> bool:
        """See that the labels below a panel stand beside each other: cut into lines, turned, or every other one left out."""
        labels = _labels(panel, "x")
        if len(labels) < 2 or panel in self.turned or not _overlap([_span(label, 0) for _, label in labels]):
            return False
        original = [place for place, _ in labels], [label.get_text() for _, label in labels]
        places, texts = self.names.setdefault(panel, original)
        size = float(labels[0][1].get_fontsize())
        points = sorted(panel.transData.transform([(place, 0.0) for place in places])[:, 0].tolist())
        slot = min(after - before for before, after in pairwise(points)) / self.figure.dpi - GAP
        if all(NUMBER.fullmatch(text) for text in texts):
            every = 1 + int(max(_length(_span(label, 0)) for _, label in labels) / self.figure.dpi / max(slot, 1e-3))
            _set_ticks(panel, places[::every], texts[::every])
            self.turned.add(panel)
            return True
        if all(widest_word(text, size) <= slot for text in texts):
            lines = [wrapped(text, slot, size) for text in texts]
            if max(text.count("\n") for text in lines) < MOST_LINES:
                again = lines == original[1]
                _set_ticks(panel, places, lines)
                return not again
        high = size * LINE / 72.0
        every = max(1, -(-int(1000 * high) // max(1, int(1000 * (slot + GAP)))))
        most = max(1, int((slot + GAP) * every / high))
        turned = [_in_lines(text, most, size) for text in texts[::every]]
        _set_ticks(panel, places[::every], turned, rotation=90, ha="center", va="top")
        self.turned.add(panel)
        return True

    def _fit_beside(self, panel: Axes) -> bool:
        """Cut names beside a panel into lines; if they do not stand above each other then, make the figure higher."""
        labels, names = _labels(panel, "y"), isinstance(panel.yaxis.get_major_locator(), FixedLocator)
        texts = [label.get_text() for _, label in labels]
        lines = [wrapped(label.get_text(), WIDEST_NAME, float(label.get_fontsize())) for _, label in labels]
        if names and lines != texts:
            panel.yaxis.set_ticks([place for place, _ in labels], lines)
            return True
        if len(labels) < 2 or not _overlap([_span(label, 1) for _, label in labels]):
            return False
        if not names:
            fewer = panel not in self.thinned
            self.thinned.add(panel)
            panel.yaxis.set_major_locator(MaxNLocator(max(1, len(labels) // 2)))
            return fewer
        needed = sum(height_of(label.get_text(), float(label.get_fontsize())) + GAP for _, label in labels)
        middle = sorted(_span(label, 1)[0] + _length(_span(label, 1)) / 2.0 for _, label in labels)
        distance = min(after - before for before, after in pairwise(middle)) / self.figure.dpi
        highest = max(height_of(label.get_text(), float(label.get_fontsize())) for _, label in labels) + GAP
        panel_high = panel.get_window_extent().height / self.figure.dpi
        more = max(needed - panel_high, panel_high * (highest / max(distance, 0.02) - 1.0), 0.2)
        self._by(0.0, min(8.0, more) * _rows(panel))
        return True

    def grow(self) -> bool:
        """Make the figure larger if its panels have become too small, or lower than the legend beside them."""
        wide = high = 0.0
        for panel in self.panels:
            if panel.get_label() == "<colorbar>":
                continue
            box, legend = panel.get_window_extent(), panel.get_legend()
            beside = legend.get_window_extent().height / self.figure.dpi if legend else 0.0
            high = max(high, (max(LOWEST, beside) - box.height / self.figure.dpi) * _rows(panel))
            wide = max(wide, (NARROWEST - box.width / self.figure.dpi) * _columns(panel))
        if wide < GAP and high < GAP:
            return False
        self._by(max(0.0, wide), max(0.0, high))
        return True

    def _by(self, wide: float, high: float) -> None:
        """Make the figure so many inches wider and higher; what stands above the panels stays as high as it is."""
        before = float(self.figure.get_figheight())
        self.figure.set_size_inches(float(self.figure.get_figwidth()) + wide, before + high)
        left, bottom, across, up = self._rect()
        now = before + high
        engine: Any = self.figure.get_layout_engine()
        engine.set(rect=(left, bottom, across, 1.0 - (1.0 - up) * before / now))
        for text in self.figure.texts:
            x, y = text.get_position()
            text.set_position((x, 1.0 - (1.0 - y) * before / now))


def _texts_of(panel: Axes) -> list[tuple[Text, float]]:
    """A panel's title and labels, and how many inches each may be long."""
    box = panel.get_window_extent()
    wide, high = box.width / panel.figure.dpi, box.height / panel.figure.dpi
    titles = [(panel._left_title, wide), (panel.title, wide)]  # type: ignore[attr-defined]
    labels = [(panel.xaxis.label, wide), (panel.yaxis.label, high)]
    return [(text, inches) for text, inches in (*titles, *labels) if text.get_text()]


def _labels(panel: Axes, direction: str) -> list[tuple[float, Text]]:
    """The labels at a panel's ticks that are seen, each with its place along the axis."""
    axis = panel.xaxis if direction == "x" else panel.yaxis
    low, high = sorted(axis.get_view_interval())
    slack = 1e-9 * (high - low)
    pairs = zip(axis.get_majorticklocs(), axis.get_majorticklabels(), strict=False)
    return [
        (float(place), label)
        for place, label in pairs
        if label.get_visible() and label.get_text() and low - slack <= place <= high + slack
    ]


def _set_ticks(panel: Axes, places: Sequence[float], texts: Sequence[str], **look: Any) -> None:
    """Set the ticks below a panel, and below all that share its axis."""
    shared: Any = panel.get_shared_x_axes()
    for one in shared.get_siblings(panel):
        one.xaxis.set_ticks(places, texts, **look)


def _span(text: Text, direction: int) -> tuple[float, float]:
    box = text.get_window_extent()
    return (box.x0, box.x1) if direction == 0 else (box.y0, box.y1)


def _length(span: tuple[float, float]) -> float:
    return span[1] - span[0]


def _overlap(spans: Sequence[tuple[float, float]]) -> bool:
    """Whether two neighbours stand so near that they cannot be read apart."""
    ranked = sorted(spans)
    return any(after[0] < before[1] + 3.0 for before, after in pairwise(ranked))


def _in_lines(text: str, most: int, size: float) -> str:
    """A text in so many lines at most, as short as they can be."""
    inches = 1.2
    while (lines := wrapped(text, inches, size)).count("\n") >= max(most, 1 + text.count("\n")):
        inches *= 1.25
    return lines


def _one_of_each_shared(panels: Sequence[Axes], direction: str) -> list[Axes]:
    """Of panels with one axis in common, the first that shows its labels."""
    chosen: list[Axes] = []
    for panel in panels:
        shared: Any = panel.get_shared_x_axes() if direction == "x" else panel.get_shared_y_axes()
        if _labels(panel, direction) and not any(shared.joined(panel, other) for other in chosen):
            chosen.append(panel)
    return chosen


def _rows(panel: Axes) -> int:
    spec = panel.get_subplotspec()
    return spec.get_gridspec().nrows if spec else 1


def _columns(panel: Axes) -> int:
    spec = panel.get_subplotspec()
    return spec.get_gridspec().ncols if spec else 1
