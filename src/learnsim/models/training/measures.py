"""Measures: what is recorded of everybody's mastery after each session, and of a run as a whole.
Both engines call these; logarithms appear here and never in the rules.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from learnsim.arrays import Flags, Floats, Indices, Longs
from learnsim.compiled import kernel
from learnsim.models.training.info import MISLED, SESSION_MEASURES, STAYING
from learnsim.models.training.parameters import Parameters
from learnsim.sorting import argsort, sort_into

AT_EQUAL_MEAN = {"sd_at_equal_mean": "sd_mastery"} | {
    f"{gap}_at_equal_mean": gap for gap in ("slow_fast_gap", "quiet_outgoing_gap")
}
DESCRIBED = ("mean_mastery", "sd_mastery", "gini", "p10", "p90", "proficient")
QUARTERS = ("slow_mean", "fast_mean", "quiet_mean", "outgoing_mean")
SPREAD = ("sd_mastery", "gini", "p10", "p90")  # what a single trainee has not
FEWEST = 4  # trainees of whom a quarter is a person
COUNTED = ("consultations", "briefings", "exchanges among members", "exchanges with an officer")
MEAN, SD, GINI, P10, P90, PROFICIENT = range(len(DESCRIBED))
SLOW, FAST, QUIET, OUTGOING = range(len(QUARTERS))
FIRST_QUARTER = len(DESCRIBED)
WIDTH = len(DESCRIBED) + len(QUARTERS)  # of the row that ``describe`` fills
WRONG, WRONG_PEOPLE, TOUCHED, REACHED, TOUCHED_CELLS, TOUCHED_COMMUNITIES, WRONG_MASS = range(7)
STAYERS_MEAN, OFFICERS_LOST = range(len(MISLED), len(MISLED) + len(STAYING))
MORE = len(MISLED) + len(STAYING)  # width of the row that ``describe_more`` fills
CORRECTED = 0.05  # of its peak, at which an outbreak counts as over
CONSULTATIONS, BRIEFINGS, AMONG_MEMBERS, WITH_OFFICER = range(len(COUNTED))


class Time(NamedTuple):
    """How instructors' and helpers' time is counted from a session on, in so many communities with a council."""

    first: int
    parameters: Parameters
    branches: int


class LivingCommunities(NamedTuple):
    """How communities are after a session; measures of these names."""

    interest_fit: float
    best_fit: float
    moves: float
    living_communities: float
    largest_community: float


class Advice(NamedTuple):
    """How often each person was asked, and how much others have learned from each; arrays (trainees,)."""

    asked: Longs
    helped: Floats


class Ever(NamedTuple):
    """Who has never left, whose misconceptions were ever noticed, and who has ever had any: arrays (trainees,)."""

    stayed: Flags
    touched: Flags
    reached: Flags


def quarters_of(learning_speed: Floats, sociability: Floats) -> Indices:
    """Return who is slowest, fastest, quietest and most outgoing: shape (len(QUARTERS), max(1, trainees // 4))."""
    quarters = no_quarters(len(learning_speed))
    fill_quarters(learning_speed, sociability, quarters)
    return quarters


def no_quarters(trainees: int) -> Indices:
    """Return an array for the quarters of so many trainees."""
    return np.empty((len(QUARTERS), max(1, trainees // 4)), dtype=np.int32)


@kernel
def fill_quarters(learning_speed: Floats, sociability: Floats, quarters: Indices) -> None:
    """Fill ``quarters`` with who is slowest, fastest, quietest and most outgoing."""
    count, size = len(learning_speed), quarters.shape[1]
    by_speed, by_sociability = argsort(learning_speed), argsort(sociability)
    for x in range(size):
        quarters[SLOW, x], quarters[FAST, x] = by_speed[x], by_speed[count - size + x]
        quarters[QUIET, x], quarters[OUTGOING, x] = by_sociability[x], by_sociability[count - size + x]


@kernel
def describe(
    mastery: Floats, threshold: float, quarters: Indices, means: Floats, sorted_means: Floats, row: Floats
) -> None:
    """Fill ``row`` with the measures that need everybody's mastery: DESCRIBED, then QUARTERS.

    ``means`` becomes each trainee's mean mastery; ``sorted_means`` becomes these in ascending order.
    """
    count, items = mastery.shape
    for i in range(count):
        mine = 0.0
        for j in range(items):
            mine += mastery[i, j]
        means[i] = mine / items
    describe_means(means, threshold, quarters, sorted_means, row)


@kernel
def describe_means(means: Floats, threshold: float, quarters: Indices, sorted_means: Floats, row: Floats) -> None:
    """Fill ``row`` as :func:`describe` does, from everybody's mean mastery."""
    count = len(means)
    total = 0.0
    proficient = 0
    for i in range(count):
        total += means[i]
        proficient += means[i] >= threshold
    mean = total / count
    sort_into(means, sorted_means)
    squares, weighted = 0.0, 0.0
    for i in range(count):
        squares += (means[i] - mean) * (means[i] - mean)
        weighted += (2 * i + 1 - count) * sorted_means[i]
    row[MEAN] = mean
    row[SD] = np.sqrt(squares / count)
    row[GINI] = weighted / (count * total) if total > 0.0 else 0.0
    row[P10] = _percentile(sorted_means, 0.1)
    row[P90] = _percentile(sorted_means, 0.9)
    row[PROFICIENT] = proficient / count
    size = quarters.shape[1]
    slow, fast, quiet, outgoing = 0.0, 0.0, 0.0, 0.0
    for x in range(size):
        slow += means[quarters[SLOW, x]]
        fast += means[quarters[FAST, x]]
        quiet += means[quarters[QUIET, x]]
        outgoing += means[quarters[OUTGOING, x]]
    row[FIRST_QUARTER + SLOW], row[FIRST_QUARTER + FAST] = slow / size, fast / size
    row[FIRST_QUARTER + QUIET], row[FIRST_QUARTER + OUTGOING] = quiet / size, outgoing / size


def stratum_measures(
    start: Floats, end: Floats, partners: Longs, learning_speed: Floats, sociability: Floats, threshold: float
) -> dict[str, float]:
    """Return the measures of some trainees alone, as the same measures are of all; arrays (members,).

    One trainee has no spread, and fewer than :data:`FEWEST` have no quarters: these measures are NaN.
    """
    count, row = len(end), np.empty(WIDTH)
    quarters, ordered = quarters_of(learning_speed, sociability), np.empty(count)
    describe_means(start, threshold, quarters, ordered, row)
    missing = 1.0 - float(row[MEAN])
    describe_means(end, threshold, quarters, ordered, row)
    measures = dict(zip((*DESCRIBED, *QUARTERS), row.tolist(), strict=True))
    without = (*(SPREAD if count < 2 else ()), *(QUARTERS if count < FEWEST else ()))
    measures |= dict.fromkeys(without, float("nan"))
    measures["gain"] = 1.0 - (1.0 - measures["mean_mastery"]) / missing if missing != 0.0 else float("nan")
    measures["partners"] = int(partners.sum()) / count
    return measures


@kernel
def describe_more(
    misconception: Floats, means: Floats, noticed: float, cell: Indices, cells: int, community: Indices, ever: Ever,
    row: Floats,
) -> None:
    """Fill ``row`` with what is measured of misconceptions, and the mean of those who never left; and update ``ever``.

    ``means`` is everybody's mean mastery, ``cells`` the number of cells. Misconceptions may have no columns: then nobody
    holds anything wrong.
    """
    count, items = misconception.shape
    ever_stayed, ever_touched, ever_reached = ever.stayed, ever.touched, ever.reached
    in_cells, in_communities = np.zeros(cells, dtype=np.bool_), np.zeros(count, dtype=np.int8)
    mass, total, people, touched, reached = 0.0, 0.0, 0, 0, 0
    for i in range(count):
        mine, most = 0.0, 0.0
        for j in range(items):
            mine += misconception[i, j]
            most = max(most, misconception[i, j])
        mass += mine
        total += mine / max(1, items)
        people += most >= noticed
        ever_touched[i] |= most >= noticed
        ever_reached[i] |= most > 0.0
        touched += ever_touched[i]
        reached += ever_reached[i]
        if ever_touched[i] and cell[i] >= 0:
            in_cells[cell[i]] = True
        in_communities[community[i]] |= 2 if ever_touched[i] else 1
    struck, living, struck_cells = 0, 0, 0
    for g in range(count):
        struck += in_communities[g] >= 2
        living += in_communities[g] > 0
    for c in range(cells):
        struck_cells += in_cells[c]
    row[WRONG], row[WRONG_PEOPLE], row[WRONG_MASS] = total / count, people / count, mass
    row[TOUCHED], row[REACHED] = touched / count, reached / count
    row[TOUCHED_CELLS] = struck_cells / cells if cells > 0 else np.nan
    row[TOUCHED_COMMUNITIES] = struck / living
    row[STAYERS_MEAN] = mean_of_some(means, ever_stayed)


@kernel
def mean_of_some(means: Floats, some: Flags) -> float:
    """The mean of those who count, summed by number; missing where nobody does."""
    total, count = 0.0, 0
    for i in range(len(some)):
        if some[i]:
            total += means[i]
            count += 1
    return total / count if count > 0 else np.nan


@kernel
def _percentile(ordered: Floats, share: float) -> float:
    place = share * (len(ordered) - 1)
    below = int(place)
    if below + 1 >= len(ordered):
        return ordered[len(ordered) - 1]
    return ordered[below] + (ordered[below + 1] - ordered[below]) * (place - below)


def session_measures(
    rows: Floats, counts: Longs, partners: Floats, times: list[Time], more: dict[str, Floats] | None = None
) -> dict[str, Floats]:
    """Return every session measure as an array (sessions + 1,), in the order of :data:`SESSION_MEASURES`.

    Parameters
    ----------
    rows : array (sessions + 1, WIDTH)
        What :func:`describe` filled in.
    counts : array (sessions + 1, len(COUNTED))
        How often so far.
    partners : array (sessions + 1,)
    times : list of Time
        From session 0 on.
    more : dict, optional
        Further measures.
    """
    measures = dict(zip((*DESCRIBED, *QUARTERS), rows.T.copy(), strict=True))
    measures["slow_fast_gap"] = measures["fast_mean"] - measures["slow_mean"]
    measures["quiet_outgoing_gap"] = measures["outgoing_mean"] - measures["quiet_mean"]
    measures["evenness_speed"] = _ratio(*_log_missing(np.array([measures["slow_mean"], measures["fast_mean"]])))
    missing = 1.0 - measures["mean_mastery"]
    measures["gain"] = 1.0 - missing / missing[0] if missing[0] != 0.0 else np.full(len(missing), np.nan)
    measures["partners"] = partners
    measures["instructor_time"], measures["helper_time"] = _times(counts, times)
    return {name: measures[name] for name in SESSION_MEASURES} | (more or {})


def _times(counts: Longs, times: list[Time]) -> tuple[Floats, Floats]:
    """Return instructors' and helpers' time so far, after each session."""
    if len(times) == 1:
        return _times_of(counts, *times[0][1:])
    instructor, helper = np.zeros((2, len(counts)))
    ends = [*(time.first for time in times[1:]), len(counts) - 1]
    for (first, parameters, branches), end in zip(times, ends, strict=True):
        now = slice(first, max(first, end) + 1)
        hours, helping = _times_of(counts[now] - counts[first], parameters, branches)
        instructor[now], helper[now] = instructor[first] + hours, helper[first] + helping
    return instructor, helper


def _times_of(counts: Longs, parameters: Parameters, branches: int) -> tuple[Floats, Floats]:
    """Return instructors' and helpers' time so far, where it is always counted in the same way."""
    hours = parameters.lecture + parameters.instruction * branches
    helping: Floats = (
        counts[:, CONSULTATIONS] * parameters.consultation
        + counts[:, BRIEFINGS] * (parameters.briefing * parameters.officers_share)
        + counts[:, AMONG_MEMBERS] * parameters.exchange
        + counts[:, WITH_OFFICER] * (parameters.exchange * parameters.officers_share)
    )
    return np.asarray(hours * np.arange(len(counts)), dtype=np.float64), helping


def outbreak_measures(mass: Floats) -> dict[str, float]:
    """Return what a run as a whole has of ``wrong_mass``, after each session: how high and how long it stood."""
    peak = float(np.max(mass))
    after = np.flatnonzero(mass <= CORRECTED * peak)
    after = after[after > int(np.argmax(mass))]
    return {
        "outbreak_peak": peak,
        "outbreak_area": float(np.mean(mass)),
        "sessions_to_corrected": float(after[0]) if peak > 0.0 and len(after) else float("nan"),
    }


def _log_missing(x: Floats) -> Floats:
    """ln((1 - x0) / (1 - xt)): how far each group, a row, has come; NaN where it is undefined."""
    out = np.full(x.shape, np.nan)
    missing = 1.0 - x
    good = (missing > 0.0) & (missing[:, :1] > 0.0)
    ratio = np.divide(missing[:, :1], missing, out=out, where=good)
    ratio[good] = np.log(ratio[good])
    return ratio


def _ratio(above: Floats, below: Floats) -> Floats:
    """Above / below; NaN where it is undefined."""
    out = np.full(len(above), np.nan)
    good = np.isfinite(above) & np.isfinite(below) & (below != 0.0)
    out[good] = above[good] / below[good]
    return out


def run_measures(measures: dict[str, Floats], equal_mean: float) -> dict[str, float]:
    """Return the final session's measures, and those of the run as a whole; NaN where missing.

    Parameters
    ----------
    measures : dict of name to array (sessions + 1,)
    equal_mean : float
        The mean mastery at which measures that end with ``_at_equal_mean`` are taken: between two rows on a straight
        line, and missing if it is never reached.
    """
    mean = measures["mean_mastery"]
    totals = {name: float(values[-1]) for name, values in measures.items()}
    for name, level in (("sessions_to_half", 0.5), ("sessions_to_0_8", 0.8)):
        reached = mean >= level
        first = int(np.argmax(reached))
        totals[name] = float(first) if reached[first] else float("nan")
    totals["mean_over_time"] = float(mean.mean())
    if "wrong_mass" in measures:
        totals |= outbreak_measures(measures["wrong_mass"])
    for name, measure in AT_EQUAL_MEAN.items():
        totals[name] = _where_mean_reaches(equal_mean, mean, measures[measure])
    return totals


def _where_mean_reaches(level: float, mean: Floats, values: Floats) -> float:
    reached = mean >= level
    after = int(np.argmax(reached))
    if not reached[after]:
        return float("nan")
    if after == 0:
        return float(values[0])
    share = (level - mean[after - 1]) / (mean[after] - mean[after - 1])
    return float(values[after - 1] + share * (values[after] - values[after - 1]))
