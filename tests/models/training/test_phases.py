"""The phases of a session, each worked by hand in cases where chance decides nothing.
The arithmetic is the model's equations written out; no rule is called.
"""

import itertools

import numpy as np
import pytest

from learnsim.models.runs import run_arm
from learnsim.settings import ArmTable, Settings


def test_trainees_follow_the_lecture_as_engaged_and_ready_as_they_are(run_both_engines, near):
    speed, interest = [0.5, 0.8], [[1.0, 0.5], [0.25, 1.0]]
    k = [[0.2, 0.0, 0.1], [0.5, 0.3, 0.0]]
    for groups, share, rest in (("none", 1.0, 0.0), ("cells", 0.5, 0.5)):
        record = run_both_engines(
            k,
            speed=speed,
            interest=interest,
            groups=groups,
            lecture=share,
            exchange=rest,  # nobody approaches anybody
            **{
                "curriculum.sessions_per_item": 2,
                "curriculum.prerequisite": 0.7,
                "people.interest_weight": 0.4,
                "learning.lecture_effect": 0.6,
                "learning.forgetting": 0.1,
                "training.sessions": 8,
            },
        )
        now = [row.copy() for row in k]
        for session, item in enumerate([0, 0, 1, 1, 2, 2, 0, 0]):
            topic = item % 2  # not the trainee's own community
            for i in range(2):
                e = 1 - 0.4 * (1 - interest[i][topic])
                r = 1 if item == 0 else 1 - 0.7 * (1 - now[i][item - 1])
                now[i][item] += share * 0.6 * speed[i] * e * r * (1 - now[i][item])
                now[i] = [0.9 * level for level in now[i]]
            assert record.trace.mastery[session + 1] == near(np.array(now))


def test_the_lecture_does_not_wait_for_anybody(run_both_engines):
    k = [[1.0, 0.0], [0.0, 0.0]]
    record = run_both_engines(k, groups="none", lecture=1.0, **{"learning.lecture_effect": 0.5, "training.sessions": 2})
    assert record.mastery.tolist() == [[1.0, 0.5], [0.5, 0.5]]


def test_the_instructor_raises_officers_on_their_cells_current_item(run_both_engines, near):
    """For half of the council."""
    k = [[0.9, 0.4, 0.2], [0.7, 0.3, 0.1]]  # item 1 is the first below 0.6
    record = run_both_engines(
        k,
        speed=[0.5, 0.25],
        interest=[[0.5], [1.0]],
        council=0.4,
        instructor=True,
        exchange=1.0,
        **{
            "learning.council_effect": 0.8,
            "curriculum.prerequisite": 0.7,
            "people.interest_weight": 0.3,
        },
    )
    r, e = 1 - 0.7 * (1 - 0.9), 1 - 0.3 * (1 - 0.5)
    taught = 0.2 * 0.8 * 0.5 * e * r * (1 - 0.4)
    assert record.mastery == near(np.array([[0.9, 0.4 + taught, 0.2], [0.7, 0.3, 0.1]]))


def test_an_officers_engagement_is_in_their_own_community(run_both_engines, near):
    """Whatever the item's topic."""
    k = [[0.9, 0.1], [0.9, 0.1]]
    record = run_both_engines(
        k,
        speed=0.5,
        interest=[[0.8, 0.1], [0.2, 0.6]],  # item 1 belongs to topic 1
        groups="community",
        council=0.4,
        instructor=True,
        exchange=1.0,
        **{"people.interest_weight": 0.5, "learning.council_effect": 1.0},
    )
    taught = [0.2 * 0.5 * (1 - 0.5 * (1 - w)) * 0.9 for w in (0.8, 0.6)]
    assert record.mastery == near(np.array([[0.9, 0.1 + taught[0]], [0.9, 0.1 + taught[1]]]))


def test_a_lone_officer_loses_the_time_of_consultation(run_both_engines):
    k = [[0.5, 0.2], [0.4, 0.1]]
    record = run_both_engines(k, council=1.0, exchange=1.0, sociability=1.0)  # all of the officers' time
    assert record.mastery.tolist() == k
    assert record["helper_time"].tolist() == [0.0, 0.0]


COUNCIL = {
    "speed": [0.1, 0.2, 0.3, 0.4],  # streamed: trainees 0 and 1 are one cell, 2 and 3 the other
    "groups": "cells",
    "shuffle": "streamed",
    "organisation.cell_size": 2,
}


@pytest.mark.parametrize(("instructor", "length"), [(False, 0.4), (True, 0.2)])
def test_two_officers_consult_each_other_on_the_item_with_the_largest_gain(run_both_engines, near, instructor, length):
    k = [[0.0, 0.0, 0.0], [0.9, 0.1, 0.5], [0.0, 0.0, 0.0], [0.2, 0.7, 0.8]]
    record = run_both_engines(
        k,
        **COUNCIL,
        helpfulness=[1.0, 0.5, 1.0, 0.75],
        council=0.4,
        instructor=instructor,
        exchange=1.0,
        **{
            "learning.help_effect": 0.9,
            "learning.council_effect": 0.0,
            "learning.initial_rapport": 0.0,  # rapport plays no part among officers
            "curriculum.prerequisite": 0.7,
        },
    )
    # officer 1 could learn .6 of item 1 at readiness .93, or .3 of item 2 at readiness .37
    first = length * 0.9 * 0.75 * 0.2 * (1 - 0.7 * (1 - 0.9)) * (0.7 - 0.1)
    # officer 3 could learn .7 of item 0 only
    third = length * 0.9 * 0.5 * 0.4 * (0.9 - 0.2)
    assert record.mastery == near(np.array([k[0], [0.9, 0.1 + first, 0.5], k[2], [0.2 + third, 0.7, 0.8]]))
    assert record["helper_time"][1] == near(2 * length)


def test_officers_prefer_the_largest_gain_to_the_largest_gap(run_both_engines, near):
    k = [[0.0, 0.0], [0.1, 0.0], [0.0, 0.0], [0.5, 0.6]]
    record = run_both_engines(
        k,
        **COUNCIL,
        council=0.4,
        exchange=1.0,
        **{"curriculum.prerequisite": 0.9, "learning.joint_effect": 0.0},
    )
    # a gap of .4 at readiness 1 against a gap of .6 at readiness .19
    assert record.mastery[1] == near(np.array([0.1 + 0.4 * 0.2 * 0.4, 0.0]))


def test_of_equal_gains_officers_take_the_lowest_item(run_both_engines, near):
    k = [[0.0, 0.0], [0.25, 0.25], [0.0, 0.0], [0.75, 0.75]]
    record = run_both_engines(k, **COUNCIL, council=0.4, exchange=1.0)
    assert record.mastery[1] == near(np.array([0.25 + 0.4 * 0.2 * 0.5, 0.25]))


def test_an_officer_consults_officers_of_their_own_community_only(run_both_engines):
    k = [[0.1], [0.9]]  # two communities of one person each
    record = run_both_engines(k, interest=[[1.0, 0.0], [0.0, 1.0]], groups="cells", council=1.0, exchange=1.0)
    assert record.mastery.tolist() == k


def test_the_briefing_raises_members_toward_the_officer_and_rapport_grows(run_both_engines, near):
    """On the cell's current item."""
    k = [[0.9, 0.8, 0.1], [0.9, 0.2, 0.0], [0.5, 0.1, 0.3]]
    speed, helpful = [0.5, 0.4, 0.8], [0.75, 1.0, 1.0]
    record = run_both_engines(
        k,
        speed=speed,
        helpfulness=helpful,
        interest=[[1.0], [0.5], [0.25]],
        lecture=0.2,
        briefing=0.3,
        exchange=0.5,
        **{
            "learning.lecture_effect": 0.0,
            "learning.help_effect": 0.9,
            "learning.initial_rapport": 0.6,
            "learning.rapport_sessions": 0.6,
            "people.interest_weight": 0.4,
            "curriculum.prerequisite": 0.7,
            "training.sessions": 4,
        },
    )
    now = [row.copy() for row in k]
    for session, rapport in enumerate([0.6, 0.6 + 0.4 * 1 / 1.2, 1.0, 1.0]):
        for i, interest in ((1, 0.5), (2, 0.25)):
            e, r = 1 - 0.4 * (1 - interest), 1 - 0.7 * (1 - now[i][0])
            now[i][1] += 0.3 * 0.9 * 0.75 * rapport * speed[i] * e * r * (0.8 - now[i][1])
        assert record.trace.mastery[session + 1] == near(np.array(now))
    assert record["helper_time"] == near(np.arange(5) * 0.3)


def test_a_briefing_by_an_officer_who_knows_less_teaches_nothing(run_both_engines):
    k = [[0.5, 0.9], [0.55, 0.1]]  # trainee 0 knows most, but less of item 0
    assert run_both_engines(k, briefing=1.0).mastery.tolist() == k


def test_no_help_however_strong_lifts_anybody_above_the_helper(run_both_engines, near):
    record = run_both_engines([[0.6], [0.2]], briefing=1.0, **{"learning.help_effect": 50.0})
    assert record.mastery == near(np.array([[0.6], [0.6]]))


def test_officers_have_less_time_for_their_cell_by_what_the_council_takes(run_both_engines, near):
    k = [[0.8], [0.2]]
    for council, left in ((0.0, 1.0), (0.15, 0.75), (0.6, 0.0)):
        record = run_both_engines(
            k, speed=0.5, lecture=0.4, council=council, briefing=0.6, **{"learning.lecture_effect": 0.0}
        )
        assert record.mastery == near(np.array([[0.8], [0.2 + 0.6 * left * 0.5 * 0.6]]))
        assert record["helper_time"][1] == near(0.6 * left)


@pytest.mark.parametrize(
    ("throttle", "item"),
    [("calendar", 0), ("slowest", 1), ("median", 2), ("mean", 3), ("fastest", 4)],
)
def test_the_throttle_decides_which_item_a_cell_is_at(run_both_engines, near, throttle, item):
    # threshold .6; the lecture is at item 0, where everybody is past it
    table = np.array(
        [
            [0.75, 1.0, 1.00, 1.0, 0.50],  # the officer
            [0.70, 0.5, 0.50, 0.2, 0.40],  # item 1: slowest .5, median .725, mean .7375
            [0.70, 0.9, 0.55, 0.3, 0.40],  # item 2: median .575, mean .6625
            [0.70, 0.55, 0.60, 0.4, 0.40],  # item 3: mean .475, fastest 1; item 4: fastest .5
        ]
    )
    record = run_both_engines(table, speed=0.5, briefing=1.0, **{"training.throttle": throttle})
    expected = table.copy()
    expected[1:, item] += 0.5 * np.maximum(0, table[0, item] - table[1:, item])
    assert record.mastery == near(expected)


def test_the_median_of_an_odd_cell_is_its_middle_member(run_both_engines, near):
    k = [[1.0, 1.0], [0.5, 0.0], [0.7, 0.0]]  # item 0: median .7
    record = run_both_engines(k, speed=0.5, briefing=1.0, **{"training.throttle": "median"})
    assert record.mastery == near(np.array([[1.0, 1.0], [0.5, 0.5], [0.7, 0.5]]))


def test_a_cell_past_the_threshold_everywhere_works_on_its_weakest_item(run_both_engines, near):
    k = [[1.0, 0.9, 1.0], [0.8, 0.7, 0.75]]
    record = run_both_engines(k, speed=0.5, briefing=1.0)
    assert record.mastery == near(np.array([[1.0, 0.9, 1.0], [0.8, 0.8, 0.75]]))


def test_the_current_item_has_no_memory(run_both_engines, near):
    k = [[1.0, 1.0], [0.2, 0.0]]
    record = run_both_engines(
        k,
        speed=0.5,
        briefing=1.0,
        **{"training.sessions": 3, "learning.forgetting": 0.2, "training.throttle": "slowest"},
    )
    # .2 -> (.2+.4)*.8 = .48 -> the officer, now at .8, lifts it to (.48+.16)*.8 = .512: still item 0
    assert record.trace.mastery[:, 1, 0] == near(
        np.array([0.2, 0.48, 0.512, (0.512 + 0.5 * (0.64 - 0.512)) * 0.8])
    )
    assert record.mastery[1, 1] == 0.0


def test_two_who_approach_each_other_gain_help_and_joint_work(run_both_engines, near):
    """Each on the item that gives them most."""
    k = [[0.8, 0.1, 0.0], [0.2, 0.6, 0.0]]
    s, h, r0 = [0.5, 0.25], [0.75, 0.5], 0.6
    record = run_both_engines(
        k,
        speed=s,
        helpfulness=h,
        sociability=1.0,
        interest=[[0.9], [0.5]],
        lecture=0.5,
        exchange=0.5,
        **{
            "learning.lecture_effect": 0.0,
            "learning.help_effect": 0.9,
            "learning.joint_effect": 0.3,
            "learning.initial_rapport": r0,
            "people.interest_weight": 0.4,
            "curriculum.prerequisite": 0.7,
            "learning.forgetting": 0.01,
        },
    )
    e = [1 - 0.4 * (1 - 0.9), 1 - 0.4 * (1 - 0.5)]

    def ready(i, j):
        return 1 if j == 0 else 1 - 0.7 * (1 - k[i][j - 1])

    def helped(i, p, j):
        return 0.5 * 0.9 * h[p] * r0 * s[i] * e[i] * ready(i, j) * max(0, k[p][j] - k[i][j])

    def joint(i, j):
        return 0.5 * 0.3 * r0 * s[i] * e[i] * ready(i, j) * (1 - max(k[0][j], k[1][j]))

    # trainee 0 is drawn to item 1 (gap .5, helped), trainee 1 to item 0 (gap .6)
    assert max(range(3), key=lambda j: helped(0, 1, j) + joint(0, j)) == 1
    assert max(range(3), key=lambda j: helped(1, 0, j) + joint(1, j)) == 0
    expected = np.array(k)
    expected[0, 1] += helped(0, 1, 1) + joint(0, 1)
    expected[0, 0] += joint(0, 0)  # approached by trainee 1
    expected[1, 0] += helped(1, 0, 0) + joint(1, 0)
    expected[1, 1] += joint(1, 1)  # approached by trainee 0
    assert record.mastery == near(expected * 0.99)
    assert record["helper_time"][1] == near(1.0)


def test_the_item_is_chosen_by_the_sum_of_help_and_joint_work(run_both_engines, near):
    # item 0: help .5 * .4 = .2 and joint .5 * .1 = .05; item 1: no help, joint .5 * .6 = .3
    k = [[0.5, 0.4], [0.9, 0.4]]
    record = run_both_engines(k, speed=0.5, sociability=[1.0, 0.0], exchange=1.0, **{"learning.joint_effect": 1.0})
    assert record.mastery == near(np.array([[0.5, 0.7], [0.9, 0.7]]))


def test_the_approached_gain_the_joint_part_with_their_own_speed(run_both_engines, near):
    """And with their own readiness."""
    k = [[0.5, 0.2], [1.0, 0.8]]
    record = run_both_engines(
        k,
        speed=[0.5, 0.25],
        sociability=[1.0, 0.0],
        exchange=1.0,
        **{"learning.joint_effect": 0.5, "curriculum.prerequisite": 0.5},
    )
    # item 0: help .5 * .5 = .25; item 1, at readiness .75: help .225 and joint work .0375
    first = 0.5 * 0.75 * 0.6 + 0.5 * 0.5 * 0.75 * 0.2
    second = 0.5 * 0.25 * 1.0 * 0.2
    assert record.mastery == near(np.array([[0.5, 0.2 + first], [1.0, 0.8 + second]]))


def test_of_equal_sums_the_lowest_item_wins(run_both_engines, near):
    k = [[0.25, 0.25], [0.75, 0.75]]
    record = run_both_engines(k, speed=0.5, sociability=[1.0, 0.0], exchange=1.0, **{"learning.joint_effect": 0.0})
    assert record.mastery == near(np.array([[0.5, 0.25], [0.75, 0.75]]))


def test_when_nothing_is_to_be_gained_no_time_is_spent(run_both_engines):
    k = [[1.0, 1.0], [1.0, 1.0]]
    record = run_both_engines(k, sociability=1.0, exchange=1.0)
    assert record.mastery.tolist() == k
    assert record["helper_time"].tolist() == [0.0, 0.0]


def test_discussion_teaches_even_when_nobody_knew(run_both_engines, near):
    record = run_both_engines(
        [[0.0], [0.0]], speed=0.5, sociability=[1.0, 0.0], exchange=1.0, **{"learning.joint_effect": 0.5}
    )
    assert record.mastery == near(np.array([[0.25], [0.25]]))


def test_a_cell_of_three_has_one_of_the_eight_outcomes_of_its_partners(run_both_engines, near):
    """Exchanges with the officer (trainee 2) are shorter; whoever is approached by two gains from both."""
    k, s, h = [[0.1, 0.5], [0.4, 0.2], [0.9, 0.7]], [0.3, 0.5, 0.8], [0.6, 0.9, 0.7]
    short = 1 - 0.25 / 0.5

    def outcome(partners):
        gains = np.zeros((3, 2))
        for i, p in enumerate(partners):
            length = 0.5 * (short if 2 in (i, p) else 1.0)
            both = []
            for j in range(2):
                gap, missing = max(0, k[p][j] - k[i][j]), 1 - max(k[p][j], k[i][j])
                both.append((length * h[p] * s[i] * gap, length * 0.4 * s[i] * missing, missing))
            j = 0 if sum(both[0][:2]) >= sum(both[1][:2]) else 1
            gains[i, j] += both[j][0] + both[j][1]
            gains[p, j] += length * 0.4 * s[p] * both[j][2]
        return np.array(k) + gains

    outcomes = [outcome(partners) for partners in itertools.product((1, 2), (0, 2), (0, 1))]
    seen = set()
    for seed in range(80):
        record = run_both_engines(
            k,
            speed=s,
            helpfulness=h,
            sociability=1.0,
            lecture=0.5,
            council=0.25,
            exchange=0.5,
            seed=seed,
            **{"learning.joint_effect": 0.4, "learning.lecture_effect": 0.0},
        )
        fits = [x for x, expected in enumerate(outcomes) if record.mastery == near(expected)]
        assert len(fits) == 1
        seen.add(fits[0])
    assert seen == set(range(8))


def test_rapport_in_an_exchange_grows_slower_in_a_larger_cell(run_both_engines, near):
    """By the session."""
    for size, needed in ((2, 0.9), (4, 2.7)):
        k = [[0.0]] * (size - 1) + [[1.0]]
        record = run_both_engines(
            k,
            speed=[0.1] * (size - 1) + [0.0],
            sociability=[1.0] + [0.0] * (size - 1),
            exchange=1.0,
            **{
                "learning.initial_rapport": 0.25,
                "learning.rapport_sessions": 0.9,
                "learning.joint_effect": 0.5,
                "training.sessions": 5,
                "organisation.cell_size": size,
            },
        )
        now = record.trace.mastery[:, :, 0]
        for t in range(5):
            rapport = 0.25 + 0.75 * min(1, t / needed)
            gained = now[t + 1, 0] - now[t, 0]
            partners = [
                0.1 * rapport * (max(0, now[t, p] - now[t, 0]) + 0.5 * (1 - max(now[t, p], now[t, 0])))
                for p in range(1, size)
            ]
            assert min(abs(gained - one) for one in partners) < 1e-12


def test_gains_from_every_source_are_summed_and_mastery_stops_at_one(run_both_engines, near):
    settings = {"learning.lecture_effect": 1.0, "learning.joint_effect": 0.0, "learning.forgetting": 0.1}
    # lecture .5 * .8, briefing .2 * .8 and help .3 * .8 all close the same gap of .8
    record = run_both_engines([[0.2], [1.0]], sociability=[1.0, 0.0], lecture=0.5, briefing=0.2, exchange=0.3, **settings)
    assert record.mastery == near(np.array([[1.0 * 0.9], [0.9]]))
    half = run_both_engines(
        [[0.2], [1.0]], speed=0.5, sociability=[1.0, 0.0], lecture=0.5, briefing=0.2, exchange=0.3, **settings
    )
    assert half.mastery == near(np.array([[(0.2 + 0.5 * 0.8) * 0.9], [0.9]]))
    settings |= {"learning.lecture_effect": 2.0}
    over = run_both_engines([[0.2], [1.0]], sociability=[1.0, 0.0], lecture=0.5, briefing=0.2, exchange=0.3, **settings)
    assert over.mastery.tolist() == [[0.9], [0.9]]


def test_everyone_looks_at_the_state_as_the_session_began(run_both_engines, near):
    """The officer hears the instructor and briefs in the same session, with yesterday's knowledge."""
    record = run_both_engines(
        [[0.5], [0.1]],
        speed=0.5,
        council=0.4,
        instructor=True,
        briefing=0.5,
        exchange=0.5,
        **{"learning.council_effect": 1.0, "training.sessions": 2},
    )
    first = 0.1 + 0.5 * 0.6 * 0.5 * (0.5 - 0.1)
    officer = 0.5 + 0.2 * 0.5 * 0.5
    assert record.trace.mastery[1] == near(np.array([[officer], [first]]))
    assert record.mastery[1, 0] == near(first + 0.5 * 0.6 * 0.5 * (officer - first))


def test_a_session_of_the_whole_tree_adds_up(run_both_engines, near):
    """All phases at once: two cells of two, a council with instructor, briefing, exchange and a lecture."""
    k = [[0.1, 0.0], [0.7, 0.2], [0.3, 0.4], [0.5, 0.8]]
    s, h, a = [0.2, 0.3, 0.4, 0.5], [0.5, 0.6, 0.7, 0.8], [1.0, 0.0, 1.0, 0.0]
    record = run_both_engines(
        k,
        speed=s,
        helpfulness=h,
        sociability=a,
        groups="cells",
        shuffle="streamed",
        lecture=0.2,
        council=0.4,
        instructor=True,
        briefing=0.3,
        exchange=0.5,
        **{
            "organisation.cell_size": 2,
            "learning.lecture_effect": 0.5,
            "learning.council_effect": 0.6,
            "learning.joint_effect": 0.25,
            "learning.initial_rapport": 0.75,
            "learning.forgetting": 0.05,
        },
    )
    f = 1 - 0.4 / 0.8
    expected = np.array(k)
    for i in range(4):
        expected[i, 0] += 0.2 * 0.5 * s[i] * (1 - k[i][0])  # 2, on item 0
    for i, o in ((0, 1), (2, 3)):  # both cells are at item 0: means .4 and .4
        expected[o, 0] += 0.2 * 0.6 * s[o] * (1 - k[o][0])  # 3, instructor
        expected[i, 0] += 0.3 * f * h[o] * 0.75 * s[i] * (k[o][0] - k[i][0])  # 4
        sums = []
        for j in range(2):
            gap, missing = max(0, k[o][j] - k[i][j]), 1 - max(k[o][j], k[i][j])
            sums.append(0.5 * f * 0.75 * s[i] * (h[o] * gap + 0.25 * missing))
        j = 0 if sums[0] >= sums[1] else 1
        expected[i, j] += sums[j]  # 5
        expected[o, j] += 0.5 * f * 0.75 * s[o] * 0.25 * (1 - max(k[o][j], k[i][j]))
    expected[1, 1] += 0.2 * h[3] * s[1] * (0.8 - 0.2)  # 3, officer 1 asks officer 3 about item 1
    expected[3, 0] += 0.2 * h[1] * s[3] * (0.7 - 0.5)  # 3, officer 3 asks officer 1 about item 0
    assert record.mastery == near(expected * 0.95)
    assert record["helper_time"][1] == near(2 * 0.3 * f + 2 * 0.5 * f + 2 * 0.2)
    assert record["instructor_time"][1] == near(0.2 + 0.2)


def test_a_roster_makes_people_as_they_are(near, tmp_path):
    """Speeds of a CSV file, everything else constant: the lecture teaches each at their own speed."""
    file = tmp_path / "people.csv"
    file.write_text("id,speed,sociability\nann,0.25,0\nben,0.5,0\ncay,1,0\n")
    settings = Settings(arms={"x": ArmTable(preset="flat-lecture")}).changed(
        {
            "organisation.roster": str(file),
            "organisation.communities": 1,
            "curriculum.items": 1,
            "prior.share": 1.0,
            "prior.known": [0.5, 0.5],
            "learning.lecture_effect": 0.5,
            "learning.forgetting": 0.0,
            "training.sessions": 2,
        }
    )
    for engine in ("compiled", "agents"):
        record = run_arm(settings, "x", engine=engine)
        expected = [1 - 0.5 * (1 - 0.125) ** 2, 1 - 0.5 * (1 - 0.25) ** 2, 1 - 0.5 * (1 - 0.5) ** 2]
        assert record.mastery[:, 0] == near(np.array(expected))
