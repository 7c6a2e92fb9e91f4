"""Importance: how much each swept setting decides, drawn as bars: shares of variance, Sobol' indices, elementary effects."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from learnsim.analysis.importance import RANKED_BY, is_rough
from learnsim.analysis.summary import Summary
from learnsim.report.cautions import cautions
from learnsim.report.figures.panels import arms_shown, head, legend_below, title
from learnsim.report.figures.style import COLOURS
from learnsim.report.figures.text_width import height_of, wrapped
from learnsim.report.figures.titles import importance_title
from learnsim.report.figures.value_limits import within
from learnsim.report.labels import measure_title, percent
from learnsim.report.sentences import ROUGH

if TYPE_CHECKING:
    from learnsim.analysis.sensitivity import Index

MOST_ARMS, MOST_BARS = 4, 14
NEAR = 0.07, 0.16  # of the plane's width and height: numbers nearer than that stand together
NAME, LETTERS = 2.4, 8.0  # inches and points of a bar's name
TITLES = {
    "first-order": "first-order: explained by the setting alone",
    "total": "total: with all its interactions",
    "mu_star": "mean absolute change (mu*)",
    "sigma": "how much the change depends on the others (sigma)",
}


def shares_figure(summary: Summary) -> Figure:
    """One panel an arm: shares of the variance over a grid, of settings alone, of pairs, and the rest."""
    arms, left_out = arms_shown(summary, MOST_ARMS)
    shares = {arm: [one for one in summary.effects[summary.measure].shares if one.arm == arm] for arm in arms}
    longest = max((len(some) for some in shares.values()), default=1)
    parts = dict.fromkeys(one.settings for one in chain(*shares.values()))
    names = {part: wrapped("\nwith ".join(part) or "the rest", NAME, LETTERS) for part in parts}
    figure, grid = _rows(len(arms), min(longest, MOST_BARS), list(names.values()))
    for panel, arm in zip(grid, arms, strict=True):
        ranked = sorted(shares[arm], key=lambda one: (one.settings != (), one.share))[-MOST_BARS:]
        colours = [COLOURS[0] if len(one.settings) == 1 else COLOURS[5] if one.settings else "#999999" for one in ranked]
        bars = panel.barh(range(len(ranked)), [100.0 * one.share for one in ranked], color=colours, height=0.7)
        panel.bar_label(bars, [percent(one.share) for one in ranked], fontsize=7, padding=2)
        panel.set_yticks(range(len(ranked)), [names[one.settings] for one in ranked], fontsize=LETTERS)
        panel.set(xlim=(0, 100), ylim=(-0.6, len(ranked) - 0.4))
        panel.grid(visible=False, axis="y")
        title(panel, arm)
    grid[-1].set_xlabel("share of the variance between points (%)")
    head(
        figure,
        importance_title(summary),
        f"what decides {_of_what(summary)}: settings alone (dark), pairs beyond that (light)",
        left_out,
        cautions=cautions(summary),
    )
    return figure


def indices_figure(summary: Summary) -> Figure:
    """One panel an arm: each setting's indices as bars with their 95 % intervals; elementary effects also as a plane."""
    arms, left_out = arms_shown(summary, MOST_ARMS)
    indices = {arm: [one for one in summary.indices[summary.measure] if one.arm == arm] for arm in arms}
    kinds = list(dict.fromkeys(one.kind for some in indices.values() for one in some))
    ranked_by = next(kind for kind in RANKED_BY if kind in kinds)
    morris = ranked_by == "mu_star"
    settings = summary.results.design.swept
    unit = summary.results.design.kind.measures[summary.measure][1]
    names = [wrapped(name, NAME, LETTERS) for name in settings]
    figure, grid = _rows(len(arms), len(settings) * (1 if morris else len(kinds)) * 0.8, names, beside=morris)
    for number, arm in enumerate(arms):
        panel = grid[number * (1 + morris)]
        order = sorted(settings, key=lambda name: _value(indices[arm], name, ranked_by).value)  # the largest on top
        numbers = {name: len(order) - place for place, name in enumerate(order)}
        _bars(panel, indices[arm], order, ["mu_star"] if morris else kinds, numbers if morris else {}, unit)
        title(panel, arm)
        if morris:
            _plane(grid[2 * number + 1], indices[arm], numbers, unit)
    cut = False
    if not morris:
        rough = f"{ROUGH} " if is_rough(summary.results.design) else ""
        grid[-1].set_xlabel(f"{rough}index (share of the variance between points, 0 to 1)")
        grid[-1].set_xlim(0.0, 1.0)
        every = [number for some in indices.values() for one in some for number in (one.value, one.low, one.high)]
        cut = min(every) < 0.0 or max(every) > 1.0
        if len(kinds) > 1:
            handles, labels = grid[0].get_legend_handles_labels()
            legend_below(figure, handles, labels)
    alone = TITLES["first-order"] if kinds == ["first-order"] else ""
    head(
        figure,
        importance_title(summary),
        f"what decides {_of_what(summary)}",
        alone,
        "lines: 95 % intervals over the points drawn" + (", shown from 0 to 1, where a share can lie" if cut else ""),
        left_out,
        cautions=cautions(summary),
    )
    return figure


def _of_what(summary: Summary) -> str:
    design = summary.results.design
    text = f"the final {measure_title(summary.measure)}"
    return f"{text} of {design.baseline}" if len(design.arms) == 1 else f"the difference in {text} from {design.baseline}"


def _rows(count: int, bars: float, names: list[str], *, beside: bool = False) -> tuple[Figure, list[Axes]]:
    """A panel for each arm, as high as its bars and their names take."""
    high = max(0.26 * max(2.0, bars), 1.1 * sum(height_of(name, LETTERS) for name in names[:MOST_BARS]))
    figure = Figure(figsize=(9.4 if beside else 7.2, 0.9 + count * (0.6 + high)), layout="constrained")
    grid = figure.subplots(count, 1 + beside, squeeze=False, sharex=not beside)
    return figure, grid.ravel().tolist()


def _value(indices: list[Index], setting: str, kind: str) -> Index:
    return next(one for one in indices if one.setting == setting and one.kind == kind)


def _bars(panel: Axes, indices: list[Index], order: list[str], kinds: list[str], numbers: dict[str, int], unit: str) -> None:
    high = 0.8 / len(kinds)
    for place, kind in enumerate(kinds):
        mine = [_value(indices, name, kind) for name in order]
        values = np.array([one.value for one in mine])
        bounds = np.array([[max(one.low, 0.0), max(one.high, 0.0)] for one in mine]).T  # none of these can be negative
        values = np.maximum(values, 0.0)
        errors = np.nan_to_num(np.abs(bounds - values))
        look: dict[str, Any] = {"color": COLOURS[0]}
        if kind == "total":
            look = {"color": "white", "ec": COLOURS[1], "hatch": "////"}
        panel.barh(
            np.arange(len(order)) + 0.4 - high * (place + 0.5),
            np.nan_to_num(values),
            height=0.9 * high,
            xerr=np.maximum(errors, 0.0),
            error_kw={"capsize": 2, "lw": 1},
            label=TITLES[kind],
            **look,
        )
    names = [wrapped(f"{name}  ({numbers[name]})" if numbers else name, NAME, LETTERS) for name in order]
    panel.set_yticks(range(len(order)), names, fontsize=LETTERS)
    panel.set_ylim(-0.6, len(order) - 0.4)
    panel.axvline(0.0, color="#777777", lw=1)
    panel.grid(visible=False, axis="y")
    within(panel, (0.0, np.inf), "x")
    if kinds == ["mu_star"]:
        panel.set_xlabel(f"{TITLES['mu_star']}, {unit}", fontsize=8)


def _plane(panel: Axes, indices: list[Index], numbers: dict[str, int], unit: str) -> None:
    """Draw Morris's plane: far right is decisive, far up depends on the others."""
    places = {name: (_value(indices, name, "mu_star").value, _value(indices, name, "sigma").value) for name in numbers}
    for x, y in places.values():
        panel.plot(x, y, "o", color=COLOURS[0], markersize=4, clip_on=False)
    wide = 1.15 * max(1e-6, *(np.nan_to_num(x) for x, _ in places.values()))
    high = 1.25 * max(1e-6, *(np.nan_to_num(y) for _, y in places.values()))
    for (x, y), some in _together(places, numbers, wide, high):
        panel.annotate(some, (x, y), xytext=(3, 3), textcoords="offset points", fontsize=LETTERS)
    panel.set_xlim(0.0, wide)
    panel.set_ylim(0.0, high)
    panel.set_xlabel(f"{TITLES['mu_star']}, {unit}", fontsize=8)
    panel.set_ylabel(f"sigma, {unit}", fontsize=8)


def _together(
    places: dict[str, tuple[float, float]], numbers: dict[str, int], wide: float, high: float
) -> list[tuple[tuple[float, float], str]]:
    """Where numbers stand in the plane: those that would stand on each other stand together, at the first one's place."""
    labels: list[tuple[tuple[float, float], list[int]]] = []
    for name, (x, y) in places.items():
        if np.isnan(x) or np.isnan(y):
            continue
        for (beside, above), some in labels:
            if abs(x - beside) < NEAR[0] * wide * (1 + len(some)) and abs(y - above) < NEAR[1] * high:
                some.append(numbers[name])
                break
        else:
            labels.append(((x, y), [numbers[name]]))
    return [(place, ", ".join(map(str, sorted(some)))) for place, some in labels]
