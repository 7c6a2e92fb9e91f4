"""Forecast: what the model expects of a plan, beside the same people without shuffles, in random cells and in a lecture."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from learnsim.analysis.estimates import Estimate, Estimates, estimates_of
from learnsim.arrays import Floats
from learnsim.grouping.preparation import Prepared, prepare
from learnsim.models.registry import info_of
from learnsim.models.runs import run_arm
from learnsim.settings import Settings

PLAN, FIRST_CELLS, RANDOM, LECTURE = "plan", "first-cells", "random", "flat-lecture"
MEANINGS = {
    PLAN: "this plan",
    FIRST_CELLS: "the cells of cycle 1 for the whole course",
    RANDOM: "cells formed at random in every cycle",
    LECTURE: "one lecture for all",
}
MEASURES = {"mean_mastery": "everybody", "slow_mean": "slowest quarter", "proficient": "share at the threshold"}
REPLICATES, IN_RANGES = 100, 20
FEWEST = 10
SECONDS = 30.0  # that a forecast may take, about; fewer replicates beyond
RANGES = {  # effects without a source, and what they may be
    "learning.council_effect": (0.0, 0.5, 1.0),
    "curriculum.prerequisite": (0.0, 0.5, 1.0),
}


class Line(NamedTuple):
    """One line of a forecast: a group of people, or a measure, in every way of training.

    Attributes
    ----------
    label, value : str
        ``("", "everybody")``, or a label and its value: ``("Department", "Operations")``.
    people : int
    arms : dict of arm to Estimate
    differences : dict of arm to Estimate
        This plan minus the other, in the same replicates.
    """

    label: str
    value: str
    people: int
    arms: dict[str, Estimate]
    differences: dict[str, Estimate]


class Forecast(NamedTuple):
    """What the model expects.

    Attributes
    ----------
    lines : tuple of Line
        Everybody, the slowest quarter, the share at the threshold, and each value of each label.
    ranges : dict of arm to (low, high)
        Everybody's mean in each way of training, over what the effects without a source may be.
    ahead : dict of arm to (low, high)
        The same of this plan minus the other.
    replicates : int
    threshold : float
        The mastery at which somebody counts as proficient.
    turns : bool
        Whether people take turns as officers, in the plan and in random cells; otherwise random cells are led by who knows
        most.
    cycles, cycle_length, sessions : int
        How long the simulated course is: its cycles, the sessions of each, and all sessions.
    """

    lines: tuple[Line, ...]
    ranges: dict[str, tuple[float, float]]
    ahead: dict[str, tuple[float, float]]
    replicates: int
    threshold: float
    turns: bool = True
    cycles: int = 1
    cycle_length: int = 1
    sessions: int = 1

    @property
    def arms(self) -> tuple[str, ...]:
        """The ways of training, this plan first."""
        return tuple(self.ranges)


def forecast_of(settings: Settings, labels: dict[str, tuple[str, ...]]) -> Forecast:
    """Return what the model expects of a plan and its alternatives, for these people.

    Parameters
    ----------
    settings : Settings
        An experiment whose arms are those of :data:`MEANINGS`, as a plan's folder has it.
    labels : dict of str to tuple of str
        By which people are reported; the values in the order of the roster.

    Returns
    -------
    Forecast
        With common random numbers: in each replicate all ways of training have the same people.
    """
    prepared = prepare(settings)
    arms = tuple(settings.arms)
    each = info_of(settings).costs.seconds(settings, prepared.trainees) * len(arms)
    points = len(_points())
    replicates = int(min(REPLICATES, max(FEWEST, SECONDS / 2 / each)))
    fewer = int(min(IN_RANGES, max(FEWEST, SECONDS / 2 / each / points)))
    groups = _groups(labels)
    values = _values(prepared, arms, replicates, list(groups.values()))
    sizes = [prepared.trainees] * len(MEASURES) + [len(people) for people in groups.values()]
    names = [("", meaning) for meaning in MEASURES.values()] + list(groups)
    lines = tuple(
        Line(label, value, sizes[row], _by_arm(arms, estimates_of(values[:, row])), _ahead(arms, values[:, row]))
        for row, (label, value) in enumerate(names)
    )
    means = np.array(
        [_values(_at(prepared, point), arms, fewer, [])[:, 0].mean(axis=-1) for point in _points()]
        + [values[:, 0].mean(axis=-1)]
    )
    return Forecast(
        lines,
        {arm: _span(means[:, a]) for a, arm in enumerate(arms)},
        {arm: _span(means[:, 0] - means[:, a]) for a, arm in enumerate(arms) if a},
        replicates,
        settings.curriculum.mastery_threshold,
        settings.plan.officers == "each-cycle",
        -(-settings.training.sessions // settings.organisation.cycle_length),
        settings.organisation.cycle_length,
        settings.training.sessions,
    )


def _points() -> list[dict[str, float]]:
    (one, first), (other, second) = RANGES.items()
    return [{one: x, other: y} for x in first for y in second]


def _at(prepared: Prepared, changes: dict[str, float]) -> Prepared:
    return prepare(prepared.settings.changed(changes))


def _groups(labels: dict[str, tuple[str, ...]]) -> dict[tuple[str, str], list[int]]:
    """Return the people of each value of each label; those whose value is not known are nobody's.

    A label of which everybody has another value, for example an address, divides nobody and is left out.
    """
    groups: dict[tuple[str, str], list[int]] = {}
    for label, values in labels.items():
        if len(set(values)) == len(values):
            continue
        for number, value in enumerate(values):
            if value:
                groups.setdefault((label, value), []).append(number)
    return groups


def _values(prepared: Prepared, arms: Sequence[str], replicates: int, groups: Sequence[Sequence[int]]) -> Floats:
    """Return what each arm comes to, shape (arms, measures and groups, replicates)."""
    runs, settings = info_of(prepared.settings).runs, prepared.settings
    values = np.empty((len(arms), len(MEASURES) + len(groups), replicates))
    for replicate in range(replicates):
        shared = runs.draw_shared(settings, replicate, prepared.roster)
        for a, arm in enumerate(arms):
            record = run_arm(prepared, arm, replicate, shared=shared)
            standing = record.standing()
            values[a, : len(MEASURES), replicate] = [record.measures[name][-1] for name in MEASURES]
            values[a, len(MEASURES) :, replicate] = [standing[np.array(people)].mean() for people in groups]
    return values


def _by_arm(arms: Sequence[str], estimates: Estimates) -> dict[str, Estimate]:
    return {arm: estimates.at(a) for a, arm in enumerate(arms)}


def _ahead(arms: Sequence[str], values: Floats) -> dict[str, Estimate]:
    """Return this plan minus each other way of training, paired by replicate."""
    estimates = estimates_of(values[:1] - values[1:])
    return {arm: estimates.at(a) for a, arm in enumerate(arms[1:])}


def _span(values: Floats) -> tuple[float, float]:
    return float(np.min(values)), float(np.max(values))
