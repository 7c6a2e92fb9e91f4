"""Test scores and advice: what a test shows, by hand; who is asked; and that neither changes what people learn."""

import csv
import math
from statistics import mean, pstdev

import numpy as np
import pytest

import learnsim
from learnsim.analysis.comparison import comparisons_of
from learnsim.experiments.storage.results import open_results
from learnsim.models.training.info import ADVISED, TESTED
from learnsim.models.training.scores import score_measures
from learnsim.settings.shipped import shipped_folder

SMALL = {"organisation": {"trainees": 32, "communities": 2}, "training": {"sessions": 15}}
TEST = {**SMALL, "curriculum": {"questions": 24}}
ADVICE = {**SMALL, "training": {"sessions": 15, "advice": "counted"}}
BOTH = {"organisation": {"trainees": 32, "communities": 2}, "curriculum": {"questions": 24}, "training": {"sessions": 15, "advice": "counted"}}
ENGINES = ("compiled", "agents")


def played(tree, arm="hybrid", engine="compiled"):
    return learnsim.run({**tree, "experiment": {"engine": engine}}, seed=4, arm=arm)


def same(one, other):
    """Whether two dictionaries of numbers are equal in every bit, missing ones too."""
    return one.keys() == other.keys() and all(np.array(one[key]).tobytes() == np.array(other[key]).tobytes() for key in one)


def test_the_measures_of_a_test_by_hand():
    before, after = np.array([0.2, 0.0, 1.0, 0.5]), np.array([0.4, 0.5, 1.0, 0.5])
    found = score_measures(before, after, 0.5)
    assert found["pretest"] == pytest.approx(0.425) and found["posttest"] == pytest.approx(0.6)
    assert found["sd_posttest"] == pytest.approx(pstdev([0.4, 0.5, 1.0, 0.5]))
    assert found["failing"] == 0.25  # .5 is not below the mark
    assert (found["low_posttest"], found["high_posttest"], found["score_gap"]) == (0.5, 1.0, 0.5)
    gains = [0.25, 0.5, 0.0]  # whoever had everything right does not count
    assert found["gain_on_pretest"] == pytest.approx(np.corrcoef(gains, [0.2, 0.0, 0.5])[0, 1])


def test_what_is_undefined_is_missing():
    assert math.isnan(score_measures(np.array([0.5, 0.5]), np.array([0.6, 0.7]), 0.5)["gain_on_pretest"])
    assert math.isnan(score_measures(np.array([1.0, 1.0]), np.array([1.0, 1.0]), 0.5)["gain_on_pretest"])
    assert all(map(math.isnan, score_measures(np.empty(0), np.empty(0), 0.5).values()))


@pytest.mark.parametrize("arm", ["flat-lecture", "peer-instruction", "linked-cells", "hybrid"])
@pytest.mark.parametrize("more", [{}, {"absence": 0.2, "turnover": 0.3}], ids=["everybody", "losses"])
def test_both_engines_measure_the_same_in_every_bit(arm, more):
    tree = {**BOTH, "training": {**BOTH["training"], **more}}
    one, other = (played(tree, arm, engine) for engine in ENGINES)
    assert one.same_bits(other) == [] and same(one.compared, other.compared)
    assert {*TESTED, *ADVISED} <= one.run_measures().keys()


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("tree", [TEST, ADVICE, BOTH], ids=["test", "advice", "both"])
def test_a_test_and_counting_advice_change_nothing_that_people_learn(tree, engine):
    plain, asked = played(SMALL, engine=engine), played(tree, engine=engine)
    assert all(plain[name].tobytes() == asked[name].tobytes() for name in plain.measures)
    assert plain.mastery.tobytes() == asked.mastery.tobytes()


def test_of_many_questions_a_score_is_the_mastery():
    record = played({**SMALL, "curriculum": {"questions": 960}})
    assert record.compared["posttest"] == pytest.approx(record["mean_mastery"][-1], abs=4 * 0.5 / math.sqrt(960 * 32))
    assert record.compared["pretest"] == pytest.approx(record["mean_mastery"][0], abs=4 * 0.5 / math.sqrt(960 * 32))


def test_the_test_before_is_the_same_in_every_arm():
    assert len({played(TEST, arm).compared["pretest"] for arm in ("flat-lecture", "hybrid", "collective")}) == 1


def test_who_knows_everything_has_everything_right():
    record = played({**TEST, "prior": {"share": 1.0, "known": [1.0, 1.0]}, "learning": {"forgetting": 0.0}})
    assert (record.compared["pretest"], record.compared["posttest"], record.compared["failing"]) == (1.0, 1.0, 0.0)


def test_who_approaches_always_is_asked_by_the_only_cellmate_always():
    pairs = {"trainees": 8, "communities": 1, "cell_size": 2}
    sociable = {"sociability": {"distribution": "constant", "value": 1.0}}
    record = played({**ADVICE, "organisation": pairs, "people": sociable}, "peer-instruction")
    assert record.compared["asked_cv"] == 0.0


def test_where_nobody_is_asked_or_helps_both_are_missing():
    assert all(math.isnan(played(ADVICE, "flat-lecture").compared[name]) for name in ADVISED)


def test_only_the_officer_of_a_cell_helps_where_there_are_only_briefings():
    arms = {"briefed": {"preset": "isolated-cells", "briefing": 1.0, "exchange": 0.0}}
    tree = {**ADVICE, "organisation": {"trainees": 6, "communities": 1, "cell_size": 6}, "arms": arms}
    helping = [0.0] * 5 + [1.0]
    for engine in ENGINES:
        record = played({**tree, "prior": {"share": 1.0}}, "briefed", engine)
        assert record.compared["help_cv"] == pytest.approx(pstdev(helping) / mean(helping), abs=1e-12)
        assert math.isnan(record.compared["asked_cv"])


def test_an_effect_is_the_difference_in_sd_of_people_as_in_the_contrasts(tmp_path):
    (tmp_path / "t.csv").write_text("panel,source,statistic,arm,over,measure,low\nP,exact,effect,hybrid,flat-lecture,mean_mastery,0\nP,exact,effect,hybrid,flat-lecture,posttest,0\n")
    tree = {**TEST, "experiment": {"replicates": 4, "targets": str(tmp_path / "t.csv")}, "arms": {"flat-lecture": {}, "hybrid": {}}}
    results = learnsim.experiment(tree).run(tmp_path / "out")
    there = results.contrasts().query("measure == 'mean_mastery' and arm == 'hybrid'")["effect_in_sd"].iloc[0]
    of_mastery, of_test = comparisons_of(open_results(tmp_path / "out"))
    assert of_mastery.estimate.mean == pytest.approx(there, rel=1e-9)
    runs = results.runs.pivot(index="replicate", columns="arm")
    difference = (runs["posttest"]["hybrid"] - runs["posttest"]["flat-lecture"]).mean()
    assert of_test.estimate.mean == pytest.approx(difference / math.sqrt((runs["sd_posttest"] ** 2).to_numpy().mean()), rel=1e-9)


def test_the_roster_of_the_law_firm_is_as_its_page_says():
    with (shipped_folder() / "lazega" / "lazega_roster.csv").open(newline="", encoding="utf-8") as stream:
        people = list(csv.DictReader(stream))
    named = [round(37 * float(person["helpfulness"])) for person in people]
    assert len(people) == 71 and sum(named) == 892 and round(mean(named), 1) == 12.6
    assert round(pstdev(named) / mean(named), 2) == 0.66
    gini = sum((2 * i - 70) * value for i, value in enumerate(sorted(named))) / (71 * sum(named))
    assert round(gini, 2) == 0.37
    sizes = sorted(([person["community"] for person in people].count(name) for name in {person["community"] for person in people}), reverse=True)
    assert sizes == [29, 19, 11, 8, 3, 1]
