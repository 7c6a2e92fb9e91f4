"""Each rule of learning, worked by hand with small numbers.
The rules are plain functions, so most of these truths hold in every bit.
"""

import numpy as np
import pytest

from learnsim.models.training.rules import (
    CALENDAR,
    FASTEST,
    MEAN,
    MEDIAN,
    SLOWEST,
    THROTTLES,
    current_item,
    engagement,
    gain,
    lecture_item,
    rapport,
    readiness,
    retained,
    standing,
)


def test_one_session_of_undivided_help_closes_a_share_speed_of_the_gap():
    assert gain(1.0, 1.0, 0.25, 1.0, 1.0, 1.0, 0.5) == 0.125
    assert gain(1.0, 1.0, 0.5, 1.0, 1.0, 0.75, 0.25) == 0.25


def test_share_effect_engagement_and_readiness_multiply():
    assert gain(0.5, 0.5, 0.5, 0.5, 0.5, 1.0, 0.0) == 1 / 32
    assert gain(0.3, 0.7, 0.4, 0.9, 0.8, 0.9, 0.2) == pytest.approx(
        0.3 * 0.7 * 0.4 * 0.9 * 0.8 * 0.7, abs=1e-15
    )


def test_no_event_closes_more_than_the_whole_gap():
    assert gain(1.0, 50.0, 1.0, 1.0, 1.0, 1.0, 0.25) == 0.75


def test_a_source_at_or_below_the_learner_teaches_nothing():
    assert gain(1.0, 1.0, 1.0, 1.0, 1.0, 0.4, 0.5) == 0.0
    assert gain(1.0, 1.0, 1.0, 1.0, 1.0, 0.5, 0.5) == 0.0


def test_readiness_is_full_after_full_mastery_and_lower_otherwise():
    assert readiness(1.0, 0.75) == 1.0
    assert readiness(0.0, 0.75) == 0.25
    assert readiness(0.5, 0.5) == 0.75
    assert readiness(0.0, 0.0) == 1.0


def test_engagement_is_full_in_the_favourite_topic_and_lower_elsewhere():
    assert engagement(1.0, 0.25) == 1.0
    assert engagement(0.0, 0.25) == 0.75
    assert engagement(0.5, 0.5) == 0.75


def test_people_just_put_together_have_the_rapport_r0():
    assert rapport(0, 7, 4, 0.625, 0.6) == 0.625
    assert rapport(7, 0, 4, 0.625, 0.6) == 0.625


def test_rapport_grows_with_the_shorter_of_two_tenures_until_it_is_full():
    # two sessions of the four that a cell of 3 takes at two sessions a cellmate
    assert rapport(2, 9, 3, 0.5, 2.0) == 0.75
    assert rapport(9, 2, 3, 0.5, 2.0) == 0.75
    assert rapport(4, 4, 3, 0.5, 2.0) == 1.0
    assert rapport(400, 400, 3, 0.5, 2.0) == 1.0


def test_a_large_group_takes_longer_to_know():
    assert [rapport(2, 2, size, 0.0, 1.0) for size in (2, 3, 5, 9)] == [1.0, 1.0, 0.5, 0.25]


def test_rapport_is_full_at_once_when_it_takes_no_time_or_nobody_is_there():
    assert rapport(0, 0, 6, 0.5, 0.0) == 1.0
    assert rapport(0, 0, 1, 0.5, 0.6) == 1.0


def test_the_lecture_stays_with_an_item_and_begins_anew_after_the_last():
    assert [lecture_item(t, 2, 3) for t in range(9)] == [0, 0, 1, 1, 2, 2, 0, 0, 1]


@pytest.mark.parametrize(
    ("throttle", "of_four", "of_three"),
    [(SLOWEST, 0.125, 0.125), (MEDIAN, 0.375, 0.5), (MEAN, 0.46875, 1.625 / 3), (FASTEST, 1.0, 1.0)],
)
def test_the_standing_is_the_throttles_statistic_of_the_members(throttle, of_four, of_three):
    assert standing(throttle, np.array([0.5, 1.0, 0.125, 0.25]), 4) == of_four
    assert standing(throttle, np.array([0.5, 1.0, 0.125]), 3) == pytest.approx(of_three, abs=1e-15)


def test_the_standing_looks_at_no_more_members_than_the_cell_has():
    for throttle in (SLOWEST, MEDIAN, MEAN, FASTEST):
        assert standing(throttle, np.array([0.25, 0.75, 99.0]), 2) == {0: 0.25, 3: 0.75}.get(throttle, 0.5)


def test_every_throttle_has_a_number_of_its_own():
    assert [THROTTLES[name] for name in ("slowest", "median", "mean", "fastest", "calendar")] == [
        SLOWEST,
        MEDIAN,
        MEAN,
        FASTEST,
        CALENDAR,
    ]
    assert len(set(THROTTLES.values())) == 5


def test_the_current_item_is_the_first_below_the_threshold():
    assert current_item([0.9, 0.5, 0.1], 3, 0.6) == 1
    assert current_item([0.1, 0.5, 0.9], 3, 0.6) == 0


def test_standing_exactly_at_the_threshold_is_good_enough():
    assert current_item([0.6, 0.7, 0.5], 3, 0.6) == 2


def test_the_current_item_is_the_lowest_when_none_is_below_the_threshold():
    assert current_item([0.9, 0.7, 0.8], 3, 0.6) == 1
    assert current_item([0.9, 0.7, 0.7], 3, 0.6) == 1
    assert current_item([1.0, 1.0, 1.0], 3, 0.6) == 0


def test_gains_are_applied_once_and_then_a_share_is_forgotten():
    assert retained(0.5, 0.25, 0.0) == 0.75
    assert retained(0.5, 0.25, 0.5) == 0.375
    assert retained(0.75, 0.75, 0.25) == 0.75
    assert retained(0.5, 0.0, 1.0) == 0.0
