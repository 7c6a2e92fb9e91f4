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


def test_words_say_more_fewer_or_no_difference():
    def line(differences):
        arms = dict.fromkeys(("plan", "random", "flat-lecture"), estimate(0.62))
        return Line("", "everybody", 9, arms, {arm: estimate(*one) for arm, one in differences.items()})

    ahead = line({"random": (0.001, 0.002), "flat-lecture": (0.28,)})
    behind = line({"random": (0.01,), "flat-lecture": (-0.05,)})
    forecast = Forecast((ahead, behind, ahead), dict.fromkeys(("plan", "random", "flat-lecture"), (0.5, 0.7)),
                        {"random": (0.0, 0.1), "flat-lecture": (0.1, 0.3)}, 10, 0.6)  # fmt: skip
    first, second = answer_of(forecast)
    assert "62 of 100 points on average: 28 more than the lecture, no different from random cells" in first
    assert "62 points (5 fewer than the lecture)" in second and "62 of 100 people reach the threshold of 60 points" in second
    words = forecast_words(forecast)
    assert words["ahead"] == "+10 to +30" and words["rows"][0][-1] == ("+28.0", "+27.9 to +28.1")
