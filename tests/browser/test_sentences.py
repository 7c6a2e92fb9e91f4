"""Sentences: the sentences beside the pictures say the same numbers, and who is ahead."""

import re
from dataclasses import replace

import numpy as np
import pytest

from learnsim.browser.runs import Moment, TwoRuns
from learnsim.browser.sentences import clock_text, difference_sentences, leader_sentence, picture_text
from learnsim.grouping.preparation import prepare
from learnsim.settings import Settings

SMALL = {
    "organisation.trainees": 24,
    "organisation.communities": 2,
    "training.sessions": 25,
    "organisation.cycle_length": 10,
}


def pair_of(left="hybrid", right="flat-lecture", played=0, **changes):
    pair = TwoRuns(prepare(Settings().changed(SMALL | changes)), (left, right))
    pair.step(played)
    return pair


def test_before_the_first_session_both_are_level():
    sentences = difference_sentences(pair_of())
    assert re.fullmatch(
        r"Before the first session, hybrid and flat-lecture are level at \d+ of 100 points on average\.", sentences[0]
    )
    assert len(sentences) == 2


@pytest.mark.parametrize(("left", "right"), [("hybrid", "flat-lecture"), ("flat-lecture", "hybrid")])
def test_who_is_ahead_is_named_first_on_whichever_side(left, right):
    pair = pair_of(left, right, played=25)
    means = [float(pair.measures(side)["mean_mastery"][-1]) for side in (0, 1)]
    assert abs(means[0] - means[1]) > 0.01
    high, low = (round(100 * mean) for mean in (max(means), min(means)))
    assert difference_sentences(pair)[0] == (
        f"After 25 sessions, hybrid is {high - low} points ahead of flat-lecture: {high} of 100 against {low} on average."
    )


def test_one_session_is_written_in_the_singular():
    assert difference_sentences(pair_of(played=1))[0].startswith("After 1 session, ")
    assert difference_sentences(pair_of(played=2))[0].startswith("After 2 sessions, ")


def test_those_who_know_more_in_either_arm_and_those_alike_are_everybody():
    pair = pair_of(played=20)
    match = re.fullmatch(
        r"Of 24 trainees, (\d+) know more in hybrid, (\d+) in flat-lecture(?:, (\d+) alike)?\.", difference_sentences(pair)[1]
    )
    better, worse, alike = (int(number or 0) for number in match.groups())
    assert better + worse + alike == 24
    left, right = (curve[20].tolist() for curve in pair.curves)
    assert better == sum(mine > other for mine, other in zip(left, right, strict=True))
    assert worse == sum(mine < other for mine, other in zip(left, right, strict=True))


def test_the_same_training_twice_leaves_everybody_alike():
    sentences = difference_sentences(pair_of("hybrid", "hybrid", played=5))
    assert "are level at" in sentences[0]
    assert sentences[1] == "Of 24 trainees, 0 know more in hybrid, 0 in hybrid, 24 alike."
    assert sentences[2].endswith("slowest 0, fastest 0, quietest 0, most outgoing 0.")


def test_each_quarter_is_left_minus_right_with_its_sign():
    pair = pair_of("flat-lecture", "hybrid", played=25)
    left, right = (pair.measures(side) for side in (0, 1))
    sentence = difference_sentences(pair)[2]
    assert sentence.startswith("flat-lecture against hybrid, by quarter, in points: slowest -")
    numbers = [int(number) for number in re.findall(r"[+-]\d+", sentence)]
    expected = [100 * (left[key][-1] - right[key][-1]) for key in ("slow_mean", "fast_mean", "quiet_mean", "outgoing_mean")]
    assert numbers == pytest.approx(expected, abs=0.501)


@pytest.mark.parametrize(
    ("left", "right", "sentence"),
    [
        (0.5, 0.5, "left and right are level at 50 of 100 points on average."),
        (0.504, 0.496, "left is less than a point ahead of right: both are at 50 of 100 on average."),
        (0.496, 0.508, "right is 1 point ahead of left: 51 of 100 against 50 on average."),
        (0.615, 0.504, "left is 12 points ahead of right: 62 of 100 against 50 on average."),
        (1.0, 0.0, "left is 100 points ahead of right: 100 of 100 against 0 on average."),
    ],
)
def test_the_difference_shown_is_that_of_the_means_shown(left, right, sentence):
    every = tuple({"mean_mastery": np.array([mean])} for mean in (left, right))
    moment = Moment(Settings(), ("left", "right"), (np.zeros((1, 1)), np.zeros((1, 1))), 0, every)
    assert leader_sentence(moment) == f"Before the first session, {sentence}"


def test_a_quarter_of_nobody_is_not_mentioned():
    pair = pair_of(played=1)
    every = tuple({**pair.measures(side), "quiet_mean": np.array([np.nan, np.nan])} for side in (0, 1))
    sentences = difference_sentences(replace(pair.now, every=every))
    assert "nan" not in " ".join(sentences) and "quietest" not in " ".join(sentences)


def test_a_pictures_text_tells_its_numbers():
    means = np.linspace(0.0, 1.0, 11)
    assert picture_text("left, x", 3, means, 5, 1) == (
        "left, x after 3 sessions: 11 trainees in 5 cells of one community, at 50 of 100 points on average; "
        "a tenth is at 10 or below, half at 50 or below, a tenth at 90 or above"
    )


def test_one_replicate_is_never_reported_as_a_finding():
    for played in (0, 1, 25):
        assert "one replicate" in difference_sentences(pair_of(played=played))[-1]


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
    assert clock_text(pair_of(played=played)) == text


def test_the_clock_of_no_sessions_stands_still():
    assert clock_text(pair_of(played=3, **{"training.sessions": 0})) == "session 0 of 0, cycle 0 of 0"
