"""Charts: what a model on Mesa's page has learned so far, as small SVG pictures.
They are plain text, so that a page needs nothing else to show them. Each has its numbers as a text for screen readers.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from html import escape
from typing import NamedTuple

import numpy as np

from learnsim.arrays import Floats
from learnsim.browser.sentences import points
from learnsim.browser.single_run import SingleRun

COLOUR = "var(--learnsim-left)"  # the style sheet's, light or dark
DASHED = "5 3"
QUARTERS = {"fast": "the fastest", "slow": "the slowest", "outgoing": "the most outgoing", "quiet": "the quietest"}
WIDTH, HEIGHT = 360, 210
LONGEST, SHORT = 48, 22  # letters of a name in a legend; where two stand in a row
LEFT, RIGHT, TOP, BOTTOM = 38, 352, 24, 176


class Line(NamedTuple):
    """One curve: its values, whether it is dashed, and its name in the legend."""

    values: Floats
    dashed: bool
    name: str


def mastery_chart(run: SingleRun) -> str:
    """Everybody: the mean, and the band from the 10th to the 90th percentile."""
    measures = run.measures()
    band = _band(measures["p10"], measures["p90"], run.sessions)
    line = Line(measures["mean_mastery"], False, run.arm)
    return _chart("Mean mastery, and from the 10th to the 90th percentile", run, [line], band)


def _lines_text(lines: Sequence[Line], *, people: bool = False) -> str:
    """Return a text with the first and the last value of each curve, in points of 100 or in people."""
    parts = []
    for line in lines:
        first, last = (float(line.values[k]) for k in (0, -1))
        if math.isnan(last):
            continue
        begun, now = (f"{first:.1f}", f"{last:.1f}") if people else (str(points(first)), f"{points(last)} of 100")
        parts.append(f"{line.name} {now}" + (f", from {begun} at the start" if len(line.values) > 1 else ""))
    session = len(lines[0].values) - 1 if lines else 0
    return f"after {session} session{'' if session == 1 else 's'}: {'; '.join(parts)}"


def quarters_chart(run: SingleRun, high: str, low: str) -> str:
    """Two quarters of the people: ``fast`` and ``slow``, or ``outgoing`` and ``quiet``."""
    measures = run.measures()
    lines = [Line(measures[f"{which}_mean"], which == low, f"{run.arm}, {which}") for which in (high, low)]
    return _chart(f"Mean mastery of {QUARTERS[high]} and {QUARTERS[low]} quarter", run, lines)


def partners_chart(run: SingleRun) -> str:
    """The mean number of distinct people met in a cell so far."""
    line = Line(run.measures()["partners"], False, run.arm)
    most = _round_up(max(1.0, float(np.max(line.values))))
    return _chart("Distinct people met in a cell, mean", run, [line], most=most, people=True)


def distribution_chart(run: SingleRun) -> str:
    """The current share of trainees at each level of mastery: a step line."""
    share = run.distribution()
    most = _round_up(max(0.1, float(np.max(share))))
    xs = LEFT + (RIGHT - LEFT) * np.repeat(np.arange(len(share) + 1) / len(share), 2)[1:-1]
    step = _points(xs, BOTTOM - (BOTTOM - TOP) * np.repeat(share, 2) / most)
    drawn = (
        f'<polygon points="{LEFT},{BOTTOM} {step} {RIGHT},{BOTTOM}" fill="{COLOUR}" opacity=".15"/>'
        f'<polyline points="{step}" fill="none" stroke="{COLOUR}" stroke-width="1.8"/>'
    )
    axes = _axes(0.0, 100.0, most, "mean mastery of a trainee", times=100.0, unit=" %")
    line = Line(share, False, run.arm)
    return _svg("Trainees by their mean mastery now", _shares_text(line), axes + drawn, [line])


def _shares_text(line: Line) -> str:
    """Return a text: the range of all trainees, and the bin with most of them."""
    bins, there = len(line.values), np.flatnonzero(line.values)
    if not len(there):
        return line.name
    full, wide = int(np.argmax(line.values)), 100 // bins
    return (
        f"{line.name}: all from {wide * int(there[0])} to {wide * (int(there[-1]) + 1)} of 100, "
        f"most of them ({100.0 * float(line.values[full]):.0f} %) at {wide * full} to {wide * (full + 1)}"
    )


def _chart(
    title: str, run: SingleRun, lines: Sequence[Line], below: str = "", most: float = 1.0, *, people: bool = False
) -> str:
    drawn = []
    for line in lines:
        dash = f' stroke-dasharray="{DASHED}"' if line.dashed else ""
        points = _points(_across(len(line.values), run.sessions), _up(line.values, most))
        end = points.rsplit(" ", 1)[-1].split(",")
        drawn.append(
            f'<polyline points="{points}" fill="none" stroke="{COLOUR}" stroke-width="1.8"{dash}/>'
            f'<circle cx="{end[0]}" cy="{end[1]}" r="2.6" fill="{COLOUR}"/>'
        )
    axes = _axes(0.0, float(run.sessions), most, "sessions", times=1.0 if people else 100.0)
    return _svg(title, _lines_text(lines, people=people), axes + below + "".join(drawn), lines)


def _round_up(most: float) -> float:
    """Return the next number whose quarters are easy to read."""
    power = 10.0 ** math.floor(math.log10(most))
    return next(step * power for step in (1.0, 2.0, 4.0, 6.0, 8.0, 10.0) if step * power >= most)


def _band(low: Floats, high: Floats, sessions: int) -> str:
    xs = _across(len(low), sessions)
    there, back = _points(xs, _up(high, 1.0)), _points(xs[::-1], _up(low[::-1], 1.0))
    return f'<polygon points="{there} {back}" fill="{COLOUR}" opacity=".14"/>'


def _across(count: int, sessions: int) -> Floats:
    return LEFT + (RIGHT - LEFT) * np.arange(count) / max(1, sessions)


def _up(values: Floats, most: float) -> Floats:
    return BOTTOM - (BOTTOM - TOP) * np.asarray(values, float) / most


def _points(xs: Floats, ys: Floats) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in zip(xs.tolist(), ys.tolist(), strict=True))


def _axes(low: float, high: float, most: float, across: str, *, times: float, unit: str = "") -> str:
    parts = []
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        y = BOTTOM - (BOTTOM - TOP) * share
        label = f"{times * share * most:.3g}{unit}"
        parts.append(f'<line x1="{LEFT}" x2="{RIGHT}" y1="{y:.1f}" y2="{y:.1f}" class="grid"/>')
        parts.append(f'<text x="{LEFT - 5}" y="{y + 3.5:.1f}" text-anchor="end">{label}</text>')
    for share in (0.0, 0.5, 1.0):
        x = LEFT + (RIGHT - LEFT) * share
        parts.append(f'<text x="{x:.1f}" y="{BOTTOM + 13}" text-anchor="middle">{low + (high - low) * share:.3g}</text>')
    parts.append(f'<text x="{RIGHT}" y="{BOTTOM + 13}" dx="-22" text-anchor="end" class="unit">{escape(across)}</text>')
    return "".join(parts)


def _legend(lines: Iterable[Line]) -> tuple[str, int]:
    """The names of the curves, two per row if they are short, and the y of the last row."""
    entries, parts, y = list(lines), [], HEIGHT - 6
    columns = 2 if all(len(line.name) <= SHORT for line in entries) else 1
    for place, line in enumerate(entries):
        x, y = LEFT + place % columns * (WIDTH - LEFT) // 2, HEIGHT - 6 + place // columns * 13
        dash = f' stroke-dasharray="{DASHED}"' if line.dashed else ""
        name = line.name if len(line.name) <= LONGEST else f"{line.name[: LONGEST - 20]}…{line.name[-19:]}"
        parts.append(
            f'<line x1="{x}" x2="{x + 16}" y1="{y - 3.5}" y2="{y - 3.5}" '
            f'stroke="{COLOUR}" stroke-width="2.4"{dash}/><text x="{x + 20}" y="{y}">{escape(name)}</text>'
        )
    return "".join(parts), y


def _svg(title: str, text: str, inside: str, lines: Iterable[Line] = ()) -> str:
    legend, last = _legend(lines)
    height = max(HEIGHT + 14, last + 7)
    return (
        f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(f"{title}; {text}")}" class="learnsim-chart">'
        f'<text x="{LEFT}" y="11" class="learnsim-title">{escape(title)}</text>{inside}{legend}</svg>'
    )
