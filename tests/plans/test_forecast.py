"""Forecast: what the model expects of a plan, in the numbers of its own experiment and in words."""

import numpy as np
import pytest

from learnsim.analysis.estimates import Estimate
from learnsim.grouping.preparation import prepare
from learnsim.models.runs import run_arm
from learnsim.plans import forecast as forecasts
from learnsim.plans.folder import write_plan
from learnsim.plans.forecast import Forecast, Line
from learnsim.plans.forecast_words import answer_of, forecast_words
from learnsim.settings import load


@pytest.fixture
def saved(course, tmp_path, monkeypatch):
    """A plan's folder with a forecast of few replicates."""
    monkeypatch.setattr(forecasts, "REPLICATES", 10)
    monkeypatch.setattr(forecasts, "IN_RANGES", 10)
    monkeypatch.setattr(forecasts, "RANGES", {"learning.council_effect": (0.0, 1.0), "curriculum.prerequisite": (0.0, 1.0)})

    def make(*args, **kwargs):
        return write_plan(course(*args, **kwargs).plan(), tmp_path / "plans" / "x")

    return make


def test_a_forecast_is_the_experiment_of_the_folder(saved):
    here = saved(13, ("a", "b"), cell_size=3, cycles=2)
    prepared = prepare(load(here.folder / "plan.toml"))
    for arm in here.forecast.arms:
        ends = [run_arm(prepared, arm, replicate)["mean_mastery"][-1] for replicate in range(10)]
        assert here.forecast.lines[0].arms[arm].mean == pytest.approx(np.mean(ends), abs=1e-12)
    assert here.forecast.arms == ("plan", "first-cells", "random", "flat-lecture")


def test_every_label_has_a_line_and_people_without_one_have_none(saved):
    lines = saved(13, ("a", "b"), cell_size=3, cycles=2).forecast.lines
    assert [(line.label, line.value, line.people) for line in lines] == [
        ("", "everybody", 13), ("", "slowest quarter", 13), ("", "share at the threshold", 13),
        ("community", "a", 7), ("community", "b", 6), ("Department", "Ops", 5), ("Department", "Sales", 4),
        ("Department", "IT", 4), ("Gender", "f", 7), ("Gender", "m", 6),
    ]  # fmt: skip


def test_everybody_is_the_mean_of_the_labels(saved):
    lines = saved(12, cell_size=3, cycles=2).forecast.lines
    whole = lines[0].arms["plan"].mean
    gender = [line for line in lines if line.label == "Gender"]
    assert sum(line.people * line.arms["plan"].mean for line in gender) / 12 == pytest.approx(whole, abs=1e-12)


def test_ranges_hold_what_is_expected_and_more(saved):
    forecast = saved(12, cell_size=3, cycles=2).forecast
    for arm, (low, high) in forecast.ranges.items():
        assert low <= forecast.lines[0].arms[arm].mean <= high
    assert forecast.ranges["plan"][0] < forecast.ranges["plan"][1]


def test_the_warning_stands_under_every_forecast(saved):
    page = (saved(12, cell_size=3, cycles=2).folder / "plan.html").read_text(encoding="utf-8")
    assert "Carrell, Sacerdote and West (2013)" in page and "harmed the weakest" in page
    assert "In this model more partners alone change nothing" in page


def estimate(mean, half=0.001):
    return Estimate(mean, mean - half, mean + half, half, 10)


ARMS = ("plan", "first-cells", "random", "flat-lecture")


def words_of(*differences, **length):
    """The answer of a forecast in which this plan has 62 points, with its differences from the three others."""
    lines = []
    for first, random, lecture in differences:
        each = dict(zip(ARMS[1:], (first, random, lecture), strict=True))
        arms = {"plan": estimate(0.62), **{arm: estimate(0.62 - one[0]) for arm, one in each.items()}}
        lines.append(Line("", "everybody", 9, arms, {arm: estimate(*one) for arm, one in each.items()}))
    ranges, ahead = dict.fromkeys(ARMS, (0.5, 0.7)), dict.fromkeys(ARMS[1:], (0.1, 0.3))
    return Forecast(tuple(lines), ranges, ahead, 10, 0.6, **length)


def test_words_say_more_fewer_or_no_difference():
    ahead, behind = ((0.0,), (0.001, 0.002), (0.28,)), ((0.02,), (0.01,), (-0.05,))
    forecast = words_of(ahead, behind, ahead)
    first, second, _ = answer_of(forecast)
    assert "62 of 100 points on average: 28 more than the lecture, no different from random cells" in first
    assert "62 points (5 fewer than the lecture)" in second and "62 % of the people reach the threshold of 60 points" in second
    words = forecast_words(forecast)
    assert words["ahead"] == "+10 to +30" and words["rows"][0][-1] == ("+28.0", "+27.9 to +28.1")
    assert words["header"][-3:] == [f"this plan minus {arm}" for arm in ("the cells of cycle 1", "random cells", "the lecture")]


def test_a_small_difference_is_said_with_its_number():
    assert "0.4 (too little to matter) more than random cells" in answer_of(words_of(*[((0.0,), (0.004,), (0.2,))] * 3))[0]
    assert "0.3 (too little to matter) fewer than random cells" in answer_of(words_of(*[((0.0,), (-0.003,), (0.2,))] * 3))[1]


def test_what_is_better_than_the_plan_is_said_first():
    better = answer_of(words_of(*[((-0.02,), (-0.003,), (0.2,))] * 3))[0]
    assert "not the best" in better and "the cells of cycle 1 for the whole course" in better
    assert "64 of 100 points, 2 more than this plan)" in better
    unsure = answer_of(words_of(*[((-0.02, 0.03), (0.0,), (0.2,))] * 3))
    assert "not the best" not in unsure[0]


def test_the_answer_says_how_long_the_simulated_course_is(saved):
    text = answer_of(saved(12, cell_size=3, cycles=2).forecast)[-1]
    assert "2 cycles of 10 sessions, 20 sessions in all" in text and "[organisation] cycle_length = 1" in text
    one = answer_of(words_of(*[((0.0,), (0.0,), (0.2,))] * 3, cycles=3, cycle_length=1, sessions=3))[-1]
    assert "3 cycles of 1 session, 3 sessions in all" in one and "cycle_length = 2" in one
