"""What happens at the seams of cycles: cells are formed anew, officers chosen, people replaced.
Seats are chance's, so each case reads the first cells off the trace and works the rest out by hand.
"""

import numpy as np
import pytest

NO_LEARNING = {"learning.help_effect": 0.0, "learning.joint_effect": 0.0, "learning.lecture_effect": 0.0}
IN_THREES = {"groups": "cells", "organisation.cell_size": 3, "exchange": 1.0, **NO_LEARNING}


def test_rotation_moves_seat_b_b_cells_on_and_movers_begin_a_new_tenure(run_both_engines):
    record = run_both_engines([[0.5]] * 12, shuffle="rotate", **IN_THREES, **{"training.sessions": 7, "organisation.cycle_length": 2})
    cell, tenure = record.trace.cell, record.trace.tenure
    seat = (cell[3] - cell[2]) % 4  # how far each moved at the first session of cycle 2
    places = sorted(zip(cell[0].tolist(), seat.tolist(), strict=True))
    assert places == [(c, b) for c in range(4) for b in range(3)]
    for row, moves in enumerate([0, 0, 0, 1, 1, 2, 2, 3]):
        assert cell[row].tolist() == ((cell[0] + moves * seat) % 4).tolist()
        stayed, moved = row, row if row < 3 else (row - 1) % 2 + 1
        assert tenure[row].tolist() == np.where(seat == 0, stayed, moved).tolist()


def test_rotation_in_three_threes_meets_everybody_but_ones_own_seat(run_both_engines):
    record = run_both_engines(
        [[0.5]] * 9, shuffle="rotate", **IN_THREES, **{"training.sessions": 4, "organisation.cycle_length": 1}
    )
    assert record["partners"].tolist() == [2.0, 2.0, 4.0, 6.0, 6.0]


def test_fixed_cells_keep_their_people_and_their_tenure_across_cycles(run_both_engines):
    record = run_both_engines([[0.5]] * 9, shuffle="none", **IN_THREES, **{"training.sessions": 5, "organisation.cycle_length": 2})
    assert (record.trace.cell == record.trace.cell[0]).all()
    assert record.trace.tenure[:, 0].tolist() == [0, 1, 2, 3, 4, 5]
    assert record["partners"].tolist() == [2.0] * 6


def test_a_regrouping_that_moves_nobody_keeps_everybodys_tenure(run_both_engines):
    speed = np.linspace(0.1, 0.9, 9)
    record = run_both_engines(
        [[0.5]] * 9,
        speed=speed,
        shuffle="streamed",
        **IN_THREES,
        **{"training.sessions": 5, "organisation.cycle_length": 2},
    )
    assert record.trace.cell.tolist() == [[0, 0, 0, 1, 1, 1, 2, 2, 2]] * 6
    assert record.trace.tenure[-1].tolist() == [5] * 9


def test_only_officers_who_rotate_move_and_they_keep_office(run_both_engines, near):
    """They move one cell on, and lose their rapport."""
    k = [[0.1], [0.2], [0.6], [0.7], [0.8], [0.9]]
    record = run_both_engines(
        k,
        speed=0.5,
        groups="cells",
        briefing=1.0,
        shuffle="officers-rotate",
        officer="most-knowledgeable",
        **{
            "organisation.cell_size": 2,
            "learning.initial_rapport": 0.5,
            "learning.rapport_sessions": 3.0,
            "training.sessions": 6,
            "organisation.cycle_length": 2,
        },
    )
    trace = record.trace
    now = np.array(k)[:, 0]
    first = trace.officers[0]
    assert first.tolist() == [max(np.flatnonzero(trace.cell[0] == c), key=lambda i: now[i]) for c in range(3)]
    for session in range(6):
        moves = session // 2
        officers = np.roll(first, moves)
        cell = trace.cell[0].copy()
        cell[first] = (trace.cell[0][first] + moves) % 3
        assert trace.officers[session + 1].tolist() == officers.tolist()
        assert trace.cell[session + 1].tolist() == cell.tolist()
        together = session % 2 if moves else session  # the officer's tenure is the shorter one
        rapport = 0.5 + 0.5 * min(1, together / 3.0)
        new = now.copy()
        for i in set(range(6)) - set(first.tolist()):
            o = officers[cell[i]]
            new[i] += rapport * 0.5 * max(0, now[o] - now[i])
        now = new
        assert trace.mastery[session + 1][:, 0] == near(now)


def test_officers_are_chosen_anew_in_every_cycle_even_in_fixed_cells(run_both_engines):
    """Trainee 1 overtakes in the first session, and takes office at the first session of cycle 2."""
    record = run_both_engines(
        [[0.5], [0.4]],
        speed=[0.0, 1.0],
        lecture=0.5,
        exchange=0.5,
        **{"learning.lecture_effect": 1.0, "training.sessions": 4, "organisation.cycle_length": 3},
    )
    assert record.trace.officers[:, 0].tolist() == [0, 0, 0, 0, 1]


def test_the_office_goes_round_once_a_cycle_when_officers_rotate_in_office(run_both_engines):
    record = run_both_engines(
        [[0.5]] * 3, officer="rotating", **IN_THREES, **{"training.sessions": 6, "organisation.cycle_length": 1}
    )
    turn = record.trace.officers[:, 0].tolist()
    assert sorted(turn[1:4]) == [0, 1, 2]
    assert turn[4:7] == turn[1:4]
    assert turn[0] == turn[1]


@pytest.mark.parametrize(
    ("officer", "chosen"), [("fastest", 1), ("most-knowledgeable", 2), ("most-helpful", 0), ("random", None)]
)
def test_officer_policies_choose_by_what_they_are_named_for(run_both_engines, officer, chosen):
    record = run_both_engines(
        [[0.1, 0.2], [0.3, 0.0], [0.0, 0.9]],
        speed=[0.1, 0.9, 0.2],
        helpfulness=[0.8, 0.1, 0.2],
        officer=officer,
        exchange=1.0,
    )
    assert record.officers[0] in ([chosen] if chosen is not None else [0, 1, 2])


def test_the_lowest_number_wins_ties_for_office(run_both_engines):
    for seed in range(5):
        assert run_both_engines([[0.5]] * 4, officer="fastest", exchange=1.0, seed=seed).officers.tolist() == [0]


TURNOVER = {
    "training.turnover": 1.0,
    "training.sessions": 7,
    "organisation.cycle_length": 3,
    "prior.share": 0.0,
    "prior.unknown": [0.25, 0.25],
    "people.learning_speed": {"distribution": "constant", "value": 0.5},
    "people.sociability": {"distribution": "constant", "value": 0.0},
    "learning.lecture_effect": 0.5,
    "learning.forgetting": 0.1,
}


def test_with_a_turnover_of_one_everybody_is_a_novice_after_each_cycle(run_both_engines, near):
    record = run_both_engines([[1.0]] * 3, speed=0.5, lecture=0.5, exchange=0.5, **TURNOVER)
    before = 1.0
    rows = [before]
    for session in range(7):
        before = (before + 0.5 * 0.5 * 0.5 * (1 - before)) * 0.9
        if session in (2, 5):  # the last sessions of cycles; the third cycle is not finished
            before = 0.25
        rows.append(before)
    assert record["mean_mastery"] == near(np.array(rows))
    assert record.trace.tenure[:, 0].tolist() == [0, 1, 2, 0, 1, 2, 0, 1]


def test_the_meetings_of_leavers_are_forgotten_and_novices_meet_their_cell(run_both_engines):
    """In the next session."""
    record = run_both_engines([[1.0]] * 3, lecture=0.5, exchange=0.5, **TURNOVER)
    assert record["partners"].tolist() == [2.0, 2.0, 2.0, 0.0, 2.0, 2.0, 0.0, 2.0]


def test_the_quarters_are_those_of_the_people_who_are_there(run_both_engines, near):
    """Trainee 3 is the slowest until novices of one speed come, of whom the lowest number counts as slowest."""
    settings = TURNOVER | {"prior.unknown": [0.0, 1.0], "training.sessions": 4}
    record = run_both_engines([[0.1], [0.2], [0.3], [0.4]], speed=[0.9, 0.7, 0.5, 0.3], lecture=0.5, exchange=0.5, **settings)
    known = record.trace.mastery[:, :, 0]
    assert record["slow_mean"] == near(np.array([*known[:3, 3], *known[3:, 0]]))
    assert record["fast_mean"] == near(np.array([*known[:3, 0], *known[3:, 3]]))


def test_a_novice_takes_the_office_until_the_next_cycle(run_both_engines):
    """Cell and office stay where they were in the row that shows the novices."""
    settings = TURNOVER | {"training.sessions": 3, "learning.lecture_effect": 0.0}
    record = run_both_engines([[0.9], [0.1], [0.5]], lecture=0.5, exchange=0.5, **settings)
    assert record.trace.officers[:, 0].tolist() == [0, 0, 0, 0]
    assert (record.trace.cell == 0).all()


def test_a_novice_keeps_the_community_that_the_leaver_had(run_both_engines):
    settings = TURNOVER | {"people.interest_weight": 0.3, "training.sessions": 3}
    record = run_both_engines(
        [[0.5], [0.5], [0.5], [0.5]],
        interest=[[0.1, 1.0], [1.0, 0.1], [0.2, 1.0], [1.0, 0.2]],
        groups="community",
        exchange=1.0,
        **settings,
    )
    assert record.community.tolist() == [1, 0, 1, 0]
    assert record.cell.tolist() == [1, 0, 1, 0]


def test_nobody_is_replaced_without_turnover(run_both_engines):
    record = run_both_engines([[1.0]] * 3, lecture=1.0, groups="none", **(TURNOVER | {"training.turnover": 0.0}))
    assert record.trace.tenure[:, 0].tolist() == list(range(8))
    assert record["mean_mastery"][3] > 0.7
