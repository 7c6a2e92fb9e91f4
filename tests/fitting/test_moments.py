"""Moments: what a test with chance has on average is what is computed without that chance."""

from __future__ import annotations

import numpy as np
import pytest

import learnsim
from learnsim.fitting.moments import drawn_scores, expected_moments, right_answers, score_moments
from learnsim.fitting.observed import Runs
from learnsim.models.runs import run_arm
from learnsim.settings.fit import Fit


@pytest.mark.exact
@pytest.mark.parametrize("guess", [0.0, 0.25])
def test_the_moments_of_many_drawn_tests_are_the_expected_ones(guess):
    fit = Fit(questions=20, guess=guess, later=10)
    chance = np.random.default_rng(3)
    start = chance.uniform(0.1, 0.6, 4_000)
    end = start + chance.uniform(0.0, 0.3, 4_000)
    drawn = [score_moments(drawn_scores(start, end, 0.9 * end, fit, chance)) for _ in range(200)]
    mean, error = np.mean(drawn, axis=0), np.std(drawn, axis=0, ddof=1) / np.sqrt(len(drawn))
    assert np.all(np.abs(mean - expected_moments(start, end, 0.9 * end, fit)) < 4.0 * error + 1e-4)


def test_who_knows_nothing_guesses_and_who_knows_all_is_always_right():
    assert right_answers(np.array([0.0, 1.0]), 0.25).tolist() == [0.25, 1.0]
    assert expected_moments(np.zeros(9), np.ones(9), None, Fit()).tolist() == [1.0, 0.0, 0.0]  # no spread, so no slope


@pytest.mark.exact
def test_a_later_test_is_that_of_people_who_were_idle_so_long():
    tables = {"organisation": {"trainees": 24, "communities": 2}, "training": {"sessions": 10}, "experiment": {"seed": 1}}
    settings = learnsim.experiment({**tables, "fit": {"later": 15}, "arms": {"flat-lecture": {}}}).settings
    idle = learnsim.experiment({
        **tables,
        "training": {"sessions": 25},
        "arms": {"idle": {"preset": "flat-lecture", "phases": [{"from": 10, "lecture": 0.0, "idle": 1.0}]}},
    }).settings  # fmt: skip
    _, _, later = Runs(settings, "flat-lecture", range(0)).mastery(4)
    assert later == pytest.approx(run_arm(idle, "idle", 4).standing(), abs=1e-12)


def test_people_before_the_training_are_those_of_every_arm():
    settings = learnsim.experiment({"organisation": {"trainees": 24, "communities": 2}, "experiment": {"seed": 1}, "arms": {"flat-lecture": {}, "hybrid": {}}}).settings  # fmt: skip
    first, second = (Runs(settings, arm, range(0)).mastery(2)[0] for arm in ("flat-lecture", "hybrid"))
    assert first.tolist() == second.tolist()
