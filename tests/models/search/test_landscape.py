"""The landscape: every solution is valued as the rule says, and problems are alike for all who share a replicate."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from learnsim.chance import Chance
from learnsim.models.search.landscape import draw_landscape, enumerate_all, landscape_of, starting_solutions
from learnsim.models.search.rules import value
from learnsim.settings.search import Search


def by_hand(landscape):
    """Every solution valued by the rule, one after the other."""
    size = range(2**landscape.loci)
    rest = (landscape.links.tolist(), landscape.contributions.tolist(), landscape.loci, landscape.interactions)
    return np.array([value(solution, *rest) for solution in size])


def test_the_eight_solutions_of_three_independent_bits():
    contributions = np.array([[0.25, 0.5], [0.5, 0.0], [0.125, 1.0]])
    landscape = landscape_of(np.empty((3, 0), dtype=np.int64), contributions)
    eighths = [7, 9, 3, 5, 14, 16, 10, 12]
    assert landscape.values.tolist() == [x / 8 / 3 for x in eighths]
    assert landscape.highest == 2.0 / 3 and int(landscape.values.argmax()) == 0b101


def test_the_eight_solutions_of_three_bits_that_all_depend_on_each_other():
    contributions = np.array([[x / 8 for x in range(8)], [x / 16 for x in range(8)], [x / 32 for x in range(8)]])
    landscape = landscape_of(np.array([[1, 2], [2, 0], [0, 1]]), contributions)
    # the three patterns of each solution: (own bit, then the two others in the order of the links)
    patterns = [(0, 0, 0), (1, 4, 2), (2, 1, 4), (3, 5, 6), (4, 2, 1), (5, 6, 3), (6, 3, 5), (7, 7, 7)]
    assert landscape.values.tolist() == [(a / 8 + b / 16 + c / 32) / 3 for a, b, c in patterns]


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.integers(1, 10), st.integers(0, 9), st.integers(0, 10), st.integers(0, 2**64 - 1))
def test_enumeration_values_every_solution_as_the_rule_does_in_every_bit(loci, interactions, block, replicate):
    search = Search(loci=loci, interactions=min(interactions, loci - 1))
    landscape = draw_landscape(search, Chance(1, replicate))
    expected = by_hand(landscape)
    assert landscape.values.tobytes() == expected.tobytes()
    assert landscape.highest == expected.max()
    values = np.empty(2**loci)
    enumerate_all(landscape.links, landscape.contributions, min(block, loci), values)
    assert values.tobytes() == expected.tobytes()


def test_enumeration_is_the_same_in_plain_python():
    landscape = draw_landscape(Search(loci=7, interactions=2), Chance(1, 3))
    values = np.empty(2**7)
    assert enumerate_all.py_func(landscape.links, landscape.contributions, 3, values) == landscape.highest
    assert values.tobytes() == landscape.values.tobytes()


def test_a_large_landscape_is_valued_as_the_rule_does():
    landscape = draw_landscape(Search(), Chance(1, 0))
    rest = (landscape.links, landscape.contributions, 20, 5)
    for solution in np.random.default_rng(1).integers(0, 2**20, 500).tolist():
        assert landscape.values[solution] == value(solution, *rest)
    assert landscape.highest == landscape.values.max()


@pytest.mark.parametrize("interactions", [0, 1, 5, 19])
def test_each_bit_depends_on_others_each_once_and_never_on_itself(interactions):
    landscape = draw_landscape(Search(interactions=interactions), Chance(2, 5))
    for locus, links in enumerate(landscape.links.tolist()):
        assert len(set(links)) == interactions
        assert locus not in links
    assert landscape.contributions.shape == (20, 2 ** (interactions + 1))


def test_links_and_contributions_are_uniform():
    """Each of 4,000 draws of one other bit among nine, and 4,000 contributions; |z| < 4."""
    drawn = [draw_landscape(Search(loci=10, interactions=1), Chance(3, r)) for r in range(400)]
    counts = np.bincount(np.concatenate([land.links.ravel() for land in drawn]), minlength=10)
    assert (abs(counts - 400) < 4 * (4000 * 0.1 * 0.9) ** 0.5).all()
    sample = np.concatenate([land.contributions.ravel() for land in drawn])
    assert abs(sample.mean() - 0.5) < 4 * (1 / 12 / len(sample)) ** 0.5


def test_replicates_have_problems_of_their_own_and_one_replicate_has_one():
    first, again, other = (draw_landscape(Search(loci=8, interactions=3), Chance(1, r)) for r in (0, 0, 1))
    assert first.values.tobytes() == again.values.tobytes()
    assert first.values.tobytes() != other.values.tobytes()


def test_people_start_anywhere_whatever_the_number_of_those_who_follow():
    many = starting_solutions(np.arange(4000, dtype=np.uint32), 3, Chance(1, 0))
    counts = np.bincount(many, minlength=8)
    assert len(counts) == 8 and (abs(counts - 500) < 4 * (4000 * 7 / 64) ** 0.5).all()
    assert starting_solutions(np.arange(10, dtype=np.uint32), 3, Chance(1, 0)).tolist() == many[:10].tolist()
