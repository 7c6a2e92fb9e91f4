"""Evolution: small cases of moves, closures and drift, worked by hand; and where people sit after they have moved."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from learnsim.chance import Chance
from learnsim.grouping import Tree
from learnsim.models.training.evolution import closing, drift, fit, move
from learnsim.people import draw_people
from learnsim.settings import PRESETS, Settings
from learnsim.settings.training import Communities

TWO = np.array([[1.0, 0.2], [0.5, 1.0], [0.1, 1.0], [1.0, 0.9]])  # interests of four people in two communities
ALL, NOBODY = np.zeros(4), np.ones(4)  # random numbers of people who all, or none of whom, may move


def community(*numbers):
    return np.array(numbers, dtype=np.int32)


def test_who_gains_most_moves_first_and_the_last_finds_no_room():
    """Persons 1 and 2 like community 1 better, by .5 and .9; it has room for one. Person 3 would go to 0, by .1."""
    new, moves = move(TWO, community(0, 0, 0, 1), ALL, Communities(mobility=1.0, slack=0.0))
    assert (new.tolist(), moves) == ([0, 0, 1, 1], 1)
    new, moves = move(TWO, community(0, 0, 0, 1), ALL, Communities(mobility=1.0, slack=0.5))
    assert (new.tolist(), moves) == ([0, 1, 1, 0], 3)


def test_a_seat_that_becomes_free_later_is_not_offered_again():
    """Person 1 is the first to be asked, when community 1 is full; that person 0 leaves it afterwards does not help."""
    interest = np.array([[1.0, 0.8], [0.1, 1.0], [1.0, 0.0], [0.0, 1.0]])
    new, moves = move(interest, community(1, 0, 0, 1), ALL, Communities(mobility=1.0, slack=0.0))
    assert (new.tolist(), moves) == ([1, 0, 0, 1], 0)
    new, moves = move(interest, community(1, 0, 0, 1), ALL, Communities(mobility=1.0, slack=0.5))
    assert (new.tolist(), moves) == ([0, 1, 0, 1], 2)
    new, moves = move(interest, community(1, 0, 0, 1), NOBODY, Communities(mobility=1.0, slack=0.5))
    assert (new.tolist(), moves) == ([1, 0, 0, 1], 0)


def test_a_small_community_closes_and_its_members_go_whatever_they_draw():
    new, moves = move(TWO, community(0, 0, 0, 1), NOBODY, Communities(minimum=2))
    assert (new.tolist(), moves) == ([0, 0, 0, 0], 1)


def test_the_largest_of_communities_that_are_all_too_small_stays():
    assert closing(community(0, 1, 1, 2), 4, 3).tolist() == [0, 2]
    assert closing(community(0, 1, 1, 2), 4, 2).tolist() == [0, 2]
    assert closing(community(0, 1, 1, 2), 4, 1).tolist() == []


def test_fit_counts_only_communities_that_live():
    assert fit(TWO, community(0, 0, 0, 0)) == ((1.0 + 0.5 + 0.1 + 1.0) / 4, 1.0)
    assert fit(TWO, community(0, 0, 0, 1)) == ((1.0 + 0.5 + 0.1 + 0.9) / 4, 1 / 4)


def test_interests_drift_towards_what_is_mastered_of_each_topic():
    """Two topics; item 0 and 2 belong to the first, of which the mean counts."""
    interest, seen = np.array([[1.0, 1.0]]), np.array([[0.9, 0.2, 0.3]])
    plan = Tree(PRESETS["flat-lecture"][1], draw_people(*small(2), None), small(2)[1], 2, 1).plan
    drift(interest, plan, seen, Communities(drift=1.0, towards="mastery"))
    assert interest.tolist() == [[1.0, pytest.approx(0.2 / 0.6, abs=1e-15)]]


def small(trainees, communities=1):
    settings = Settings().changed({"organisation.trainees": trainees, "organisation.communities": communities})
    return settings, Chance(3, 0)


@hypothesis(max_examples=60, deadline=None)
@given(st.data(), st.sampled_from(["none", "random", "officers-rotate"]), st.sampled_from(["community", "organisation"]))
def test_after_moves_everybody_has_a_seat_and_who_stays_keeps_the_cell(data, shuffle, scope):
    communities, count, size = data.draw(st.integers(1, 4)), data.draw(st.integers(4, 30)), data.draw(st.integers(1, 5))
    settings, chance = small(count, communities)
    arm = PRESETS["hybrid"][1]._replace(shuffle=shuffle, scope=scope if shuffle == "random" else "community")
    tree = Tree(arm, draw_people(settings, chance, None), chance, size, 4)
    for session in range(1, 4):
        before, home, officers = tree.plan.cell.copy(), tree.community.copy(), set(tree.plan.officers.tolist())
        cellmates = [set(tree.plan.members(c).tolist()) for c in range(tree.plan.cells)]
        tree.resettle(np.array(data.draw(st.lists(st.integers(0, communities - 1), min_size=count, max_size=count)), dtype=np.int32))
        plan = tree.plan
        assert sorted(plan.order.tolist()) == list(range(count))
        assert np.array_equal(plan.cell[plan.order], np.repeat(np.arange(plan.cells), np.diff(plan.offsets)))
        assert np.array_equal(plan.cell[plan.officers], np.arange(plan.cells))
        sizes = np.bincount(tree.community, minlength=communities)
        for g in range(communities):
            own = np.diff(plan.offsets[plan.branches[g] : plan.branches[g + 1] + 1])
            assert own.sum() == sizes[g] and (not len(own) or own.max() - own.min() <= 1)
        if arm.scope == "community":
            assert np.array_equal(np.searchsorted(plan.branches, plan.cell, side="right") - 1, tree.community)
        kept = tree._cell_before == plan.cell
        for i in np.flatnonzero(kept).tolist():
            assert i not in np.flatnonzero((tree.community != home) & (arm.scope == "community"))
            new_mates = set(plan.members(plan.cell[i]).tolist()) & set(np.flatnonzero(kept).tolist())
            assert new_mates <= cellmates[before[i]]
        still = {i for i in officers if kept[i]}
        assert still <= set(plan.officers.tolist())
        moved = tree.start_cycle(session)
        if shuffle == "none":
            assert np.array_equal(moved, ~kept)
