"""Shuffles and officers: who sits with whom, and who is officer; worked by hand and over random organisations."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from learnsim.chance import Chance
from learnsim.errors import PolicyError
from learnsim.grouping import SHUFFLES, Group, Tree, load_policies, officer_policy, shuffle_policy
from learnsim.grouping.cells import Layout, cell_sizes
from learnsim.grouping.communities import community_sizes, form_communities
from learnsim.grouping.kernels.officers import highest
from learnsim.grouping.meetings import Meetings
from learnsim.grouping.policies import OFFICERS
from learnsim.people import People, draw_people
from learnsim.settings import Settings

OURS = ["none", "random", "rotate", "least-met", "mixed-speed", "streamed", "complementary", "officers-rotate"]


def group_of(sizes, *, speed=None, mastery=None, officers=None, cycle=1):
    n = sum(sizes)
    speed = np.linspace(0.0, 1.0, n) if speed is None else np.array(speed)
    mastery = np.zeros((n, 2)) if mastery is None else np.array(mastery, dtype=float)
    people = People(speed, speed, speed, np.ones((n, 1)), mastery)
    officers = np.full(len(sizes), -1) if officers is None else np.array(officers)
    members = np.arange(n, dtype=np.int32)
    return Group(members, Layout(np.array(sizes)), officers, people, Meetings(n, 1), Chance(1, 0), 5, cycle)


def tree_of(arm, trainees=30, communities=2, cell_size=5, cycles=6, replicate=0):
    settings = Settings().changed({"organisation.trainees": trainees, "organisation.communities": communities, "arms.x": arm})
    chance = Chance(1, replicate)
    return Tree(settings.arm("x"), draw_people(settings, chance, None), chance, cell_size, cycles)


@given(st.integers(1, 500), st.integers(1, 60))
def test_cells_differ_by_at_most_one_and_hold_everybody(people, cell_size):
    sizes = cell_sizes(people, cell_size)
    assert sizes.sum() == people and np.ptp(sizes) <= 1 and sizes.min() >= 1
    assert len(sizes) == max(1, (2 * people + cell_size) // (2 * cell_size))
    assert (np.diff(sizes) <= 0).all()


@given(st.integers(1, 50), st.integers(1, 8))
def test_the_first_communities_get_one_more(trainees, communities):
    sizes = community_sizes(trainees, communities)
    assert sizes.sum() == trainees and (np.diff(sizes) <= 0).all() and np.ptp(sizes) <= 1


def test_interest_decides_in_falling_order_then_index_while_there_is_room():
    interest = np.array([[1.0, 0.9], [1.0, 0.2], [1.0, 0.95], [0.3, 1.0]])
    assert form_communities("interest", interest, Chance(1, 0)).tolist() == [0, 0, 1, 1]


def test_communities_of_a_roster_are_numbered_by_label():
    interest = np.ones((4, 3))
    assert form_communities("given", interest, Chance(1, 0), ["10", "9", "b", "9"]).tolist() == [1, 0, 2, 0]


def test_rotate_moves_seat_b_by_b_cells_among_the_cells_that_have_it():
    """Three cells of 3, 3, 2 with people 0..7: seat 0 stays, seat 1 goes one on, seat 2 two on among two cells."""
    assert SHUFFLES["rotate"](group_of([3, 3, 2])).tolist() == [0, 7, 2, 3, 1, 5, 6, 4]


def test_streamed_puts_equal_speeds_together():
    speed = [0.9, 0.1, 0.8, 0.2, 0.5]
    assert SHUFFLES["streamed"](group_of([3, 2], speed=speed)).tolist() == [1, 3, 4, 2, 0]


def test_mixed_speed_gives_each_cell_one_of_each_stratum():
    order = SHUFFLES["mixed-speed"](group_of([3, 3, 2]))
    cells = [sorted(order[:3]), sorted(order[3:6]), sorted(order[6:])]
    for stratum, having in (({0, 1, 2}, 3), ({3, 4, 5}, 3), ({6, 7}, 2)):
        assert sum(len(stratum & set(cell)) == 1 for cell in cells) == having


def test_complementary_is_a_snake_draft_for_what_adds_most():
    """Cell 0 takes 4 (adds 1.4), cell 1 takes 0 (1.0), cell 1 then 1 (adds .9), cell 0 then 3 (adds .1), cell 0 2."""
    mastery = [[1.0, 0.0], [0.0, 0.9], [0.3, 0.3], [0.0, 0.8], [0.7, 0.7]]
    order = SHUFFLES["complementary"](group_of([3, 2], mastery=mastery))
    assert order.tolist() == [4, 3, 2, 0, 1]


def test_officers_rotate_moves_the_officers_one_cell_on_and_nobody_else():
    group = group_of([3, 3, 2], officers=[1, 3, 7])
    assert SHUFFLES["officers-rotate"](group).tolist() == [0, 7, 2, 1, 4, 5, 6, 3]


def test_officers_who_rotate_keep_office():
    tree = tree_of({"preset": "hybrid", "shuffle": "officers-rotate"})
    first = tree.plan.officers.copy()
    tree.regroup(10, 1)
    tree.choose_officers(10, 1)
    assert sorted(tree.plan.officers) == sorted(first) and (tree.plan.officers != first).all()
    assert (tree.plan.cell[tree.plan.officers] == np.arange(tree.plan.cells)).all()


def test_ties_of_office_go_to_the_lowest_number():
    order = np.array([5, 2, 4, 0, 1, 3], dtype=np.int32)
    assert highest(np.array([1.0, 1.0, 0.0, 0.0, 0.0, 0.0]), order, np.array([0, 3, 6], dtype=np.int32)).tolist() == [2, 0]


def test_rotating_office_goes_to_member_number_cycle_mod_size():
    for cycle in range(5):
        score = OFFICERS["rotating"](group_of([3, 2], cycle=cycle))
        assert np.flatnonzero(score).tolist() == [cycle % 3, 3 + cycle % 2]


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(OURS), st.integers(4, 40), st.integers(1, 4), st.integers(1, 9), st.booleans(), st.integers(0, 9)
)
def test_every_policy_seats_everybody_once_and_keeps_sizes_and_branches(shuffle, n, communities, size, wide, replicate):
    scope = "organisation" if wide and shuffle in ("random", "least-met") else "community"
    tree = tree_of({"preset": "hybrid", "shuffle": shuffle, "scope": scope}, n, communities, size, 4, replicate)
    offsets, before = tree.plan.offsets.copy(), tree.plan.cell.copy()
    branch = np.searchsorted(tree.plan.branches[1:], before, side="right")
    for cycle in range(1, 4):
        moved = tree.regroup(cycle, cycle)
        tree.choose_officers(cycle, cycle)
        assert sorted(tree.plan.order) == list(range(n))
        assert (tree.plan.offsets == offsets).all()
        assert ((tree.plan.cell != before) == moved).all()
        before = tree.plan.cell.copy()
        now = np.searchsorted(tree.plan.branches[1:], before, side="right")
        assert scope == "organisation" or (now == branch).all()
        assert (tree.plan.cell[tree.plan.officers] == np.arange(tree.plan.cells)).all()


def test_organisation_scope_really_crosses_communities():
    tree = tree_of({"preset": "hybrid", "scope": "organisation"})
    tree.regroup(10, 1)
    branch = np.searchsorted(tree.plan.branches[1:], tree.plan.cell, side="right")
    assert (branch != tree.community).any()


@pytest.mark.parametrize("fraction", [0.0, 0.3, 0.7])
def test_a_fraction_moves_at_most_that_share(fraction):
    tree = tree_of({"preset": "hybrid", "fraction": fraction}, trainees=40, communities=1)
    before = tree.plan.order.copy()
    tree.regroup(10, 1)
    assert (tree.plan.order != before).sum() <= int(fraction * 40 + 0.5)


def partners_by_matrix(history):
    met = ((history[:, None, :] == history[None, :, :]) & (history[:, None, :] >= 0)).any(axis=2)
    np.fill_diagonal(met, False)
    return met.sum(axis=1)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 99), st.sets(st.integers(0, 29), max_size=12), st.integers(1, 3))
def test_partners_equal_those_of_the_full_matrix_also_after_some_have_left(replicate, leavers, when):
    tree = tree_of({"preset": "hybrid"}, replicate=replicate)
    for cycle in range(1, 5):
        tree.regroup(cycle, cycle)
        if cycle == when and leavers:
            tree.meetings.forget(np.array(sorted(leavers)))
        history = tree.meetings.history[:, : tree.meetings.cycles]
        assert (tree.meetings.partners == partners_by_matrix(history)).all()


def test_a_policy_of_ones_own_comes_from_a_file_and_is_checked(tmp_path):
    (tmp_path / "own.py").write_text(
        "import learnsim\n"
        "@learnsim.shuffle_policy('test-backwards')\n"
        "def backwards(group):\n    return group.members[::-1]\n"
        "@learnsim.shuffle_policy('test-twice')\n"
        "def twice(group):\n    group.members[:] = group.members[0]\n    return group.members\n"
        "@learnsim.shuffle_policy('test-resize')\n"
        "def resize(group):\n    group.sizes[0] += 1\n    return group.members\n"
        "@learnsim.officer_policy('test-nan')\n"
        "def nan(group):\n    return group.learning_speed * float('nan')\n"
    )
    load_policies(tmp_path / "own.py")
    tree = tree_of({"preset": "hybrid", "shuffle": "test-backwards"}, communities=1)
    before = tree.plan.order.copy()
    tree.regroup(10, 1)
    assert (tree.plan.order == before[::-1]).all()
    with pytest.raises(PolicyError, match="each once"):
        tree_of({"preset": "hybrid", "shuffle": "test-twice"}).regroup(10, 1)
    with pytest.raises(PolicyError, match="read-only"):  # sizes stay
        tree_of({"preset": "hybrid", "shuffle": "test-resize"}).regroup(10, 1)
    with pytest.raises(PolicyError, match="NaN"):
        tree_of({"preset": "hybrid", "officer": "test-nan"})


def test_a_policy_file_that_is_missing_or_raises_is_reported(tmp_path):
    with pytest.raises(PolicyError, match="no such file"):
        load_policies(tmp_path / "none.py")
    (tmp_path / "raises.py").write_text("1 / 0")
    with pytest.raises(PolicyError, match="ZeroDivisionError"):
        load_policies(tmp_path / "raises.py")


def test_the_names_of_our_policies_cannot_be_taken():
    with pytest.raises(PolicyError, match="exists already"):
        shuffle_policy("random")(lambda group: group.members)
    with pytest.raises(PolicyError, match="exists already"):
        officer_policy("fastest")(lambda group: group.learning_speed)


def test_a_policy_sees_its_members_cells_seats_draw_and_meetings():
    group = group_of([3, 2])
    assert group.cell.tolist() == [0, 0, 0, 1, 1] and group.seat.tolist() == [0, 1, 2, 0, 1]
    assert ((group.uniforms() >= 0) & (group.uniforms(1) < 1)).all() and (group.uniforms() != group.uniforms(1)).all()
    assert (group.meetings() == 0).all()
