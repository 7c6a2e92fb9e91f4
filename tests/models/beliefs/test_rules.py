"""Each rule of the beliefs model, worked by hand with small numbers."""

import numpy as np
import pytest

from learnsim.models.beliefs.kernels import chances_by_lead
from learnsim.models.beliefs.rules import (
    code_chance,
    first_belief,
    majority,
    performance,
    points,
    rate,
    side,
    taught,
)


def test_somebody_new_believes_each_of_three_things_on_a_third_of_the_draws():
    assert [first_belief(uniform) for uniform in (0.0, 0.3, 0.34, 0.66, 0.67, 1.0 - 2.0**-53)] == [-1, -1, 0, 0, 1, 1]


def test_the_two_sides_of_a_dimension_have_half_the_draws_each():
    assert [side(uniform) for uniform in (0.0, 0.4999, 0.5, 0.9999)] == [1, 1, -1, -1]


def test_a_person_is_a_fast_learner_if_their_draw_is_below_the_share():
    assert rate(0.1, 0.9, 0.25, 0.2499) == 0.9
    assert rate(0.1, 0.9, 0.25, 0.25) == 0.1
    assert rate(0.1, 0.9, 0.0, 0.0) == 0.1


@pytest.mark.parametrize(("belief", "code", "after"), [(-1, 1, 0), (0, 1, 1), (1, -1, 0), (0, -1, -1)])
def test_in_the_figures_a_belief_moves_one_step_toward_the_code(belief, code, after):
    assert taught(belief, code, True) == after


@pytest.mark.parametrize(("belief", "code"), [(-1, 1), (0, 1), (1, -1), (0, -1)])
def test_in_the_text_a_belief_becomes_the_codes(belief, code):
    assert taught(belief, code, False) == code


def test_a_tie_has_no_majority():
    assert [majority(balance) for balance in (-7, -1, 0, 1, 7)] == [-1, -1, 0, 1, 1]


def test_the_code_follows_more_surely_the_larger_the_lead():
    assert code_chance(0.5, 0) == 0.0
    assert code_chance(0.5, 1) == 0.5
    assert code_chance(0.5, 3) == 0.875
    assert code_chance(0.0, 50) == 0.0
    assert code_chance(1.0, 1) == 1.0


@pytest.mark.parametrize("p2", [0.0, 0.1, 0.37, 1.0])
def test_the_table_of_chances_is_the_rule_in_every_bit(p2):
    table = np.empty(60)
    chances_by_lead(p2, table)
    assert table.tolist() == [code_chance(p2, lead) for lead in range(60)]


def test_performance_is_right_less_wrong_and_no_belief_counts_as_neither():
    assert performance([1, -1, 0, 1], [1, 1, 1, 1], 4) == 1
    assert performance([0, 0, 0], [1, -1, 1], 3) == 0
    assert performance([-1, 1], [1, -1], 2) == -2


def test_a_block_pays_only_if_all_of_it_is_right():
    reality = [1, 1, -1, -1, 1, -1]
    assert points([1, 1, -1, -1, 1, -1], reality, 6, 3) == 6
    assert points([1, 1, -1, -1, 1, 0], reality, 6, 3) == 3
    assert points([1, 1, 0, -1, 1, 1], reality, 6, 3) == 0
    assert points([1, 1, 0, -1, 1, 1], reality, 6, 1) == 4
