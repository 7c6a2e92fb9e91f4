"""Asked measures: those that an experiment has if its settings ask for them, what shocks cost, and containment."""

import numpy as np
import pytest

import learnsim
from learnsim.analysis.summary import Summary
from learnsim.errors import SettingsError
from learnsim.experiments.design.checks import design_of
from learnsim.experiments.storage.results import open_results
from learnsim.models.runs import run_arm
from learnsim.models.training import cost, run
from learnsim.models.training.info import ADVISED, EVOLVING, MISLED, OUTBREAK, STAYING, TESTED, TRAINING
from learnsim.settings import validate

SMALL = {"organisation": {"trainees": 24, "communities": 2}, "training": {"sessions": 12}, "curriculum": {"items": 3}}
USUAL = set(TRAINING.session_measures) | set(TRAINING.run_measures)
ASKED = {
    "nothing": ({}, set()),
    "held wrong": ({"misconceptions": {"share": 0.1}}, {*MISLED, *OUTBREAK}),
    "worked out wrong": ({"misconceptions": {"joint_wrong": 0.1}}, {*MISLED, *OUTBREAK}),
    "taught wrong": ({"shocks": [{"who": "lecturer"}]}, {*MISLED, *OUTBREAK, "damage"}),
    "absent": ({"training": {"sessions": 12, "absence": 0.2}}, {*STAYING, "stayers_loss"}),
    "officers leave": ({"training": {"sessions": 12, "leavers": "officers", "turnover": 0.2}}, {*STAYING, "stayers_loss"}),
    "one leaves": ({"shocks": [{"kind": "leave"}]}, {*STAYING, "stayers_loss", "damage"}),
    "people move": ({"communities": {"mobility": 0.5}}, set(EVOLVING)),
    "a test": ({"curriculum": {"items": 3, "questions": 6}}, set(TESTED)),
    "advice": ({"training": {"sessions": 12, "advice": "counted"}}, set(ADVISED)),
    "swept": ({"sweep": {"misconceptions.share": [0.0, 0.1]}}, {*MISLED, *OUTBREAK}),
}


@pytest.mark.parametrize("case", ASKED)
def test_an_experiment_has_the_measures_that_its_settings_ask_for(case):
    tree, more = ASKED[case]
    design = design_of(validate({**SMALL, "arms": {"hybrid": {}}, **tree}, "x"), "x")
    assert set(design.kind.names) == USUAL | more
    assert ("containment" in design.kind.compared) == ("outbreak_area" in more)
    assert ("gap_narrowed" in design.kind.compared) == ("failing_avoided" in design.kind.compared) == ("score_gap" in more)
    if not design.swept:
        assert set(run_arm(design.settings, "hybrid").run_measures()) == USUAL | more


def test_a_measure_that_is_not_asked_for_says_which_settings_ask():
    with pytest.raises(SettingsError, match=r"measure = 'touched' is not a measure of this experiment; it needs \[misconcep"):
        design_of(validate({**SMALL, "experiment": {"measure": "touched"}, "arms": {"hybrid": {}}}, "x"), "x")
    precision = {"measure": "containment", "contrast": "hybrid", "half_width": 0.1}
    with pytest.raises(SettingsError, match="compares arms; a precision needs a measure of single runs"):
        tree = {**SMALL, "shocks": [{}], "experiment": {"precision": precision}, "arms": {"hybrid": {}}}
        design_of(validate(tree, "x"), "x")


@pytest.mark.parametrize("engine", ["compiled", "agents"])
def test_a_point_of_a_sweep_at_which_nothing_is_wrong_has_zeros(engine):
    record = run_arm(validate(SMALL, "x"), "hybrid", engine=engine, measured=("misconceptions", "losses"))
    assert not record["wrong_mass"].any() and not record["touched"].any()
    assert record["stayers_mean"].tobytes() == record["mean_mastery"].tobytes()
    assert record.run_measures()["stayers_loss"] == 0.0
    plain = run_arm(validate(SMALL, "x"), "hybrid", engine=engine)
    assert plain["mean_mastery"].tobytes() == record["mean_mastery"].tobytes()


@pytest.mark.parametrize("engine", ["compiled", "agents"])
def test_damage_is_the_difference_from_the_same_run_without_shocks(engine):
    tree = {**SMALL, "shocks": [{"at": 3, "who": "officers", "share": 1.0}]}
    record, without = (run_arm(validate(each, "x"), "linked-cells", 2, engine=engine) for each in (tree, SMALL))
    assert record.run_measures()["damage"] == record["mean_mastery"][-1] - without["mean_mastery"][-1] < 0.0


@pytest.mark.parametrize("engine", ["compiled", "agents"])
def test_a_loss_of_stayers_compares_the_same_people_struck_by_the_same_shocks(engine):
    """A shock that remains in the run without losses strikes the people of its number."""
    wrong = {"kind": "wrong", "count": 3, "at": 4}
    tree = {**SMALL, "shocks": [{"kind": "leave", "count": 6, "at": 6}, wrong]}
    kept = {**SMALL, "shocks": [{"level": 0.0}, wrong]}
    record, without = (run_arm(validate(each, "x"), "hybrid", 1, engine=engine, trace=True) for each in (tree, kept))
    assert record.trace.misconception[6].tobytes() == without.trace.misconception[6].tobytes()
    stayed = record.stayers
    assert stayed.sum() == 18
    loss = (record.standing() - without.standing())[stayed].mean()
    assert record.run_measures()["stayers_loss"] == pytest.approx(loss, abs=1e-12)


def test_containment_compares_each_run_with_the_baseline_of_its_replicate(tmp_path):
    tree = {
        **SMALL,
        "experiment": {"name": "c", "baseline": "collective", "measure": "containment", "replicates": 6},
        "shocks": [{}],
        "arms": {"collective": {}, "isolated-cells": {}, "flat-lecture": {}},
    }
    learnsim.experiment(tree).run(out=tmp_path / "c")
    summary = Summary(open_results(tmp_path / "c"))
    area = summary.results.measure("outbreak_area")
    assert np.array_equal(summary.results.measure("containment"), 1.0 - area / area[:, :1])
    assert summary.estimates["containment"].mean[0, 0] == 0.0
    assert (tmp_path / "c" / "figures" / "frontier.png").is_file()
    assert "containment" in (tmp_path / "c" / "summary.csv").read_text(encoding="utf-8-sig")


@pytest.mark.parametrize("arm", ["flat-lecture", "hybrid"])
def test_a_run_in_which_each_may_leave_says_how_those_do_who_stay(arm):
    """In its record; tables have it where losses are asked for."""
    settings = validate({**SMALL, "training": {"sessions": 40, "turnover": 0.2}}, "x")
    record, agents = (run_arm(settings, arm, 3, engine=engine) for engine in ("compiled", "agents"))
    stayed = record.stayers
    assert 0 < stayed.sum() < 24 and np.array_equal(stayed, agents.stayers)
    total = 0.0
    for one in record.standing()[stayed]:
        total += one
    assert record["stayers_mean"][-1] == total / stayed.sum() == agents["stayers_mean"][-1]
    assert (np.diff(record["officers_lost"]) >= 0.0).all()
    assert (record["officers_lost"][-1] > 0.0) == (arm == "hybrid")
    assert record["officers_lost"].tobytes() == agents["officers_lost"].tobytes()
    design = design_of(settings.changed({"arms": {"hybrid": {}}}), "x")
    assert not {*STAYING} & {*design.kind.names}


def test_a_run_is_compared_with_one_run_without_shocks_and_one_without_losses(monkeypatch):
    """Which are compared with nothing themselves."""
    played = []
    alone, whole = run._simulate_course, run._simulate_whole
    monkeypatch.setattr(run, "_simulate_course", lambda setup: played.append(setup) or alone(setup))
    monkeypatch.setattr(run, "_simulate_whole", lambda setup: played.append(setup) or whole(setup))
    tree = {**SMALL, "training": {"sessions": 12, "absence": 0.3}, "shocks": [{"at": 3}]}
    run_arm(validate(tree, "x"), "hybrid")
    assert len(played) == 3


def test_a_run_with_misconceptions_is_estimated_to_take_more_memory_and_time():
    plain, wrong = (validate({**SMALL, "misconceptions": {"share": share}, "arms": {"hybrid": {}}}, "x") for share in (0.0, 0.1))
    more = cost.size_of(wrong, 24).bytes("compiled") - cost.size_of(plain, 24).bytes("compiled")
    assert more == 40 * 24 * 3 and cost.size_of(wrong, 24)._replace(trainees=12).bytes("compiled") < cost.size_of(wrong, 24).bytes("compiled")
    assert cost.seconds(wrong, 2400) > 3.0 * cost.seconds(plain, 2400)
