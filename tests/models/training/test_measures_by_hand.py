"""The columns of a record, worked by hand; missing where a ratio has no meaning, never an error."""

import math

import numpy as np
import pytest

from learnsim.models.training.info import RUN_MEASURES, SESSION_MEASURES
from learnsim.models.training.measures import run_measures

EIGHT = [[0.0], [0.1], [0.2], [0.3], [0.4], [0.6], [0.7], [0.9]]  # mean .4
STILL = {"groups": "none", "lecture": 1.0, "learning.lecture_effect": 0.0}


def test_a_record_has_every_column_and_one_row_more_than_sessions(run_both_engines):
    record = run_both_engines([[0.5]], **STILL, **{"training.sessions": 4})
    assert list(record.measures) == list(SESSION_MEASURES)
    assert {len(column) for column in record.measures.values()} == {5}
    assert record.to_frame().shape == (5, len(SESSION_MEASURES))
    assert record.to_frame().index.name == "session"


def test_mean_spread_and_percentiles_describe_trainees_means_over_items(run_both_engines, near):
    record = run_both_engines([[0.9 * x, 1.1 * x] for [x] in EIGHT], **STILL, **{"curriculum.mastery_threshold": 0.65})
    # trainees' means are 0 .1 .2 .3 .4 .6 .7 .9, and .4 is the mean of them
    assert record["mean_mastery"] == near(0.4)
    squares = 0.16 + 0.09 + 0.04 + 0.01 + 0 + 0.04 + 0.09 + 0.25
    assert record["sd_mastery"] == near(math.sqrt(squares / 8))
    pairs = sum(abs(a - b) for [a] in EIGHT for [b] in EIGHT)
    assert record["gini"] == near(pairs / (2 * 8 * 8 * 0.4))
    assert record["p10"] == near(0.07)  # .7 of the way from the first to the second of eight
    assert record["p90"] == near(0.7 + 0.3 * 0.2)  # place 6.3
    assert record["proficient"] == near(2 / 8)  # at a threshold of .65


def test_whoever_is_at_the_threshold_is_proficient(run_both_engines):
    record = run_both_engines(
        [[0.5, 0.75], [0.625, 0.5], [1.0, 0.25]], **STILL, **{"curriculum.mastery_threshold": 0.625}
    )
    assert record["proficient"].tolist() == [2 / 3, 2 / 3]


def test_gini_is_zero_where_nobody_knows_anything(run_both_engines):
    assert run_both_engines([[0.0]] * 3, **STILL)["gini"].tolist() == [0.0, 0.0]


def test_quarters_are_the_slow_the_fast_the_quiet_and_the_outgoing(run_both_engines, near):
    record = run_both_engines(
        EIGHT,
        speed=[0.9, 0.8, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6],
        sociability=[0.5, 0.5, 0.4, 0.4, 0.1, 0.9, 0.8, 0.2],
        **STILL,
    )
    assert record["slow_mean"] == near((0.2 + 0.3) / 2)
    assert record["fast_mean"] == near((0.0 + 0.1) / 2)
    assert record["slow_fast_gap"] == near(0.05 - 0.25)
    assert record["quiet_mean"] == near((0.4 + 0.9) / 2)
    assert record["outgoing_mean"] == near((0.6 + 0.7) / 2)
    assert record["quiet_outgoing_gap"] == near(0.65 - 0.65)


def test_of_equals_the_lower_numbers_count_as_the_slower(run_both_engines, near):
    """The lower numbers are the slowest quarter, the higher ones the fastest."""
    record = run_both_engines(EIGHT, speed=0.5, sociability=0.5, **STILL)
    for low, high in (("slow_mean", "fast_mean"), ("quiet_mean", "outgoing_mean")):
        assert record[low] == near(0.05)
        assert record[high] == near(0.8)


@pytest.mark.parametrize(("people", "quarter"), [(1, 1), (3, 1), (4, 1), (7, 1), (8, 2)])
def test_a_quarter_is_rounded_down_but_never_empty(run_both_engines, near, people, quarter):
    record = run_both_engines(EIGHT[:people], speed=0.5, **STILL)
    assert record["slow_mean"] == near(sum(x for [x] in EIGHT[:quarter]) / quarter)
    assert record["fast_mean"] == near(sum(x for [x] in EIGHT[people - quarter : people]) / quarter)


def test_evenness_is_the_ratio_of_rates_of_learning_and_one_at_equality(run_both_engines, near):
    """One where both quarters learn at the same rate."""
    lecture = {"groups": "none", "lecture": 1.0, "learning.lecture_effect": 0.5, "training.sessions": 2}
    record = run_both_engines([[0.2], [0.6]], speed=[0.2, 0.6], **lecture)
    assert math.isnan(record["evenness_speed"][0])
    assert record["evenness_speed"][1:] == near(math.log(0.9) / math.log(0.7))
    same = run_both_engines([[0.2], [0.6]], speed=[0.4, 0.4], **lecture)
    assert same["evenness_speed"][1:] == near(1.0)


@pytest.mark.parametrize(
    ("slow", "fast", "effect"),
    [
        (0.2, 1.0, 0.5),  # the fastest know everything already
        (1.0, 0.2, 0.5),  # the slowest do
        (0.2, 0.2, 0.0),  # nobody learns
        (0.2, 0.5, 1.0),  # the fastest reach 1
    ],
)
def test_evenness_is_missing_where_it_is_undefined(run_both_engines, slow, fast, effect):
    record = run_both_engines([[slow], [fast]], speed=[0.5, 1.0], **(STILL | {"learning.lecture_effect": effect}))
    assert np.isnan(record["evenness_speed"]).all()


def test_evenness_counts_forgetting_as_learning_backwards(run_both_engines, near):
    record = run_both_engines([[0.4], [0.8]], speed=[0.1, 0.9], **STILL, **{"learning.forgetting": 0.5})
    assert record["evenness_speed"][1] == near(math.log(0.6 / 0.8) / math.log(0.2 / 0.6))


def test_gain_is_the_share_of_what_was_missing_that_has_been_learned(run_both_engines, near):
    record = run_both_engines(
        [[0.2], [0.6]], speed=0.5, **(STILL | {"learning.lecture_effect": 0.5, "training.sessions": 2})
    )
    assert record["gain"] == near(np.array([0.0, 0.25, 1 - 0.75 * 0.75]))


def test_gain_is_missing_where_nothing_was_missing(run_both_engines):
    assert np.isnan(run_both_engines([[1.0], [1.0]], **STILL)["gain"]).all()


def test_forgetting_is_a_negative_gain(run_both_engines, near):
    record = run_both_engines([[0.5]], **STILL, **{"learning.forgetting": 0.5})
    assert record["gain"][1] == near(1 - 0.75 / 0.5)


@pytest.mark.parametrize(
    ("groups", "partners"), [("none", 0.0), ("cells", 1.0), ("community", 3.0), ("organisation", 7.0)]
)
def test_partners_are_the_others_of_ones_group(run_both_engines, groups, partners):
    interest = [[1.0, 0.0]] * 4 + [[0.0, 1.0]] * 4
    lecture = 1.0 if groups == "none" else 0.5
    record = run_both_engines(
        EIGHT,
        interest=interest,
        groups=groups,
        lecture=lecture,
        exchange=1.0 - lecture,
        **{"organisation.cell_size": 2, "learning.lecture_effect": 0.0},
    )
    assert record["partners"].tolist() == [partners] * 2


@pytest.mark.parametrize(
    ("groups", "lecture", "council", "instructor", "hours"),
    [
        ("none", 1.0, 0.0, False, 1.0),
        ("cells", 0.25, 0.5, False, 0.25),
        ("cells", 0.25, 0.5, True, 0.25 + 2 * 0.25),
        ("community", 0.0, 0.5, True, 2 * 0.25),
        ("organisation", 0.0, 0.5, True, 0.25),
    ],
)
def test_the_instructors_time_is_the_lecture_and_half_of_every_council(
    run_both_engines, near, groups, lecture, council, instructor, hours
):
    record = run_both_engines(
        EIGHT,
        interest=[[1.0, 0.0]] * 4 + [[0.0, 1.0]] * 4,
        groups=groups,
        lecture=lecture,
        council=council,
        instructor=instructor,
        exchange=1.0 - lecture,
        **{"training.sessions": 3},
    )
    assert record["instructor_time"] == near(hours * np.arange(4))


def test_the_helpers_hours_are_every_briefing_exchange_and_consultation(run_both_engines, near):
    """Two cells of two: each is briefed for .3 f, each of four exchanges for .5 f, both officers consult."""
    settings = {"organisation.cell_size": 2, "training.sessions": 3, "learning.forgetting": 0.01}
    record = run_both_engines(
        [[0.1, 0.1], [0.2, 0.4], [0.1, 0.1], [0.4, 0.2]],
        speed=[0.01, 0.02, 0.03, 0.04],
        sociability=1.0,
        groups="cells",
        shuffle="streamed",
        lecture=0.2,
        council=0.2,
        briefing=0.3,
        exchange=0.5,
        **settings,
    )
    f = 1 - 0.2 / 0.8
    assert record["helper_time"] == near(np.arange(4) * (2 * 0.3 * f + 4 * 0.5 * f + 2 * 0.2))


def test_an_exchange_without_the_officer_takes_its_whole_share(run_both_engines):
    """Three people, of whom one approaches: with the officer for .25, with the other for .5."""
    hours = set()
    for seed in range(12):
        record = run_both_engines(
            [[0.1], [0.2], [0.9]],
            speed=0.1,
            sociability=[1.0, 0.0, 0.0],
            lecture=0.5,
            council=0.25,
            exchange=0.5,
            seed=seed,
        )
        hours.add(float(record["helper_time"][1]))
    assert hours == {0.25, 0.5}


def test_someone_alone_in_a_cell_is_neither_briefed_nor_approached(run_both_engines):
    record = run_both_engines([[0.1]], sociability=1.0, briefing=0.5, exchange=0.5)
    assert record["helper_time"].tolist() == [0.0, 0.0]


def test_a_run_is_summed_up_by_sessions_to_a_level_and_mean_over_time(run_both_engines, near):
    lecture = {"groups": "none", "lecture": 1.0, "learning.lecture_effect": 1.0, "training.sessions": 4}
    totals = run_measures(run_both_engines([[0.0]], speed=0.5, **lecture).measures, 0.3)  # 0, .5, .75, .875, .9375
    assert set(totals) == set(SESSION_MEASURES) | set(RUN_MEASURES)
    assert totals["sessions_to_half"] == 1.0
    assert totals["sessions_to_0_8"] == 3.0
    assert totals["mean_over_time"] == near((0 + 0.5 + 0.75 + 0.875 + 0.9375) / 5)
    assert totals["mean_mastery"] == 0.9375


def test_a_level_never_reached_is_missing_and_one_at_the_start_takes_none(run_both_engines):
    """A level that is never reached is missing; one that was there at the start took no session."""
    totals = run_measures(run_both_engines([[0.6]], **STILL).measures, 0.3)
    assert totals["sessions_to_half"] == 0.0
    assert math.isnan(totals["sessions_to_0_8"])


def test_a_level_counts_from_when_it_is_first_reached():
    """Even if it is lost again."""
    totals = run_measures(_measured([0.1, 0.6, 0.4, 0.9, 0.3]), 0.3)
    assert (totals["sessions_to_half"], totals["sessions_to_0_8"], totals["mean_mastery"]) == (1.0, 3.0, 0.3)


def _measured(mean, gap=None):
    """A run with this mean mastery after each session, and all gaps the same."""
    gaps = np.array(mean if gap is None else gap)
    return {"mean_mastery": np.array(mean)} | dict.fromkeys(("sd_mastery", "slow_fast_gap", "quiet_outgoing_gap"), gaps)


@pytest.mark.parametrize(
    ("level", "gap"), [(0.1, 0.0), (0.0, 0.0), (0.2, 0.1), (0.3, 0.2), (0.45, 0.5), (0.5, 0.6)]
)
def test_a_gap_at_equal_mean_is_read_where_the_mean_first_gets_there(level, gap, near):
    """On a straight line between two rows; 0.45 is reached half-way between 0.4 and 0.5, for the first time."""
    totals = run_measures(_measured([0.1, 0.3, 0.2, 0.4, 0.5], [0.0, 0.2, 0.9, 0.4, 0.6]), level)
    for name in ("sd_at_equal_mean", "slow_fast_gap_at_equal_mean", "quiet_outgoing_gap_at_equal_mean"):
        assert totals[name] == near(gap)


def test_a_gap_at_a_mean_that_is_never_reached_is_missing():
    totals = run_measures(_measured([0.1, 0.3]), 0.300001)
    assert math.isnan(totals["slow_fast_gap_at_equal_mean"])


def test_each_gap_at_equal_mean_is_of_its_own_measure():
    measures = {name: np.array([0.1, place]) for place, name in enumerate(SESSION_MEASURES, 1)}
    totals = run_measures(measures | {"mean_mastery": np.array([0.1, 0.3])}, 0.3)
    for name in ("sd_mastery", "slow_fast_gap", "quiet_outgoing_gap"):
        assert totals[f"{name.removesuffix('_mastery')}_at_equal_mean"] == measures[name][1]


def test_a_run_of_no_sessions_records_how_people_were(run_both_engines):
    record = run_both_engines([[0.25, 0.75]], **STILL, **{"training.sessions": 0})
    assert record["mean_mastery"].tolist() == [0.5]
    assert record["gain"].tolist() == [0.0]
    assert record.mastery.tolist() == [[0.25, 0.75]]
