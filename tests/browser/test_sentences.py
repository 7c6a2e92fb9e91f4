"""Sentences: clock and picture of Mesa's page as text, with the numbers that are drawn."""

import numpy as np
import pytest

from learnsim.browser.sentences import clock_text, picture_text
from learnsim.browser.single_run import SingleRun
from learnsim.models.training.model import TrainingModel
from learnsim.settings import Settings

SMALL = {"organisation.trainees": 20, "organisation.communities": 2, "training.sessions": 25}


def run_of(played, **changes):
    run = SingleRun(TrainingModel("hybrid", Settings().changed(SMALL | changes), seed=1))
    for _ in range(min(played, run.sessions)):
        run.model.step()
    return run


def test_a_pictures_text_tells_its_numbers():
    means = np.linspace(0.0, 1.0, 11)
    assert picture_text("left, x", 3, means, 5, 1) == (
        "left, x after 3 sessions: 11 trainees in 5 cells of one community, at 50 of 100 points on average; "
        "a tenth is at 10 or below, half at 50 or below, a tenth at 90 or above"
    )


@pytest.mark.parametrize(
    ("played", "text"),
    [
        (0, "session 0 of 25, cycle 1 of 3"),
        (1, "session 1 of 25, cycle 1 of 3"),
        (10, "session 10 of 25, cycle 1 of 3"),
        (11, "session 11 of 25, cycle 2 of 3"),
        (25, "session 25 of 25, cycle 3 of 3"),
    ],
)
def test_the_clock_tells_session_and_cycle(played, text):
    assert clock_text(run_of(played)) == text


def test_the_clock_of_no_sessions_stands_still():
    assert clock_text(run_of(3, **{"training.sessions": 0})) == "session 0 of 0, cycle 0 of 0"
