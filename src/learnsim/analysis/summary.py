"""Summary: every arm at every point: its own means, and its contrasts with the baseline."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from learnsim.analysis.contrasts import Contrasts, contrasts_of
from learnsim.analysis.estimates import Estimate, Estimates, estimates_of
from learnsim.errors import ResultsError
from learnsim.experiments.design.stopping import stein_interval
from learnsim.experiments.storage.results import Results
from learnsim.settings.sampling import Precision

if TYPE_CHECKING:
    from learnsim.analysis.boxes import Box
    from learnsim.analysis.comparison import TargetComparison
    from learnsim.analysis.effects import Effects
    from learnsim.analysis.sensitivity import Index
    from learnsim.analysis.strata import Strata


@dataclass(frozen=True)
class Row:
    """One arm at one point."""

    summary: Summary
    point: int
    number: int
    values: dict[str, Any]
    arm: str

    def estimate(self, measure: str) -> Estimate:
        """Return the arm's own mean of a measure."""
        return self.summary.estimates[measure].at(self.point, self.number)

    def difference(self, measure: str) -> Estimate:
        """Return the arm's paired difference from the baseline; missing for the baseline itself."""
        return self.summary.contrasts[measure].difference.at(self.point, self.number)


class Summary:
    """Every measure's estimates, and their contrasts with the baseline on common random numbers.

    Attributes
    ----------
    results : Results
    estimates : dict of measure to Estimates
    contrasts : dict of measure to Contrasts
        If a precision is asked for, the interval of its contrast is that of the stopping rule.
    """

    def __init__(self, results: Results) -> None:
        self.results, design = results, results.design
        base, seed = design.arms.index(design.baseline), design.settings.experiment.seed
        self.estimates: dict[str, Estimates] = {}
        self.contrasts: dict[str, Contrasts] = {}
        mean, spread = design.kind.headline[0], design.kind.spread
        for name in design.kind.compared:
            values = results.measure(name)
            self.estimates[name] = estimates_of(values)
            people = results.measure(spread) if spread and name == mean else None
            self.contrasts[name] = contrasts_of(values, base, seed, bootstrap=name in design.headline, spread=people)
        if design.precision:
            self._put_intervals_of_stopping_rule(design.precision)

    def _put_intervals_of_stopping_rule(self, precision: Precision) -> None:
        """Replace the t interval that the stopping rule is about by the rule's own."""
        arms, baseline = self.results.design.arms, self.results.design.baseline
        values = self.results.measure(precision.measure)
        if len(precision.arms) == 1:
            estimates, arm = self.estimates[precision.measure], arms.index(precision.arms[0])
            stopped = values[:, arm]
        elif baseline in precision.arms:
            other = precision.arms[1] if precision.arms[0] == baseline else precision.arms[0]
            estimates, arm = self.contrasts[precision.measure].difference, arms.index(other)
            stopped = values[:, arm] - values[:, arms.index(baseline)]
        else:
            return
        for point, mine in enumerate(stopped):
            estimates.low[point, arm], estimates.high[point, arm] = stein_interval(mine, precision)

    @property
    def measure(self) -> str:
        """The measure that arms are compared by."""
        return self.results.design.measure

    @property
    def repeated(self) -> bool:
        """Whether there is more than one replicate, so that chance can be estimated."""
        return int(np.max(self.results.replicates)) > 1

    @cached_property
    def effects(self) -> dict[str, Effects]:
        """Effects of swept settings on each headline measure; empty where the design is no grid."""
        from learnsim.analysis.effects import effects_of

        return {measure: effects_of(self.results, measure) for measure in self.results.design.headline}

    @cached_property
    def indices(self) -> dict[str, tuple[Index, ...]]:
        """Sensitivity indices of each headline measure; empty where points were not drawn."""
        from learnsim.analysis.sensitivity import indices_of

        return {measure: indices_of(self.results, measure) for measure in self.results.design.headline}

    @cached_property
    def boxes(self) -> tuple[Box, ...]:
        """The box of settings in which each arm is better than the baseline; empty where points were not drawn."""
        from learnsim.analysis.boxes import boxes_of

        return boxes_of(self.results, self.measure)

    @cached_property
    def comparisons(self) -> tuple[TargetComparison, ...]:
        """The result beside each number that the experiment is compared with; empty if there is none."""
        from learnsim.analysis.comparison import comparisons_of

        return comparisons_of(self.results)

    @cached_property
    def strata(self) -> Strata:
        """The strata of a roster's people; empty without one, and where their table cannot be read."""
        from learnsim.analysis.strata import Strata, read_strata

        try:
            return read_strata(self.results)
        except ResultsError:  # whoever needs it reads it again, and everything else can be shown
            return Strata(self.results, ())

    def rows(self) -> Iterator[Row]:
        """Each arm at each point."""
        design = self.results.design
        for point in range(len(design.points)):
            values = design.points.values(point)
            for number, arm in enumerate(design.arms):
                yield Row(self, point, number, values, arm)
