"""Learning against exact mathematics: every statement here is a theorem about the model."""

import numpy as np
import pytest

from learnsim.chance import Chance
from learnsim.settings import Settings
from learnsim.training.model import TrainingModel
from learnsim.training.run import run_arm

pytestmark = pytest.mark.exact
BOTH = pytest.mark.parametrize("engine", ["agents", "compiled"])


def constant(value):
    return {"distribution": "constant", "value": value}


def made(arm, **changes):
    small = {"organisation.trainees": 24, "organisation.communities": 2, "training.sessions": 20, "training.cycle_length": 5}
    return Settings().changed({**small, **{key.replace("__", "."): value for key, value in changes.items()}, "arms.x": arm})


@BOTH
def test_each_visit_of_the_lecture_multiplies_what_is_missing_by_one_minus_speed_times_effect(engine):
    settings = made(
        {"preset": "flat-lecture"},
        people__learning_speed=constant(0.5),
        people__interest_weight=0.0,
        curriculum__prerequisite=0.0,
        curriculum__items=2,
        curriculum__sessions_per_item=1,
        learning__forgetting=0.0,
        learning__lecture_effect=0.3,
    )
    mastery = run_arm(settings, "x", engine=engine, trace=True).trace.mastery
    assert np.allclose(1 - mastery[20], (1 - mastery[0]) * (1 - 0.5 * 0.3) ** 10, atol=1e-14, rtol=0)


@BOTH
def test_under_a_common_source_small_gains_are_proportional_to_speed(engine):
    """ln((1-x0)/(1-xt)) / s is the same for every speed, up to the second order of a gain (1e-4 here)."""
    settings = made(
        {"preset": "flat-lecture"},
        people__interest_weight=0.0,
        curriculum__prerequisite=0.0,
        curriculum__items=1,
        learning__forgetting=0.0,
        learning__lecture_effect=1e-4,
        prior__share=0.0,
    )
    record = run_arm(settings, "x", engine=engine, trace=True)
    rate = np.log((1 - record.trace.mastery[0]) / (1 - record.trace.mastery[-1]))[:, 0] / record.learning_speed
    assert np.allclose(rate, 20e-4, rtol=1e-4)


NOTHING = {
    "no learning speed": ({"preset": "hybrid"}, {"people__learning_speed": constant(0.0)}),
    "nobody approaches anybody and no officer speaks": (
        {"preset": "peer-instruction", "lecture": 0.0, "exchange": 1.0},
        {"people__sociability": constant(0.0)},
    ),
    "cells of one": ({"preset": "isolated-cells"}, {"organisation__cell_size": 1}),
    "no effect of anything": (
        {"preset": "hybrid"},
        {"learning__help_effect": 0.0, "learning__joint_effect": 0.0, "learning__council_effect": 0.0},
    ),
}


@BOTH
@pytest.mark.parametrize("case", NOTHING)
def test_nothing_changes_in_any_bit_without_a_source_of_learning(case, engine):
    arm, changes = NOTHING[case]
    mastery = run_arm(made(arm, learning__forgetting=0.0, **changes), "x", engine=engine, trace=True).trace.mastery
    assert all(row.tobytes() == mastery[0].tobytes() for row in mastery)


@BOTH
@pytest.mark.parametrize("preset", ["flat-lecture", "collective", "hybrid", "linked-cells"])
def test_nobody_loses_mastery_without_forgetting_and_nobody_exceeds_1(preset, engine):
    settings = made({"preset": preset}, learning__forgetting=0.0, learning__help_effect=9.0, learning__lecture_effect=9.0)
    mastery = run_arm(settings, "x", engine=engine, trace=True).trace.mastery
    assert (np.diff(mastery, axis=0) >= 0.0).all()
    assert mastery.max() <= 1.0


@BOTH
def test_forgetting_alone_multiplies_mastery_by_what_is_kept(engine):
    settings = made({"preset": "hybrid"}, people__learning_speed=constant(0.0), learning__forgetting=0.1)
    mastery = run_arm(settings, "x", engine=engine, trace=True).trace.mastery
    assert np.allclose(mastery[20], mastery[0] * 0.9**20, rtol=1e-13)


@BOTH
def test_a_source_below_the_learner_teaches_nothing(engine):
    """With help alone, the best of each cell on an item stays where they were, in every bit."""
    settings = made(
        {"preset": "isolated-cells"}, learning__forgetting=0.0, learning__joint_effect=0.0, training__cycle_length=20
    )
    record = run_arm(settings, "x", engine=engine, trace=True)
    for cell in np.unique(record.cell):
        before, after = (record.trace.mastery[t][record.cell == cell] for t in (0, 20))
        assert before.max(axis=0).tobytes() == after.max(axis=0).tobytes()


@BOTH
def test_a_well_mixed_group_learns_from_its_knowers_along_the_bass_curve_of_external_influence(engine):
    """Help alone in one large group where some know all and the others nothing: d(1 - x)/dt = -rate knowers (1 - x).

    A partner is a knower with chance K and then closes 2 % of the gap; what the ignorant give each other is of second
    order. The tolerance is the sampling error of a group of 1,500 and that second order.
    """
    settings = made(
        {"preset": "peer-instruction", "groups": "organisation", "lecture": 0.0, "exchange": 1.0},
        organisation__trainees=1500,
        organisation__communities=1,
        people__learning_speed=constant(0.02),
        people__sociability=constant(1.0),
        people__helpfulness=constant(1.0),
        curriculum__items=1,
        learning__forgetting=0.0,
        learning__joint_effect=0.0,
        learning__r0=1.0,
        prior__share=0.3,
        prior__known=[1.0, 1.0],
        prior__unknown=[0.0, 0.0],
        training__cycle_length=60,
    )
    mean = run_arm(settings, "x", engine=engine)["mean_mastery"]
    expected = 1.0 - (1.0 - mean[0]) * (1.0 - 0.02 * mean[0]) ** 20
    assert mean[20] == pytest.approx(expected, abs=0.004)


class Relabelled(Chance):
    """The luck of trainees who changed their numbers."""

    new = None

    def uniform(self, purpose, session, agent, index=0):
        return super().uniform(purpose, session, int(self.new[agent]), index)

    def table(self, purpose, session, agents, width, index=0):
        return super().table(purpose, session, self.new[np.asarray(agents)], width, index)


def test_permuting_trainees_with_their_luck_permutes_the_result(monkeypatch):
    settings = made({"preset": "hybrid"}, people__interest_weight=0.3)
    usual = run_arm(settings, "x", engine="agents", trace=True)
    # whoever is first in a tie of interest must stay first: only trainees whose first choice is free change numbers
    permuted = np.arange(24)
    same = np.flatnonzero(usual.community == usual.community[0])
    permuted[same[:2]] = permuted[same[1::-1]]
    monkeypatch.setattr(Relabelled, "new", permuted)
    monkeypatch.setattr("learnsim.training.model.Chance", Relabelled)
    model = TrainingModel(settings.arm("x"), settings, 0, seed=settings.experiment.seed)
    while model.running:
        model.step()
    assert np.array_equal(model.tree.community, usual.community[permuted])
    assert np.allclose(model.mastery(), usual.mastery[permuted], atol=1e-12, rtol=0)
