"""People made to order, and one arm that plays them: the same few lines for every case worked by hand."""

from collections.abc import Callable

import numpy as np
import pytest

from learnsim.models.runs import run_arm
from learnsim.models.training.record import TrainingRecord
from learnsim.people import People
from learnsim.settings import ArmTable, Settings

NOTHING = {"lecture": 0.0, "council": 0.0, "instructor": False, "briefing": 0.0, "exchange": 0.0}
QUIET_WORLD = {
    "organisation.communities": 1,
    "curriculum.sessions_per_item": 1,
    "curriculum.prerequisite": 0.0,
    "people.interest_weight": 0.0,
    "learning.forgetting": 0.0,
    "learning.initial_rapport": 1.0,
    "training.sessions": 1,
    "organisation.cycle_length": 1000,
}


def _column(value, count):
    return np.full(count, value) if np.isscalar(value) else np.array(value, dtype=float)


def _run(
    engine: str, mastery, *, speed=1.0, sociability=0.0, helpfulness=1.0, interest=None, seed=1, **options
) -> TrainingRecord:
    """Play an arm with people made to order; dotted names are settings, the others are fields of the arm."""
    levels = np.array(mastery, dtype=float)
    count, items = levels.shape
    topics = np.ones((count, 1)) if interest is None else np.array(interest, dtype=float)
    people = People(
        _column(speed, count), _column(sociability, count), _column(helpfulness, count), topics, levels
    )
    changes = {
        **QUIET_WORLD,
        "organisation.trainees": count,
        "organisation.communities": topics.shape[1],
        "curriculum.items": items,
        "experiment.seed": seed,
        **{name: value for name, value in options.items() if "." in name},
    }
    arm = {"preset": "isolated-cells", "groups": "organisation", "shuffle": "none", **NOTHING}
    arm.update({name: value for name, value in options.items() if "." not in name})
    settings = Settings(arms={"x": ArmTable(**arm)}).changed(changes)
    return run_arm(settings, "x", engine=engine, shared=people, trace=True)


@pytest.fixture(params=["compiled", "agents"])
def run_both_engines(request) -> Callable[..., TrainingRecord]:
    """A function that plays one arm with people made to order, once in each engine."""

    def call(mastery, **options):
        return _run(request.param, mastery, **options)

    return call


@pytest.fixture
def near() -> Callable[[object], object]:
    """Equality to 1e-12, missing values equal to each other."""
    return lambda expected: pytest.approx(expected, rel=0.0, abs=1e-12, nan_ok=True)
