"""Answer: what was found, in a few sentences computed from the numbers; the terminal and the report say the same ones.
Knows summaries, verdicts and what decides.
"""

from __future__ import annotations

import math
from collections import Counter

import numpy as np

from learnsim.analysis.columns import QUARTERS, SPREAD
from learnsim.analysis.deciders import deciders_told, settings_ranked
from learnsim.analysis.estimates import estimates_of, varies
from learnsim.analysis.summary import Row, Summary
from learnsim.analysis.verdicts import NAMES, Verdicts, verdicts_of
from learnsim.analysis.words import at_values, interval, listed, measure_title, number, percent, plain
from learnsim.settings.kinds import COMPARED_BY

MOST_ARMS = 6  # over a sweep, arms that get sentences of their own
MOST_EQUAL = 3  # arms that end equally high, by name
MOST_VALUES = 3  # swept settings whose values tell where a point lies


def answer(summary: Summary) -> list[str]:
    """Say which arm ends highest, by how much, for whom, and what is undecided; over a sweep, where, and what decides it."""
    design = summary.results.design
    said = [_failed(summary)] if summary.results.failures else []
    if not len(summary.results):
        return said
    if np.isnan(summary.estimates[summary.measure].mean).all():
        title = measure_title(summary.measure).capitalize()
        return [*said, f"{title} is missing in every run: arms cannot be compared by it."]
    said += _missing(summary)
    if len(design.points) == 1:
        return [*said, *_at_one_point(summary)]
    if len(design.arms) > 2:
        said.append(_who_is_highest(summary))
    others = [arm for arm in design.arms if arm != design.baseline]
    for arm in others[:MOST_ARMS]:
        said += _over_points(summary, arm)
    if len(others) > MOST_ARMS:
        said.append(f"{len(others) - MOST_ARMS} more arms are in contrasts.csv.")
    return said if others else [*said, *_alone(summary)]


def _failed(summary: Summary) -> str:
    good, failed = len(summary.results), len(summary.results.failures)
    if not good:
        return f"No run went well: all {failed:,} failed."
    return f"{failed:,} of {good + failed:,} runs failed; what follows is about the others."


def _missing(summary: Summary) -> list[str]:
    """In how many runs the measure is missing, though they went well."""
    finished = summary.estimates[COMPARED_BY[summary.results.design.kind.name]].count.sum(axis=0)
    known = summary.estimates[summary.measure].count.sum(axis=0)
    told = [
        f"{int(runs - there):,} of {int(runs):,} runs of {arm}"
        for arm, runs, there in zip(summary.results.design.arms, finished, known, strict=True)
        if there < runs
    ]
    if not told:
        return []
    title = measure_title(summary.measure).capitalize()
    return [f"{title} is missing in {listed(told)}: means and differences are of the others only."]


def _at_one_point(summary: Summary) -> list[str]:
    """The highest arm, its lead, the next one, the spread, for whom, and what is undecided."""
    design, measure = summary.results.design, summary.measure
    known = [row for row in summary.rows() if row.estimate(measure).count]
    ranked = sorted(known, key=lambda row: -row.estimate(measure).mean)
    best = ranked[0]
    said = [f"Highest {measure_title(summary.measure)}: {best.arm}, {interval(best.estimate(summary.measure))}."]
    if len(ranked) == 1:
        return said
    if best.arm != design.baseline and not math.isnan(best.difference(summary.measure).mean):
        said[0] = said[0][:-1] + f"; {_lead(best)}."
    said += _next(best, ranked[1:]) if len(ranked) > 2 or best.arm == design.baseline else []
    about = best if best.arm != design.baseline else ranked[1]
    if not math.isnan(about.difference(summary.measure).mean):
        quarters = QUARTERS.get(design.kind.name, ())
        parts = [f"{title} {interval(about.difference(name), sign=True)}" for name, title in quarters]
        said += [f"For whom ({about.arm} against {design.baseline}): {'; '.join(parts)}."] if parts else []
    if design.kind.name in SPREAD:
        said.append(_spread(about, ranked))
    return [*said, *_undecided(summary, ranked)]


def _lead(row: Row) -> str:
    found, place = row.summary.contrasts[row.summary.measure], (row.point, row.number)
    effect, above = float(found.effect[place]), float(found.superiority[place])
    told = f"{interval(row.difference(row.summary.measure), sign=True)} against {row.summary.results.design.baseline}"
    if math.isnan(row.difference(row.summary.measure).low):
        return told
    size = "" if math.isnan(effect) else f"d_z = {number(effect, 1)}, "
    return f"{told} ({size}above it in {percent(above)} of replicates)"


def _next(best: Row, rest: list[Row]) -> list[str]:
    """How far the best is ahead of the second best on the same replicates, and which arms are the same as the best."""
    values = best.summary.results.measure(best.summary.measure)[0]
    behind = {row.arm: estimates_of((values[best.number] - values[row.number])[None, None, :]).at(0, 0) for row in rest}
    same = [arm for arm, found in behind.items() if found.mean == 0.0 and found.sd == 0.0]
    said = [f"The same in every run: {listed(same)}."] if same else []
    for arm, found in behind.items():
        if arm not in same:
            sure = "" if math.isnan(found.low) or found.low > 0.0 else ", not told apart from it"
            return [*said, f"Next: {arm}, {interval(found)} below{sure}."]
    return said


def _spread(about: Row, ranked: list[Row]) -> str:
    """Who ends most evenly, and what the best arm's spread is against the baseline's."""
    design = about.summary.results.design
    measure = SPREAD[design.kind.name]
    least = min(ranked, key=lambda row: row.estimate(measure).mean)
    said = f"Spread ({measure_title(measure)} over trainees): smallest in {least.arm}, {interval(least.estimate(measure))}"
    found = about.difference(measure)
    if math.isnan(found.mean):
        return f"{said}."
    return f"{said}; {about.arm} against {design.baseline} {interval(found, sign=True)}."


def _undecided(summary: Summary, ranked: list[Row]) -> list[str]:
    """The other arms that are lower than the baseline, equal to it, or that nobody can tell apart from it."""
    design = summary.results.design
    if not summary.repeated:
        return ["One replicate: how much of this is chance is not known."]
    found: dict[str, list[str]] = {name: [] for name in NAMES}
    for row in ranked:
        if row.arm != design.baseline:
            verdicts = verdicts_of(summary, row.arm, summary.measure)
            found[next(name for name in NAMES if verdicts.count(name))].append(row.arm)
    said = [f"{name}: {listed(found[name])}" for name in ("lower", "equal", "undecided") if found[name]]
    if found["higher"] and len(ranked) > 2:
        said.insert(0, f"higher: {len(found['higher'])} of {len(ranked) - 1} other arms")
    return [f"Against {design.baseline}, {'; '.join(said)}."] if len(ranked) > 2 and said else []


def _who_is_highest(summary: Summary) -> str:
    """How often each arm ends highest."""
    means = summary.estimates[summary.measure].mean
    known = means[~np.isnan(means).all(axis=1)]
    wins: Counter[str] = Counter()
    for row in known:
        best = [arm for arm, mean in zip(summary.results.design.arms, row, strict=True) if mean == np.nanmax(row)]
        wins[" = ".join(best) if len(best) <= MOST_EQUAL else f"{len(best)} arms alike"] += 1
    told = [f"{arms} at {count:,}" for arms, count in wins.most_common(MOST_ARMS)]
    return f"Highest {measure_title(summary.measure)}: {listed(told)} of {len(known):,} points."


def _over_points(summary: Summary, arm: str) -> list[str]:
    """How often the arm is above the baseline, where it is furthest above and below, and what decides it."""
    design, found = summary.results.design, verdicts_of(summary, arm, summary.measure)
    told = f"{arm} against {design.baseline}, {measure_title(summary.measure)}"
    said = [f"{told}: {found.told()}; {_range(summary, arm, found)}."]
    return [*said, *filter(None, (_where(summary, arm, found), deciders_told(summary, arm, summary.measure)))]


def _range(summary: Summary, arm: str, found: Verdicts) -> str:
    if not len(found.known):
        return "all missing"
    number_of = summary.results.design.arms.index(arm)
    if not varies(found.known):
        anywhere = int(np.flatnonzero(~np.isnan(found.mean))[0])
        return f"{interval(summary.contrasts[summary.measure].difference.at(anywhere, number_of), sign=True)} everywhere"
    names = sorted(settings_ranked(summary, arm, summary.measure)[:MOST_VALUES], key=summary.results.design.swept.index)
    told = []
    for point in (int(np.nanargmin(found.mean)), int(np.nanargmax(found.mean))):
        difference = summary.contrasts[summary.measure].difference.at(point, number_of)
        values = at_values(summary.results.design.points.values(point), names)
        told.append(f"{interval(difference, sign=True)} ({values})")
    return f"from {told[0]} to {told[1]}"


def _where(summary: Summary, arm: str, found: Verdicts) -> str:
    """Between which values of the most decisive setting the arm is higher, and between which lower."""
    design = summary.results.design
    if not (found.count("higher") and found.count("lower")):
        return ""
    name = settings_ranked(summary, arm, summary.measure)[0]
    told = []
    for verdict in ("higher", "lower"):
        values = [design.points.values(int(number))[name] for number in np.flatnonzero(found.where(verdict))]
        told.append(f"{verdict} where {name} is {_between(values)}")
    return f"{arm} is {told[0]}, {told[1]}."


def _between(values: list[object]) -> str:
    numbers = [value for value in values if isinstance(value, (int, float)) and not isinstance(value, bool)]
    if len(numbers) == len(values):
        low, high = min(numbers), max(numbers)
        return plain(low) if low == high else f"{plain(low)} to {plain(high)}"
    counts = Counter(map(plain, values))
    return listed(f"{value} ({count:,})" for value, count in counts.most_common(MOST_ARMS))


def _alone(summary: Summary) -> list[str]:
    """The range of a lone arm's mean, and what decides it."""
    design, arm = summary.results.design, summary.results.design.baseline
    means = summary.estimates[summary.measure].mean[:, 0]
    ends = [int(np.nanargmin(means)), int(np.nanargmax(means))]
    names = sorted(settings_ranked(summary, arm, summary.measure)[:MOST_VALUES], key=design.swept.index)
    told = [
        f"{interval(summary.estimates[summary.measure].at(point, 0))} ({at_values(design.points.values(point), names)})"
        for point in ends
    ]
    said = [f"{arm}: {measure_title(summary.measure)} from {told[0]} to {told[1]}."]
    return [*said, *filter(None, (deciders_told(summary, arm, summary.measure),))]
