"""The Bass limit of the model. Its other theorems stand beside what they test, in tests/models/training/test_theorems.py."""

import pytest

from learnsim.models.runs import run_arm
from learnsim.settings import Settings

pytestmark = pytest.mark.exact
BOTH = pytest.mark.parametrize("engine", ["agents", "compiled"])


def constant(value):
    return {"distribution": "constant", "value": value}


def settings_of(arm, **changes):
    small = {"organisation.trainees": 24, "organisation.communities": 2, "training.sessions": 20, "organisation.cycle_length": 5}
    return Settings().changed({**small, **{key.replace("__", "."): value for key, value in changes.items()}, "arms.x": arm})


@BOTH
def test_a_well_mixed_group_learns_from_its_knowers_along_the_bass_curve(engine):
    """Help alone in one large group where some know all and the others nothing: d(1 - x)/dt = -rate knowers (1 - x).

    A partner is a knower with chance K and then closes 2 % of the gap; what the ignorant give each other is of second
    order. The tolerance is the sampling error of a group of 1,500 and that second order.
    """
    settings = settings_of(
        {"preset": "peer-instruction", "groups": "organisation", "lecture": 0.0, "exchange": 1.0},
        organisation__trainees=1500,
        organisation__communities=1,
        people__learning_speed=constant(0.02),
        people__sociability=constant(1.0),
        people__helpfulness=constant(1.0),
        curriculum__items=1,
        learning__forgetting=0.0,
        learning__joint_effect=0.0,
        learning__initial_rapport=1.0,
        prior__share=0.3,
        prior__known=[1.0, 1.0],
        prior__unknown=[0.0, 0.0],
        organisation__cycle_length=60,
    )
    mean = run_arm(settings, "x", engine=engine)["mean_mastery"]
    expected = 1.0 - (1.0 - mean[0]) * (1.0 - 0.02 * mean[0]) ** 20
    assert mean[20] == pytest.approx(expected, abs=0.004)
