"""Results made to order: real designs and real arrays, with a measure that a test wrote down instead of a model."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from learnsim.experiments.design.design import Design
from learnsim.experiments.design.points import Points
from learnsim.experiments.storage.results import Results
from learnsim.settings import validate

UNIT = {"low": 0.0, "high": 1.0}


class MadeToOrder(Results):
    """Results in which every measure has the values (points, arms, replicates) it was given."""

    def __init__(self, design: Design, values) -> None:
        super().__init__(Path("nowhere"), design)
        self._values = values

    def measure(self, name):
        return self._values


def _results_of(sweep, answer, *, kind="grid", points=None, levels=4, arms=("flat-lecture", "hybrid"), replicates=1, seed=1, noise=0.0, precision=None):
    """Return results in which the last arm leads by ``answer(x, replicate)``, x the swept values, and noise is shared."""
    design_table = {"kind": kind, **({} if points is None else {"points": points}), **({"levels": levels} if kind == "morris" else {})}
    experiment = {"seed": seed, **({"precision": precision} if precision else {"replicates": replicates})}
    settings = validate({"experiment": experiment, "design": design_table, "sweep": sweep, "arms": {arm: {} for arm in arms}}, "test")
    design = Design(settings, Points(settings, "test"), arms, settings.baseline(), ())
    values = np.empty((len(design.points), len(arms), replicates))
    values[:] = noise * np.random.default_rng(7).normal(size=replicates)
    for number in range(len(design.points)):
        x = list(design.points.values(number).values())
        values[number, -1] += [answer(x, replicate) for replicate in range(replicates)]
    return MadeToOrder(design, values)


@pytest.fixture(scope="session")
def results_of() -> Callable[..., Results]:
    """Make results to order."""
    return _results_of
