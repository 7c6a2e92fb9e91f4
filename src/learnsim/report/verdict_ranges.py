"""Verdict ranges: ranges of a swept setting in which every point has the same verdict; other points are counted."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from typing import Any

from learnsim.report.labels import listed, plain, setting_words

DECIDED = ("higher", "lower", "equal")  # verdicts worth a range; the others are counted only
FEWEST = 0.05  # share of the points below which a range is not worth a sentence
SHORT = 6  # letters of a number that is written as it is
MOST_NAMES = 4  # values without an order that are written out


@dataclass(frozen=True)
class Range:
    """Neighbouring values of a setting at which every point has one verdict.

    Attributes
    ----------
    verdict : str
    places : tuple of int
        Its points, in their order in the design.
    text : str
        The range in words: ``"up to 5"``, ``"from 5 on"``, ``"from 2 to 5"`` or ``"item"``. No point that it takes in has
        another verdict, whatever was rounded.
    """

    verdict: str
    places: tuple[int, ...]
    text: str


@dataclass(frozen=True)
class VerdictRanges:
    """Ranges of one setting, and how often each verdict occurs at the points that lie in none of them."""

    setting: str
    ranges: tuple[Range, ...]
    rest: Mapping[str, int]

    @property
    def covered(self) -> int:
        """Points that lie in a range."""
        return sum(len(one.places) for one in self.ranges)


def ranges_of(setting: str, values: Sequence[Any], verdicts: Sequence[str]) -> VerdictRanges:
    """Return where along a setting the verdict is the same at every point: the largest range of each decided verdict.

    Parameters
    ----------
    setting : str
    values, verdicts : sequences
        The setting's value and the verdict at every point.
    """
    ranges = []
    runs = _ordered(values, verdicts) if _are_numbers(values) else _unordered(values, verdicts)
    for verdict in DECIDED:
        mine = [one for one in runs if one.verdict == verdict and len(one.places) >= FEWEST * len(values)]
        if mine:
            ranges.append(max(mine, key=lambda one: len(one.places)))
    inside = {place for one in ranges for place in one.places}
    ranges.sort(key=lambda one: -len(one.places))
    return VerdictRanges(setting, tuple(ranges), Counter(name for place, name in enumerate(verdicts) if place not in inside))


def best_ranges(
    settings: Sequence[str], points: Sequence[Mapping[str, Any]], verdicts: Sequence[str]
) -> VerdictRanges | None:
    """Return the ranges of the setting whose ranges cover most points, of equal ones the first; None if no range does."""
    every = [ranges_of(name, [values[name] for values in points], verdicts) for name in settings]
    best = max(every, key=lambda one: one.covered, default=None)
    return best if best is not None and best.ranges else None


def _are_numbers(values: Sequence[Any]) -> bool:
    return all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in values)


def _ordered(values: Sequence[Any], verdicts: Sequence[str]) -> list[Range]:
    """Every run of neighbouring values that have one verdict only."""
    at: dict[float, list[int]] = {}
    for place, value in enumerate(values):
        at.setdefault(value, []).append(place)
    axis = sorted(at)
    pure = [verdicts[at[value][0]] if len({verdicts[place] for place in at[value]}) == 1 else "" for value in axis]
    runs, start = [], 0
    for end in range(1, len(axis) + 1):
        if end == len(axis) or pure[end] != pure[start]:
            if pure[start]:
                places = tuple(sorted(place for value in axis[start:end] for place in at[value]))
                runs.append(Range(pure[start], places, _between(axis, start, end - 1)))
            start = end
    return runs


def _unordered(values: Sequence[Any], verdicts: Sequence[str]) -> list[Range]:
    """All values, whatever they are, at which a verdict is the only one."""
    at: dict[str, list[int]] = {}
    for place, value in enumerate(values):
        at.setdefault(plain(value), []).append(place)
    of: dict[str, list[str]] = {}
    for name, places in at.items():
        if len({verdicts[place] for place in places}) == 1:
            of.setdefault(verdicts[places[0]], []).append(name)
    return [
        Range(verdict, tuple(sorted(place for name in some for place in at[name])), _names(some))
        for verdict, some in of.items()
    ]


def _names(names: list[str]) -> str:
    if len(names) <= MOST_NAMES:
        return " or ".join(names)
    return f"one of {len(names)} values"


def _between(axis: Sequence[float], first: int, last: int) -> str:
    """Say from where to where, rounded so that the values next to it stay outside."""
    low = _shortest(axis[first], axis[first - 1] if first else -math.inf)
    high = _shortest(axis[last], axis[last + 1] if last + 1 < len(axis) else math.inf)
    if first == last:
        return low if float(low) == axis[first] else _exact(axis[first])
    if first == 0 and last + 1 < len(axis):
        return f"up to {high}"
    if last + 1 == len(axis) and first:
        return f"from {low} on"
    return f"from {low} to {high}"


def _shortest(end: float, beyond: float) -> str:
    """Return the end of a range as briefly as possible without taking in the next value beyond it."""
    if len(_exact(end)) <= SHORT:
        return _exact(end)
    up = beyond > end
    for digits in range(2, 18):
        written = Context(prec=digits, rounding=ROUND_CEILING if up else ROUND_FLOOR).create_decimal(Decimal(repr(end)))
        value = float(written)
        if (end <= value < beyond) if up else (beyond < value <= end):
            return _exact(value)
    return _exact(end)


def _exact(value: float) -> str:
    """Return a number in full, so that it reads back as the same one."""
    short = f"{value:.6g}"
    text = short if float(short) == value else repr(value)
    return text.removesuffix(".0")


def ranges_text(ranges: VerdictRanges, words: Mapping[str, str], *, counted: bool = True) -> str:
    """Say at which points the verdict is which, in words for each verdict; with or without the points in the ranges.

    ``"better at all 9 points where x is up to 5; of the 7 others, worse at 3 and undecided at 4"``
    """
    parts = []
    for number, one in enumerate(ranges.ranges):
        count = len(one.places)
        points = "every point" if not counted else "the one point" if count == 1 else f"all {count:,} points"
        what = "it" if number else f"the {setting_words(ranges.setting)}"
        parts.append(f"{words[one.verdict]} at {points} where {what} is {one.text}")
    rest = {name: count for name, count in ranges.rest.items() if count}
    if not rest:
        return listed(parts)
    left = sum(rest.values())
    if len(rest) == 1:
        others = "the others" if not counted and left > 1 else "the other one" if left == 1 else f"the {left:,} others"
        return f"{', '.join(parts)} and {words[next(iter(rest))]} at {others}"
    names = sorted(rest, key=list(words).index)
    return f"{listed(parts)}; of the {left:,} others, {listed(f'{words[name]} at {rest[name]:,}' for name in names)}"
