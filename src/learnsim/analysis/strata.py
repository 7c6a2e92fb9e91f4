"""Strata: every arm's measures of each stratum of a roster's people, and their contrasts with the baseline."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from learnsim.analysis.contrasts import contrasts_of
from learnsim.analysis.estimates import Estimate, Estimates, estimates_of
from learnsim.arrays import Floats
from learnsim.experiments.storage.results import Results, StratumThere


class StratumRow(NamedTuple):
    """One stratum in one arm at one point; the arm by its number among the arms."""

    place: int
    stratum: StratumThere
    point: int
    arm: int


@dataclass(frozen=True)
class MeasureOfStrata:
    """One measure of all strata: arrays (strata, points, arms).

    Attributes
    ----------
    estimates, difference : Estimates
        Each arm's own means over replicates, and the paired differences from the baseline.
    effect : array
        Standardised effect d_z of the difference (Cohen 1988).
    """

    estimates: Estimates
    difference: Estimates
    effect: Floats


class Strata:
    """The strata of an experiment with a roster. They are the same people in every run, on common random numbers.

    Intervals are over replicates of the model for exactly these people.

    Attributes
    ----------
    results : Results
    strata : tuple of StratumThere
        Empty without a roster.
    measures : tuple of str
        Those that a stratum has.
    """

    def __init__(self, results: Results, strata: tuple[StratumThere, ...]) -> None:
        self.results, self.strata = results, strata
        self.measures = results.design.kind.by_stratum if self.strata else ()
        self._known: dict[str, MeasureOfStrata] = {}

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self.strata)

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """What strata have in common, in the table's order."""
        return tuple(dict.fromkeys(one.label for one in self.strata))

    @property
    def measure(self) -> str:
        """The measure that strata are compared by: the mean of their standing."""
        return self.measures[0]

    def of(self, measure: str) -> MeasureOfStrata:
        """Return one measure of all strata."""
        if measure not in self._known:
            design, values = self.results.design, self.results.of_strata(measure)
            baseline, seed = design.arms.index(design.baseline), design.settings.experiment.seed
            flat = values.reshape(-1, *values.shape[2:])  # a stratum at a point is to a contrast what a point is
            contrasts = contrasts_of(flat, baseline, seed, bootstrap=False)
            shape = values.shape[:3]
            self._known[measure] = MeasureOfStrata(
                _shaped(estimates_of(flat), shape), _shaped(contrasts.difference, shape), contrasts.effect.reshape(shape)
            )
        return self._known[measure]

    def estimate(self, measure: str, row: StratumRow) -> Estimate:
        """Return an arm's own mean of a measure."""
        return self.of(measure).estimates.at(row.place, row.point, row.arm)

    def difference(self, measure: str, row: StratumRow) -> Estimate:
        """Return an arm's paired difference from the baseline; missing for the baseline itself."""
        return self.of(measure).difference.at(row.place, row.point, row.arm)

    def effect(self, measure: str, row: StratumRow) -> float:
        """Return the standardised effect of that difference."""
        return float(self.of(measure).effect[row.place, row.point, row.arm])

    def rows(self, label: str = "") -> Iterator[StratumRow]:
        """Each stratum in each arm at each point, of one label or of all."""
        design = self.results.design
        for point in range(len(design.points)):
            for place, stratum in enumerate(self.strata):
                if label in ("", stratum.label):
                    yield from (StratumRow(place, stratum, point, arm) for arm in range(len(design.arms)))


def read_strata(results: Results) -> Strata:
    """Return the strata of results, with all their measures.

    Raises
    ------
    ResultsError
        If their table cannot be read.
    """
    strata = Strata(results, results.strata)
    for measure in strata.measures:
        strata.of(measure)
    return strata


def _shaped(estimates: Estimates, shape: tuple[int, ...]) -> Estimates:
    fields = (estimates.mean, estimates.low, estimates.high, estimates.sd)
    mean, low, high, sd = (np.reshape(array, shape) for array in fields)
    return Estimates(mean, low, high, sd, estimates.count.reshape(shape))
