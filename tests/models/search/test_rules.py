"""Each rule of search, and tiny landscapes, worked by hand.
The rules are plain functions, so these truths hold in every bit.
"""

import numpy as np
import pytest

from learnsim.models.search.rules import better, pattern, score, value, variant

SMOOTH = [[0.25, 0.5], [0.5, 0.0], [0.125, 1.0]]  # N = 3, K = 0
NOBODY = [[], [], []]
EVERYBODY = [[1, 2], [2, 0], [0, 1]]  # N = 3, K = 2


def test_a_bit_with_the_bits_it_depends_on_is_read_own_bit_first():
    assert pattern(0b000, 0, [1, 2], 2) == 0b000
    assert pattern(0b001, 0, [1, 2], 2) == 0b001
    assert pattern(0b010, 0, [1, 2], 2) == 0b010
    assert pattern(0b100, 0, [1, 2], 2) == 0b100
    assert pattern(0b100, 2, [0, 1], 2) == 0b001
    assert pattern(0b110, 1, [], 0) == 1


def test_without_interactions_each_bit_counts_for_itself():
    assert value(0b000, NOBODY, SMOOTH, 3, 0) == (0.25 + 0.5 + 0.125) / 3
    assert value(0b101, NOBODY, SMOOTH, 3, 0) == (0.5 + 0.5 + 1.0) / 3
    assert value(0b111, NOBODY, SMOOTH, 3, 0) == (0.5 + 0.0 + 1.0) / 3


def test_where_every_bit_depends_on_all_one_bit_changes_every_contribution():
    worth = [[x / 8 for x in range(8)], [x / 16 for x in range(8)], [x / 32 for x in range(8)]]
    # solution 011: locus 0 sees (1, then 1, 0) = 3; locus 1 sees (1, then 0, 1) = 5; locus 2 sees (0, then 1, 1) = 6
    assert value(0b011, EVERYBODY, worth, 3, 2) == (3 / 8 + 5 / 16 + 6 / 32) / 3
    # solution 111: everybody sees 7
    assert value(0b111, EVERYBODY, worth, 3, 2) == (7 / 8 + 7 / 16 + 7 / 32) / 3


def test_a_score_is_the_share_of_the_best_value_raised_to_a_power():
    assert score(0.5, 1.0, 1) == 0.5
    assert score(0.25, 0.5, 8) == 1 / 256
    assert score(0.7, 0.7, 8) == 1.0
    assert score(0.0, 0.7, 8) == 0.0
    assert score(0.6, 0.8, 8) == pytest.approx(0.75**8, abs=1e-15)


def test_equals_are_not_better():
    assert better(0.5, 0.25)
    assert not better(0.5, 0.5)
    assert not better(0.25, 0.5)


def test_a_draw_picks_the_one_bit_that_is_turned_over():
    assert [variant(0b0000, uniform, 4) for uniform in (0.0, 0.25, 0.5, 0.75, 1.0 - 2.0**-53)] == [1, 2, 4, 8, 8]
    assert variant(0b1111, 0.3, 4) == 0b1101
    assert all(variant(variant(x, 0.6, 4), 0.6, 4) == x for x in range(16))


def test_rules_give_the_same_with_arrays_as_with_lists():
    rng = np.random.default_rng(1)
    links = np.array([[1, 2], [3, 0], [0, 4], [1, 4], [2, 3]])
    contributions = rng.random((5, 8))
    for solution in range(32):
        plain = value(solution, links.tolist(), contributions.tolist(), 5, 2)
        assert value(solution, links, contributions, 5, 2) == plain
