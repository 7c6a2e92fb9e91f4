"""Communities: who shares an interest with whom."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from learnsim.chance import Chance
from learnsim.grouping.communities import (
    FORMATIONS,
    community_sizes,
    fill_communities,
    form_communities,
)

DRAWS = Chance(1, 0)


@settings(max_examples=100, deadline=None)
@given(st.integers(1, 500), st.integers(1, 50))
def test_community_sizes_differ_by_at_most_one_the_first_the_larger(trainees, communities):
    sizes = community_sizes(trainees, communities)
    assert sizes.sum() == trainees
    assert len(sizes) == communities
    assert sizes.max() - sizes.min() <= 1
    assert (np.diff(sizes) <= 0).all()


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 60), st.integers(1, 8), st.integers(0, 2**32), st.sampled_from(["interest", "random"]))
def test_everybody_has_one_community_and_every_community_its_size(trainees, communities, seed, formation):
    interest = np.random.default_rng(seed).random((trainees, communities))
    community = form_communities(formation, interest, Chance(seed, 0))
    assert community.dtype == np.int32
    counted = np.bincount(community, minlength=communities)
    assert np.array_equal(counted, community_sizes(trainees, communities))


def test_the_keenest_pairs_come_first_and_the_lower_number_wins_a_tie():
    """Worked by hand: 0 and 1 fill community 0, 3 takes its favourite, 2 what is left."""
    interest = np.array([[1.0, 0.2], [1.0, 0.9], [1.0, 0.5], [0.3, 1.0]])
    assert form_communities("interest", interest, DRAWS).tolist() == [0, 0, 1, 1]


def test_a_pair_of_lesser_interest_waits_for_the_keener_one():
    """Worked by hand: 2 comes before 0 and 1, though its number is higher; then 0."""
    interest = np.array([[0.8, 1.0], [0.7, 1.0], [1.0, 0.1], [0.9, 1.0]])
    assert form_communities("interest", interest, DRAWS).tolist() == [1, 1, 0, 0]


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 30), st.integers(1, 6), st.integers(0, 2**32))
def test_no_two_people_would_both_gain_interest_by_taking_the_others_place(trainees, communities, seed):
    """A greedy choice is stable: whoever missed a community is not keener on it than anybody in it."""
    interest = np.random.default_rng(seed).random((trainees, communities))
    community = form_communities("interest", interest, DRAWS)
    for i in range(trainees):
        own = interest[i, community[i]]
        for g in range(communities):
            inside = np.flatnonzero(community == g)
            if interest[i, g] > own and len(inside):
                assert interest[inside, g].min() >= interest[i, g]


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 30), st.integers(1, 6), st.integers(0, 2**32))
def test_compiled_communities_equal_those_of_plain_python(trainees, communities, seed):
    interest = np.random.default_rng(seed).integers(0, 4, (trainees, communities)) / 4
    compiled, plain = np.empty((2, trainees), dtype=np.int32)
    fill_communities(interest, compiled)
    fill_communities.py_func(interest, plain)
    assert np.array_equal(compiled, plain)


def test_random_communities_ask_nobody_what_they_like():
    first = np.random.default_rng(1).random((40, 4))
    second = np.random.default_rng(2).random((40, 4))
    formed = form_communities("random", first, DRAWS)
    assert np.array_equal(formed, form_communities("random", second, DRAWS))
    assert not np.array_equal(formed, form_communities("random", first, Chance(2, 0)))


def test_random_communities_are_equally_likely_for_everybody():
    interest = np.ones((10, 5))
    counts = sum(
        np.eye(5, dtype=int)[form_communities("random", interest, Chance(1, replicate))] for replicate in range(500)
    )
    for trainee in range(10):
        assert stats.chisquare(counts[trainee]).pvalue > 1e-4


def test_communities_of_a_roster_are_its_labels_in_order():
    labels = ["north", "east", "north", "south"]
    assert form_communities("given", np.ones((4, 3)), DRAWS, labels).tolist() == [1, 0, 1, 2]


def test_numbers_as_labels_are_ordered_by_value_and_before_words():
    labels = ["10", "2", "b", "1", "a"]
    assert form_communities("given", np.ones((5, 5)), DRAWS, labels).tolist() == [2, 1, 4, 0, 3]


def test_any_text_is_a_label():
    assert form_communities("given", np.ones((2, 2)), DRAWS, ["m²", "²"]).tolist() == [0, 1]


def test_the_formations_are_three():
    assert set(FORMATIONS) == {"interest", "random", "given"}
