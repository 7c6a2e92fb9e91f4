"""Tree: communities, cells and officers of one run, under every policy."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from learnsim import grouping
from learnsim.chance import Chance
from learnsim.grouping import Tree
from learnsim.grouping.cells import cell_sizes
from learnsim.grouping.communities import community_sizes
from learnsim.grouping.policies import SHUFFLE_PROPERTIES, shuffle_names
from learnsim.people import draw_people
from learnsim.settings import PRESETS, Settings

SHUFFLES, OFFICERS = shuffle_names(plan=False), list(grouping.OFFICERS)
WIDE = [name for name in SHUFFLES if "organisation" in SHUFFLE_PROPERTIES[name].scopes]
LENGTH = 10


def tree(trainees=60, communities=3, cell_size=4, cycles=8, seed=1, labels=(), **fields):
    """The tree of an arm like the hybrid."""
    world = {"organisation.trainees": trainees, "organisation.communities": communities, "curriculum.items": 3}
    chance = Chance(seed, 0, audit=True)
    people = draw_people(Settings().changed(world), chance, None)
    return Tree(PRESETS["hybrid"][1]._replace(**fields), people, chance, cell_size, cycles, labels, LENGTH)


def next_cycle(organisation, cycle):
    """Regroup and choose officers as a run does, and return whose cell changed."""
    return organisation.start_cycle(cycle * LENGTH)


def branch_of(plan):
    """The branch on which each trainee sits."""
    return np.searchsorted(plan.branches, plan.cell, side="right") - 1


WORLD = {
    "trainees": st.integers(1, 40),
    "communities": st.integers(1, 4),
    "cell_size": st.integers(1, 9),
    "seed": st.integers(0, 2**32),
}


@pytest.mark.parametrize("shuffle", SHUFFLES)
@settings(max_examples=25, deadline=None)
@given(officer=st.sampled_from(OFFICERS), data=st.data(), **WORLD)
def test_under_every_policy_everybody_has_one_seat_and_sizes_stay(
    shuffle, officer, data, trainees, communities, cell_size, seed
):
    communities = min(communities, trainees)
    grown = tree(trainees, communities, cell_size, 5, seed, shuffle=shuffle, officer=officer)
    community, plan = grown.community.copy(), grown.plan
    met = np.zeros((trainees, trainees), dtype=bool)
    offsets = plan.offsets.copy()
    sizes = [cell_sizes(n, cell_size) for n in community_sizes(trainees, communities)]
    assert np.array_equal(np.diff(offsets), np.concatenate(sizes))
    assert np.array_equal(np.diff(plan.branches), [len(s) for s in sizes])
    for cycle in range(5):
        if cycle:
            before = plan.cell.copy()
            who = np.array(sorted(data.draw(st.sets(st.integers(0, trainees - 1), max_size=2))), dtype=np.int64)
            if len(who):
                grown.replace(who)
            met[who, :] = met[:, who] = False
            moved = next_cycle(grown, cycle)
            assert np.array_equal(moved, plan.cell != before)
        assert sorted(plan.order) == list(range(trainees))
        assert np.array_equal(plan.offsets, offsets)
        assert np.array_equal(grown.community, community)
        assert np.array_equal(branch_of(plan), community)
        for c in range(plan.cells):
            assert (plan.cell[plan.members(c)] == c).all()
            assert plan.officers[c] in plan.members(c)
        met |= plan.cell[:, None] == plan.cell[None, :]
        np.fill_diagonal(met, False)
        assert np.array_equal(grown.meetings.partners, met.sum(axis=1))


# Groups --------------------------------------------------------------------------------------------


def test_without_groups_there_is_no_cell_and_no_officer():
    flat = tree(groups="none", shuffle="none")
    assert (flat.plan.cells, len(flat.plan.officers)) == (0, 0)
    assert not next_cycle(flat, 1).any()
    assert (flat.plan.cell == -1).all()
    assert (flat.meetings.partners == 0).all()
    assert np.bincount(flat.community).tolist() == [20, 20, 20]


def test_a_community_may_be_one_large_cell():
    large = tree(groups="community", shuffle="none")
    assert np.array_equal(large.plan.cell, large.community)
    assert (large.meetings.partners == 19).all()


def test_the_whole_organisation_may_be_one_cell():
    one = tree(groups="organisation", shuffle="none")
    assert (one.plan.cell == 0).all()
    assert (one.meetings.partners == 59).all()
    assert len(one.plan.officers) == 1


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 12), st.integers(0, 2**32))
def test_cells_of_one_meet_nobody_and_are_their_own_officers(trainees, seed):
    alone = tree(trainees, 1, 1, 4, seed)
    next_cycle(alone, 1)
    assert (alone.meetings.partners == 0).all()
    assert np.array_equal(alone.plan.officers, alone.plan.order)


# Common random numbers -----------------------------------------------------------------------------


def test_two_arms_that_start_at_random_start_in_the_same_cells():
    first = tree(shuffle="random")
    for shuffle in ("none", "rotate", "least-met", "officers-rotate"):
        assert np.array_equal(tree(shuffle=shuffle).plan.order, first.plan.order)
    assert not np.array_equal(tree(seed=2).plan.order, first.plan.order)


@pytest.mark.parametrize("shuffle", ["mixed-speed", "streamed", "complementary"])
def test_a_composing_policy_forms_the_first_cells_too(shuffle):
    first = tree(shuffle=shuffle)
    assert not np.array_equal(first.plan.order, tree(shuffle="random").plan.order)
    if shuffle == "streamed":
        for g in range(3):
            seats = np.flatnonzero(first.community[first.plan.order] == g)
            assert (np.diff(first.people.learning_speed[first.plan.order[seats]]) >= 0).all()


def test_a_seed_gives_the_same_tree_for_ever():
    first, second = tree(), tree()
    for cycle in range(1, 5):
        next_cycle(first, cycle)
        next_cycle(second, cycle)
    assert np.array_equal(first.plan.order, second.plan.order)
    assert np.array_equal(first.plan.officers, second.plan.officers)


def test_two_shuffles_of_one_run_differ():
    shuffled = tree()
    orders = {tuple(shuffled.plan.order)}
    for cycle in range(1, 5):
        next_cycle(shuffled, cycle)
        orders.add(tuple(shuffled.plan.order))
    assert len(orders) == 5


# Scope ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shuffle", ["random", "least-met"])
def test_a_shuffle_of_the_organisation_crosses_communities(shuffle):
    """Everybody keeps their own community all the same."""
    wide = tree(shuffle=shuffle, scope="organisation")
    community, branches = wide.community.copy(), wide.plan.branches.copy()
    assert np.array_equal(branch_of(wide.plan), community)
    next_cycle(wide, 1)
    assert (branch_of(wide.plan) != community).any()
    assert np.array_equal(wide.community, community)
    assert np.array_equal(wide.plan.branches, branches)
    assert sorted(wide.plan.order) == list(range(60))


@pytest.mark.parametrize("shuffle", WIDE)
def test_a_shuffle_of_a_community_never_leaves_it(shuffle):
    narrow = tree(shuffle=shuffle)
    for cycle in range(1, 8):
        next_cycle(narrow, cycle)
        assert np.array_equal(branch_of(narrow.plan), narrow.community)


@pytest.mark.parametrize("shuffle", ["random", "least-met"])
def test_with_one_community_the_scope_makes_no_difference(shuffle):
    wide, narrow = tree(communities=1, shuffle=shuffle, scope="organisation"), tree(communities=1, shuffle=shuffle)
    for cycle in range(1, 5):
        next_cycle(wide, cycle)
        next_cycle(narrow, cycle)
        assert np.array_equal(wide.plan.order, narrow.plan.order)


def test_least_met_over_the_organisation_finds_strangers_from_elsewhere():
    """In cells of four from three communities of eight, three new partners every cycle exist for everybody."""
    wide, narrow = (tree(24, 3, 4, 4, shuffle="least-met", scope=s) for s in ("organisation", "community"))
    for cycle in range(1, 4):
        next_cycle(wide, cycle)
        next_cycle(narrow, cycle)
    assert narrow.meetings.partners.max() <= 7
    assert wide.meetings.partners.mean() > 9


# Regrouping ----------------------------------------------------------------------------------------


def test_fixed_cells_stay_and_bring_no_new_partner():
    fixed = tree(shuffle="none")
    order = fixed.plan.order.copy()
    for cycle in range(1, 5):
        assert not next_cycle(fixed, cycle).any()
    assert np.array_equal(fixed.plan.order, order)
    assert (fixed.meetings.partners == 3).all()


def test_officers_are_chosen_anew_every_cycle_under_fixed_cells_too():
    fixed = tree(shuffle="none")
    fixed.people.mastery[:] = 0.0
    last = np.array([members.max() for members in fixed.plan.order.reshape(-1, 4)])
    fixed.people.mastery[last] = 1.0
    next_cycle(fixed, 1)
    assert np.array_equal(fixed.plan.officers, last)


def test_officers_who_rotate_keep_office_whatever_they_know():
    moving = tree(shuffle="officers-rotate")
    in_office = moving.plan.officers.copy()
    moving.people.mastery[:] = np.linspace(0.0, 1.0, 60)[:, None]
    cells = moving.plan.branches
    for cycle in range(1, 4):
        moved = next_cycle(moving, cycle)
        assert sorted(np.flatnonzero(moved)) == sorted(in_office)
        for g in range(3):
            branch = slice(cells[g], cells[g + 1])
            assert np.array_equal(moving.plan.officers[branch], np.roll(in_office[branch], cycle))


def test_officers_come_home_after_as_many_cycles_as_there_are_cells():
    moving = tree(20, 1, 4, shuffle="officers-rotate")
    start = moving.plan.cell.copy()
    for cycle in range(1, 6):
        next_cycle(moving, cycle)
    assert np.array_equal(moving.plan.cell, start)


def test_rotating_comes_home_after_as_many_cycles_as_there_are_cells():
    turning = tree(20, 1, 4, shuffle="rotate")
    start = turning.plan.order.copy()
    for cycle in range(1, 6):
        next_cycle(turning, cycle)
    assert np.array_equal(turning.plan.order, start)


def test_a_novice_meets_the_fixed_cell_at_the_next_cycle():
    fixed = tree(shuffle="none")
    fixed.replace(np.array([7]))
    assert fixed.meetings.partners[7] == 0
    next_cycle(fixed, 1)
    assert (fixed.meetings.partners == 3).all()


def test_fixed_cells_are_noted_again_only_if_somebody_was_replaced_since():
    fixed = tree(shuffle="none")
    fixed.replace(np.array([7]))
    next_cycle(fixed, 1)
    next_cycle(fixed, 2)
    assert fixed.meetings.cycles == 2


@pytest.mark.parametrize(
    ("shuffle", "turnover", "cycles"), [("random", 0.0, 4), ("none", 0.2, 4), ("none", 0.0, 1)]
)
def test_a_run_remembers_every_cycle_in_which_somebody_can_be_met_anew(shuffle, turnover, cycles):
    """Four cycles of ten sessions, the last of them cut short."""
    settings = Settings().changed({"organisation.cycle_length": 10, "organisation.trainees": 24})
    chance = Chance(1, 0)
    arm = PRESETS["hybrid"][1]._replace(shuffle=shuffle)
    grown = Tree.of_run(settings, arm, draw_people(settings, chance, None), chance, 35, turnover=turnover)
    assert grown.meetings.history.shape == (24, cycles)
    assert grown.cycle_length == 10


def test_a_policy_sees_the_meetings_of_its_own_members_only():
    narrow = tree(12, 2, 3)
    next_cycle(narrow, 1)
    cells, meetings = narrow.meetings.history[:, :2], []
    for _, group in narrow._groups(20, 2):
        meetings.append(group.meetings())
        past = cells[group.members]
        assert np.array_equal(meetings[-1], (past[:, None] == past[None]).sum(axis=2))
        assert np.array_equal(group.history, cells)
        assert (np.diag(meetings[-1]) == 2).all()
    assert len(meetings) == 2


def test_everything_a_group_says_is_in_seat_order():
    narrow = tree(13, 2, 3)
    for _, group in narrow._groups(10, 1):
        assert len(group) == len(group.members) == sum(group.sizes)
        assert np.array_equal(group.learning_speed, narrow.people.learning_speed[group.members])
        assert np.array_equal(group.sociability, narrow.people.sociability[group.members])
        assert np.array_equal(group.helpfulness, narrow.people.helpfulness[group.members])
        assert np.array_equal(group.mastery, narrow.people.mastery[group.members])
        assert group.mean_mastery == pytest.approx(group.mastery.mean(axis=1), rel=1e-12)
        for x, member in enumerate(group.members):
            assert group.members[group.offsets[group.cell[x]] + group.seat[x]] == member


def test_a_rosters_communities_hold_whatever_their_sizes():
    labels = ["b"] * 7 + ["a"] * 2 + ["c"]
    labelled = tree(10, 3, 3, labels=labels, formation="given")
    assert labelled.community.tolist() == [1] * 7 + [0] * 2 + [2]
    assert np.diff(labelled.plan.offsets).tolist() == [2, 4, 3, 1]
    next_cycle(labelled, 1)
    assert np.array_equal(branch_of(labelled.plan), labelled.community)


@pytest.mark.parametrize(("cell_size", "anew"), [(3, False), (4, True), (30, True)])
def test_a_phase_with_another_cell_size_forms_cells_anew(cell_size, anew):
    """Even where it has as many cells of the same sizes: those of 4 among 6 people are of 3, as before."""
    settings = Settings().changed({"organisation.trainees": 12, "organisation.communities": 2})
    chance = Chance(5, 0)
    arm = PRESETS["hybrid"][1]._replace(shuffle="none")
    grown = Tree(arm, draw_people(settings, chance, None), chance, 3, 2, (), 4)
    before = grown.plan.order.copy()
    moved = grown.begin_phase(arm, cell_size, 4, 4)
    assert bool(moved.all()) == bool(moved.any()) == anew
    assert np.array_equal(grown.plan.order, before) == (not anew)
