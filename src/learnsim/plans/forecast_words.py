"""Forecast words: what the model expects of a plan, as a trainer reads it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from learnsim.analysis.estimates import Estimate
from learnsim.plans.forecast import LECTURE, MEANINGS, MEASURES, PLAN, RANDOM, Forecast, Line


def answer_of(forecast: Forecast) -> list[str]:
    """Return what the model expects, in two sentences."""
    everybody, slow, proficient = forecast.lines[: len(MEASURES)]
    return [
        f"After the course everybody knows {_points(everybody.arms[PLAN].mean)} of 100 points on average: "
        f"{_ahead(everybody.differences[LECTURE])} the lecture, {_ahead(everybody.differences[RANDOM])} random cells.",
        f"The slowest quarter comes to {_points(slow.arms[PLAN].mean)} points "
        f"({_ahead(slow.differences[LECTURE])} the lecture); {_points(proficient.arms[PLAN].mean)} of 100 people reach "
        f"the threshold of {_points(forecast.threshold)} points.",
    ]


def forecast_words(forecast: Forecast) -> dict[str, Any]:
    """Return a forecast as a trainer reads it: the answer, a table, and what it rests on."""
    header = [
        "",
        "people",
        *(MEANINGS[arm] for arm in forecast.arms),
        "this plan minus random cells",
        "this plan minus the lecture",
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
        (str(line.people), ""),
        *cells,
        _interval(line.differences[RANDOM]),
        _interval(line.differences[LECTURE]),
    ]


def _points(value: float) -> str:
    return f"{100 * value:.0f}"


def _signed(value: float) -> str:
    return f"{100 * value:+.0f}"


def _ahead(difference: Estimate) -> str:
    """Say how far this plan is ahead, in points, if the interval does not include 0."""
    if difference.low <= 0.0 <= difference.high or round(100 * abs(difference.mean)) == 0:
        return "no different from"
    return f"{100 * abs(difference.mean):.0f} {'more than' if difference.mean > 0 else 'fewer than'}"


def _interval(difference: Estimate) -> tuple[str, str]:
    """Return a difference in points, and its interval."""
    return f"{100 * difference.mean:+.1f}", f"{100 * difference.low:+.1f} to {100 * difference.high:+.1f}"
