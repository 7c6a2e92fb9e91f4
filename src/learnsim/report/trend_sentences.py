"""Trend sentences: the more of a setting, the more or less of the lead; or where it turns, or that no trend is shown."""

from __future__ import annotations

import numpy as np

from learnsim.analysis.importance import settings_ranked
from learnsim.analysis.summary import Summary
from learnsim.analysis.trends import Trend, trend_of
from learnsim.report.answer_length import Sentence
from learnsim.report.labels import amount, arm_words, level, measure_title, plain, setting_words, the_larger

MOST_TRENDS = 2  # settings whose trend is described
UNCLEAR = {"none": "no difference between its values is shown", "unclear": "there is no clear trend"}


def trend_sentence(summary: Summary, arm: str) -> list[Sentence]:
    """Return one sentence on the trend along the most decisive settings with numbers; none if there are no such settings."""
    names = settings_ranked(summary, arm, summary.measure)
    trends = [trend for name in names if (trend := trend_of(summary, arm, summary.measure, name))][:MOST_TRENDS]
    if not trends:
        return []
    alone = len(summary.results.design.arms) == 1
    versions = []
    for shown in (3, 2, 0):  # numbers only of the first
        first = _text(summary, trends[0], arm, alone=alone, shown=shown)
        versions.append("; ".join([first, *(_text(summary, trend, arm, alone=alone, shown=0) for trend in trends[1:])]))
    return [Sentence(tuple(dict.fromkeys(versions)), weight=2.0)]


def _text(summary: Summary, trend: Trend, arm: str, *, alone: bool, shown: int) -> str:
    if trend.shape in UNCLEAR:
        return f"along the {setting_words(trend.setting)}, {UNCLEAR[trend.shape]}"
    others = len(summary.results.design.swept) > 1
    average = "on average over the other settings, " if others and not trend.everywhere else ""
    if trend.shape in ("peak", "trough"):
        return average + _turning(summary, trend, alone=alone, shown=shown)
    text = f"{average}{the_larger(trend.setting)}, {_direction(summary, trend, arm, alone=alone)}"
    return f"{text}: {_examples(summary, trend, alone=alone, shown=shown)}" if shown else text


def _turning(summary: Summary, trend: Trend, *, alone: bool, shown: int) -> str:
    """Where it is highest or lowest, and what it is at either end."""
    what = measure_title(summary.measure) if alone else "the difference"
    name, estimates, levels = setting_words(trend.setting), trend.estimates, trend.levels
    peak = trend.shape == "peak"
    if not shown:
        turns = "rises first, then falls" if peak else "falls first, then rises"
        return f"there is no trend all the way along the {name}: {what} {turns}"
    silent = (estimates.low <= 0.0) & (estimates.high >= 0.0)
    first, turn, last = (
        f"{_at(summary, float(estimates.mean[n]), bool(silent[n]), alone=alone, unit=n == 0)} at {plain(levels[n])}"
        for n in (0, trend.turn, len(levels) - 1)
    )
    up, down = ("rises", "falls") if peak else ("falls", "rises")
    text = f"along the {name}, {what} {up} from {first} to {turn}, and then {down}"
    return f"{text} to {last}" if shown == 3 else text


def _direction(summary: Summary, trend: Trend, arm: str, *, alone: bool) -> str:
    """Say what becomes of the lead, where the arm is nowhere behind; of its lag, where it is nowhere ahead; or of both."""
    up = trend.shape == "up"
    if alone:
        return f"the {'higher' if up else 'lower'} the {measure_title(summary.measure)}"
    mean, low, high = trend.estimates.mean, trend.estimates.low, trend.estimates.high
    if not (high < 0.0).any():
        return f"the {'larger' if up else 'smaller'} the lead of {arm_words(arm)}"
    if not (low > 0.0).any() or abs(float(np.max(mean))) < 0.1 * abs(float(np.min(mean))):
        return f"the {'less' if up else 'more'} {arm_words(arm)} falls behind"
    against = arm_words(summary.results.design.baseline)
    return f"the {'higher' if up else 'lower'} {arm_words(arm)} is relative to {against}"


def _examples(summary: Summary, trend: Trend, *, alone: bool, shown: int) -> str:
    """The difference at the first level, at one between, and at the last; or from where on none is shown."""
    levels, estimates = trend.levels, trend.estimates
    silent = (estimates.low <= 0.0) & (estimates.high >= 0.0)
    last = len(levels) - 1
    start = last + 1
    while not alone and start > 1 and silent[start - 1]:
        start -= 1
    places = [0, last] if start > last else [0]
    if shown == 3:
        middle = (estimates.mean[0] + estimates.mean[-1]) / 2.0
        inner = range(1, min(start, last))
        if inner:
            places.insert(1, min(inner, key=lambda place: abs(float(estimates.mean[place]) - float(middle))))
    parts = []
    for place in places:
        size = _at(summary, float(estimates.mean[place]), bool(silent[place]), alone=alone, unit=place == 0)
        parts.append(f"{size} at {plain(levels[place])}")
    if start <= last:
        where = f"at {plain(levels[last])}" if start == last else f"from {plain(levels[start])} on"
        parts.append(f"no difference is shown {where}")
    return ", ".join(parts)


def _at(summary: Summary, mean: float, silent: bool, *, alone: bool, unit: bool) -> str:
    if alone:
        return level(summary.measure, mean) if unit else amount(summary.measure, mean, unit=False)
    if silent:
        return "no difference shown"
    return f"{amount(summary.measure, mean, unit=unit)} {'ahead' if mean > 0.0 else 'behind'}"
