"""Forecast words: what the model expects of a plan, as a trainer reads it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from learnsim.analysis.estimates import Estimate
from learnsim.plans.forecast import FIRST_CELLS, LECTURE, MEANINGS, MEASURES, PLAN, RANDOM, Forecast, Line

SHORT = {FIRST_CELLS: "the cells of cycle 1", RANDOM: "random cells", LECTURE: "the lecture"}
LITTLE = 0.01  # mastery: a difference below a point of 100 matters to nobody


def answer_of(forecast: Forecast) -> list[str]:
    """Return what the model expects in a few sentences: first what does better than this plan, if anything does."""
    everybody, slow, proficient = forecast.lines[: len(MEASURES)]
    return [
        *_better(everybody),
        f"After the simulated course everybody knows {_points(everybody.arms[PLAN].mean)} of 100 points on average: "
        f"{_ahead(everybody.differences[LECTURE])} the lecture, {_ahead(everybody.differences[RANDOM])} random cells.",
        f"The slowest quarter comes to {_points(slow.arms[PLAN].mean)} points "
        f"({_ahead(slow.differences[LECTURE])} the lecture); {_points(proficient.arms[PLAN].mean)} % of the people reach "
        f"the threshold of {_points(forecast.threshold)} points.",
        length_of(forecast),
    ]


def length_of(forecast: Forecast) -> str:
    """Say how long the simulated course is, and how it is made shorter or longer."""
    cycles, length = forecast.cycles, forecast.cycle_length
    each = f"{cycles} {'cycle' if cycles == 1 else 'cycles'} of {length} {'session' if length == 1 else 'sessions'}"
    total = f"{forecast.sessions} {'session' if forecast.sessions == 1 else 'sessions'} in all"
    return (
        f"What is simulated: {each}, {total}. A course with fewer sessions teaches less: if a cycle of yours has another "
        f"number, write it, for example [organisation] cycle_length = {2 if length == 1 else 1}, and plan again."
    )


def _better(everybody: Line) -> list[str]:
    """Name the best of the other ways of training, if it is better than this plan."""
    best = max(everybody.differences, key=lambda arm: everybody.arms[arm].mean)
    difference = everybody.differences[best]
    if difference.high >= 0.0:
        return []
    more = f"{_size(difference)} more than this plan{_little(difference)}"
    what = f"{MEANINGS[best]} (everybody knows {_points(everybody.arms[best].mean)} of 100 points, {more})"
    return [f"This plan is not the best for what people know: the model expects more of {what}."]


def forecast_words(forecast: Forecast) -> dict[str, Any]:
    """Return a forecast as a trainer reads it: the answer, a table, and what it rests on."""
    header = [
        "",
        "people",
        *(MEANINGS[arm] for arm in forecast.arms),
        *(f"this plan minus {SHORT[arm]}" for arm in forecast.arms[1:]),
    ]
    rows = [_row(line, forecast.arms) for line in forecast.lines]
    ranges = [f"{MEANINGS[arm]}: {_points(low)} to {_points(high)}" for arm, (low, high) in forecast.ranges.items()]
    low, high = forecast.ahead[LECTURE]
    return {
        "answer": answer_of(forecast),
        "header": header,
        "rows": rows,
        "ranges": "; ".join(ranges),
        "ahead": f"{_signed(low)} to {_signed(high)}",
        "replicates": forecast.replicates,
        "officers": "take turns, as in the plan" if forecast.turns else "are those who know most",
    }


def _row(line: Line, arms: Sequence[str]) -> list[tuple[str, str]]:
    """Return a line of the table: in each cell what is large, and what stands small below it."""
    name = f"{line.label}: {line.value}" if line.label else line.value
    cells = [(f"{100 * line.arms[arm].mean:.0f}", "") for arm in arms]
    return [
        (name, ""),
        ("a quarter" if name == MEASURES["slow_mean"] else str(line.people), ""),
        *cells,
        *(_interval(line.differences[arm]) for arm in arms[1:]),
    ]


def _points(value: float) -> str:
    return f"{100 * value:.0f}"


def _signed(value: float) -> str:
    return f"{100 * value:+.0f}"


def _ahead(difference: Estimate) -> str:
    """Say how far this plan is ahead, in points, if the interval does not include 0."""
    if difference.low <= 0.0 <= difference.high:
        return "no different from"
    little = " (too little to matter)" if _little(difference) else ""
    return f"{_size(difference)}{little} {'more than' if difference.mean > 0 else 'fewer than'}"


def _size(difference: Estimate) -> str:
    """Return a difference in points: whole ones, but tenths if it is less than a point."""
    return f"{100 * abs(difference.mean):.{1 if _little(difference) else 0}f}"


def _little(difference: Estimate) -> str:
    """Say of a difference of less than a point that it is too small to matter."""
    return ": less than a point, too little to matter" if abs(difference.mean) < LITTLE else ""


def _interval(difference: Estimate) -> tuple[str, str]:
    """Return a difference in points, and its interval."""
    return f"{100 * difference.mean:+.1f}", f"{100 * difference.low:+.1f} to {100 * difference.high:+.1f}"
