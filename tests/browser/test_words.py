"""Words: the sentences beside the pictures say the same numbers, and who is ahead."""

import re

import pytest

from learnsim.browser.pair import Pair
from learnsim.browser.words import clock_told, difference_told
from learnsim.settings import Settings

SMALL = {
    "organisation.trainees": 24,
    "organisation.communities": 2,
    "training.sessions": 25,
    "training.cycle_length": 10,
}


def pair_of(left="hybrid", right="flat-lecture", played=0, **changes):
    pair = Pair(Settings().changed(SMALL | changes), (left, right))
    pair.step(played)
    return pair


def test_before_the_first_session_both_are_level():
    said = difference_told(pair_of())
    assert re.fullmatch(
        r"Before the first session, hybrid and flat-lecture are level at a mean mastery of 0\.\d{3}\.", said[0]
    )
    assert len(said) == 2


@pytest.mark.parametrize(("left", "right"), [("hybrid", "flat-lecture"), ("flat-lecture", "hybrid")])
def test_who_is_ahead_is_named_first_on_whichever_side(left, right):
    pair = pair_of(left, right, played=25)
    means = [float(pair.measures(side)["mean_mastery"][-1]) for side in (0, 1)]
    assert abs(means[0] - means[1]) > 0.01
    assert difference_told(pair)[0] == (
        f"After 25 sessions, hybrid is {abs(means[0] - means[1]):.3f} of mastery ahead of flat-lecture: "
        f"{max(means):.3f} against {min(means):.3f} on average."
    )


def test_one_session_is_told_in_the_singular():
    assert difference_told(pair_of(played=1))[0].startswith("After 1 session, ")
    assert difference_told(pair_of(played=2))[0].startswith("After 2 sessions, ")


def test_those_who_know_more_in_either_arm_and_those_alike_are_everybody():
    pair = pair_of(played=20)
    found = re.fullmatch(
        r"Of 24 trainees, (\d+) know more in hybrid, (\d+) in flat-lecture(?:, (\d+) alike)?\.", difference_told(pair)[1]
    )
    better, worse, alike = (int(number or 0) for number in found.groups())
    assert better + worse + alike == 24
    left, right = (curve[20].tolist() for curve in pair.curves)
    assert better == sum(mine > other for mine, other in zip(left, right, strict=True))
    assert worse == sum(mine < other for mine, other in zip(left, right, strict=True))


def test_the_same_training_twice_leaves_everybody_alike():
    said = difference_told(pair_of("hybrid", "hybrid", played=5))
    assert "are level at" in said[0]
    assert said[1] == "Of 24 trainees, 0 know more in hybrid, 0 in hybrid, 24 alike."
    assert said[2].count("+0.000") == 4


def test_each_quarter_is_left_minus_right_with_its_sign():
    pair = pair_of("flat-lecture", "hybrid", played=25)
    left, right = (pair.measures(side) for side in (0, 1))
    said = difference_told(pair)[2]
    assert said.startswith("flat-lecture against hybrid, for whom: the slowest quarter ")
    told = [float(number) for number in re.findall(r"[+-]\d\.\d{3}", said)]
    expected = [left[key][-1] - right[key][-1] for key in ("slow_mean", "fast_mean", "quiet_mean", "outgoing_mean")]
    assert told == pytest.approx(expected, abs=0.00051)


def test_one_replicate_is_never_told_as_a_finding():
    for played in (0, 1, 25):
        assert "one replicate" in difference_told(pair_of(played=played))[-1]


@pytest.mark.parametrize(
    ("played", "told"),
    [
        (0, "session 0 of 25, cycle 1 of 3"),
        (1, "session 1 of 25, cycle 1 of 3"),
        (10, "session 10 of 25, cycle 1 of 3"),
        (11, "session 11 of 25, cycle 2 of 3"),
        (25, "session 25 of 25, cycle 3 of 3"),
    ],
)
def test_the_clock_tells_session_and_cycle(played, told):
    assert clock_told(pair_of(played=played)) == told


def test_the_clock_of_no_sessions_stands_still():
    assert clock_told(pair_of(played=3, **{"training.sessions": 0})) == "session 0 of 0, cycle 0 of 0"
