"""Made-up results: results of any design without a run or a file, with numbers that a test makes."""

from pathlib import Path

import numpy as np

from learnsim.analysis.summary import Summary
from learnsim.experiments.design.checks import design_of
from learnsim.experiments.design.design import Design
from learnsim.experiments.storage.results import Results
from learnsim.report.answer import answer
from learnsim.settings import validate


class MadeUp(Results):
    """Results in which a measure has the values (points, arms, replicates) that ``of(name)`` returns."""

    def __init__(self, design, of, failures=()):
        super().__init__(Path("nowhere"), design)
        self._of, self.__dict__["failures"] = of, list(failures)

    def measure(self, name):
        return self._of(name)

    def at_session(self, measure, session):
        return self._of(measure)

    def __len__(self):
        return int((~np.isnan(self._of(self.design.kind.headline[0]))).sum())

    @property
    def replicates(self):
        values = self._of(self.design.measure)
        return np.full(len(values), values.shape[2])


def summary_of(tree, value, *, replicates=3, failures=(), design=None):
    """Return a summary of an experiment in which a run ends at ``value(arm, replicate, measure, *swept values)``."""
    plan = design or design_of(validate(tree, "test"), "test")
    if not isinstance(plan, Design):
        plan = design_of(plan, "test")
    points = [plan.points.values(number).values() for number in range(len(plan.points))]
    cache = {}

    def of(name):
        if name not in cache:
            cache[name] = np.array(
                [[[value(arm, replicate, name, *x) for replicate in range(replicates)] for arm in plan.arms] for x in points],
                dtype=float,
            )
        return cache[name]

    return Summary(MadeUp(plan, of, failures))


def answer_text(tree, value, **more):
    """Return the answer as one paragraph."""
    return " ".join(answer(summary_of(tree, value, **more)))


def tree_of(arms, sweep=None, design=None, **experiment):
    """Return an experiment's tables; arms by name, with their fields."""
    return {
        "experiment": {"name": "made-up", "replicates": 3, **experiment},
        "organisation": {"trainees": 24, "communities": 2},
        "arms": dict(arms),
        **({"sweep": sweep} if sweep else {}),
        **({"design": design} if design else {}),
    }
