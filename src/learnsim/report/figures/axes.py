"""Axes: how the values of a swept setting lie along a figure's axis: numbers as numbers, anything else side by side."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter, NullLocator

from learnsim.arrays import Floats
from learnsim.experiments.design.design import Design
from learnsim.report.figures.value_limits import limits_of_setting, within
from learnsim.report.labels import plain, setting_label
from learnsim.settings.sampling import Span

SPREAD = 1.5  # decades above which listed numbers lie on a logarithmic axis
NEAR = 0.06  # of the axis: ticks nearer than that would run into each other
FEW = 12  # distinct values up to which points are moved apart a little
GOLDEN = ((5.0**0.5 - 1.0) / 2.0, 2.0**0.5 - 1.0)  # steps that never fall into a pattern, one a direction


@dataclass(frozen=True)
class Axis:
    """Where values of a swept setting stand.

    Attributes
    ----------
    setting : str
        Dotted.
    values : tuple
        The listed values in the order of the file; the ends of a range.
    kind : "number", "log" or "names"
        How the axis is scaled.
    ranged : bool
        Whether values were drawn from a range.
    """

    setting: str
    values: tuple[Any, ...]
    kind: Literal["number", "log", "names"]
    ranged: bool = False

    def places(self, values: Sequence[Any]) -> Floats:
        """Return where these values stand along the axis."""
        if self.kind != "names":
            return np.array(values, dtype=np.float64)
        names = [plain(value) for value in self.values]
        return np.array([names.index(plain(value)) for value in values], dtype=np.float64)

    def scattered(self, values: Sequence[Any], direction: int) -> Floats:
        """Return where they stand, those on few values moved apart a little, always in the same way."""
        at = self.places(values)
        flat = np.log(at) if self.kind == "log" else at
        distinct = np.unique(flat)
        if not 1 < len(distinct) <= FEW or len(at) <= len(distinct):
            return at
        step = 0.6 * float(np.diff(distinct).min())
        flat = flat + step * ((np.arange(len(at)) * GOLDEN[direction]) % 1.0 - 0.5)
        return np.exp(flat) if self.kind == "log" else flat

    def label(self, panel: Axes, direction: Literal["x", "y"] = "x", *, name: bool = True) -> None:
        """Scale the panel's axis, set its ticks, and write the setting's name and unit beside it."""
        axis = panel.xaxis if direction == "x" else panel.yaxis
        if self.kind == "log":
            (panel.set_xscale if direction == "x" else panel.set_yscale)("log")
            axis.set_minor_locator(NullLocator())
        if self.kind == "names":
            axis.set_ticks(range(len(self.values)), [plain(value) for value in self.values])
        elif not self.ranged and self._apart():
            axis.set_ticks([float(value) for value in self.values], [plain(value) for value in self.values])
        elif self.kind == "log":
            axis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
            axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
            axis.set_minor_formatter(NullFormatter())
        elif all(isinstance(value, int) for value in self.values):
            axis.set_major_locator(MaxNLocator("auto", integer=True, min_n_ticks=1))
        if self.kind != "names":
            within(panel, limits_of_setting(self.setting), direction)
        if name:
            axis.set_label_text(setting_label(self.setting))

    def _apart(self) -> bool:
        """Whether a tick at every value can be read."""
        at = np.unique(np.log(self.places(self.values)) if self.kind == "log" else self.places(self.values))
        return len(at) < 2 or float(np.diff(at).min()) > NEAR * float(np.ptp(at))


def axis_of(design: Design, setting: str) -> Axis:
    """Return the axis of a swept setting."""
    swept = design.settings.sweep[setting]
    if isinstance(swept, Span):
        return Axis(setting, (swept.low, swept.high), "log" if swept.scale == "log" else "number", ranged=True)
    if not all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in swept):
        return Axis(setting, tuple(swept), "names")
    low, high = min(swept), max(swept)
    spread = low > 0 and math.log10(high / low) > SPREAD
    return Axis(setting, tuple(swept), "log" if spread else "number")


def names_axis(settings: Sequence[str], values: Sequence[tuple[Any, ...]]) -> Axis:
    """Return the axis of settings whose values change together, one place for each point."""
    return Axis("\n".join(map(setting_label, settings)), tuple("\n".join(map(plain, some)) for some in values), "names")
