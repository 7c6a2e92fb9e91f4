"""Shuffles: each policy on small groups worked by hand, and on many groups by its defining property."""

import itertools

import numba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from learnsim.chance import REGROUP, Chance
from learnsim.grouping import SHUFFLES, Group
from learnsim.grouping.cells import Layout, cell_sizes
from learnsim.grouping.kernels.shuffle import Cells, compiled_shuffle
from learnsim.grouping.meetings import Meetings
from learnsim.grouping.policies import SHUFFLE_PROPERTIES
from learnsim.people import People

OURS = list(SHUFFLES)
COMPILED = [name for name in OURS if SHUFFLE_PROPERTIES[name].machine_code is not None]


def group_of(sizes, *, members=None, speed=None, mastery=None, past=(), officers=None, fraction=1.0, seed=1, session=10):
    """A group in cells of these sizes; ``past`` lists the cell of every trainee in each earlier cycle."""
    sizes = np.array(sizes)
    count = int(sizes.sum())
    members = np.arange(count, dtype=np.int32) if members is None else np.array(members, dtype=np.int32)
    everybody = int(members.max()) + 1
    speed = np.full(everybody, 0.5) if speed is None else np.array(speed, dtype=float)
    mastery = np.zeros((everybody, 2)) if mastery is None else np.array(mastery, dtype=float)
    people = People(speed, np.full(everybody, 0.5), np.full(everybody, 0.5), np.ones((everybody, 1)), mastery)
    meetings = Meetings(everybody, max(1, len(past)))
    for cycle, cell in enumerate(past):
        meetings.history[:, cycle] = cell
    meetings.met.state[:2] = len(past), len(past) == 0
    first = members[np.concatenate([[0], np.cumsum(sizes)[:-1]])]
    officers = first if officers is None else np.array(officers, dtype=np.int32)
    chance = Chance(seed, 0, audit=True)
    return Group(members, Layout(sizes), officers, people, meetings, chance, session, max(1, len(past)), fraction)


WHOLE = st.just(1.0)


@st.composite
def groups(draw, fraction=WHOLE):
    """Any group of up to 40 people, its members and histories at random."""
    count = draw(st.integers(1, 40))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    sizes = cell_sizes(count, draw(st.integers(1, 10)))
    outsiders = draw(st.integers(0, 5))
    members = rng.permutation(count + outsiders)[:count]
    everybody = int(members.max()) + 1
    past = rng.integers(-1, 4, (draw(st.integers(0, 4)), everybody))
    ends = np.concatenate([[0], np.cumsum(sizes)])
    return group_of(
        sizes,
        members=members,
        speed=rng.integers(0, 5, everybody) / 4,
        mastery=rng.integers(0, 5, (everybody, 3)) / 4,
        past=past,
        officers=members[[rng.integers(lo, hi) for lo, hi in itertools.pairwise(ends)]],
        fraction=draw(fraction),
        seed=draw(st.integers(0, 2**32)),
    )


def test_every_shuffle_says_what_it_does_in_a_docstring():
    assert all(SHUFFLES[name].__doc__ for name in OURS)


@pytest.mark.parametrize("name", OURS)
@settings(max_examples=40, deadline=None)
@given(group=groups())
def test_every_policy_seats_everybody_once(name, group):
    before = group.members.copy()
    order = SHUFFLES[name](group)
    assert sorted(order) == sorted(before)
    assert np.array_equal(group.members, before)


@settings(max_examples=20, deadline=None)
@given(groups())
def test_under_none_everybody_keeps_their_seat(group):
    assert np.array_equal(SHUFFLES["none"](group), group.members)


@numba.njit
def call(policy, cells, new):
    policy(cells, new)


@pytest.mark.thorough
@pytest.mark.parametrize("name", COMPILED)
@settings(max_examples=40, deadline=None)
@given(group=groups(fraction=st.floats(0.0, 1.0)))
def test_machine_code_seats_everybody_as_the_function_of_a_group_does(name, group):
    """Also where pairs are counted instead of histories searched."""
    machine_code = SHUFFLE_PROPERTIES[name].machine_code
    draws = [Chance(group._chance.seed, 0).uniforms(REGROUP, group.session, group.members, index) for index in (0, 1)]
    history = group.history
    times = ((history[:, None] == history[None]) & (history[:, None] >= 0)).sum(axis=2).astype(np.int32)
    counted = group.met._replace(times=times, state=np.array([history.shape[1], 0, 1, 0]))
    expected = SHUFFLES[name](group)
    for met in (group.met, counted):
        cells = Cells(
            group.members, group.offsets.copy(), group.officers.astype(np.int32), *draws, group.fraction,
            group._people.learning_speed, group._people.mastery, met,
        )
        order = np.empty(len(group), dtype=np.int32)
        call(compiled_shuffle(machine_code), cells, order)
        assert np.array_equal(order, expected)


# Random --------------------------------------------------------------------------------------------


def test_a_random_shuffle_makes_every_seating_equally_likely():
    counts = {}
    for seed in range(2400):
        order = tuple(SHUFFLES["random"](group_of([2, 2], seed=seed)).tolist())
        counts[order] = counts.get(order, 0) + 1
    assert len(counts) == 24
    assert stats.chisquare(list(counts.values())).pvalue > 1e-4


@settings(max_examples=80, deadline=None)
@given(groups(fraction=st.floats(0.0, 1.0)))
def test_a_fraction_moves_at_most_that_share_to_the_nearest_person(group):
    order = SHUFFLES["random"](group)
    moved = (order != group.members).sum()
    assert moved <= group.fraction * len(group) + 0.5
    assert sorted(order) == sorted(group.members)


def test_a_fraction_of_nobody_moves_nobody():
    group = group_of([3, 3], fraction=0.0)
    assert np.array_equal(SHUFFLES["random"](group), group.members)


def test_who_takes_part_in_a_fraction_is_equally_likely_to_be_anybody():
    """Half of eight: four permute their seats, so on average three of them leave theirs."""
    moved = np.zeros(8)
    for seed in range(2000):
        group = group_of([4, 4], fraction=0.5, seed=seed)
        moved += SHUFFLES["random"](group) != group.members
    assert stats.chisquare(moved).pvalue > 1e-4
    assert moved.sum() / 2000 == pytest.approx(3.0, abs=4 * 1 / np.sqrt(2000))


def test_nearly_everybody_and_everybody_have_the_same_draw():
    whole, most = group_of([3, 3, 3]), group_of([3, 3, 3], fraction=0.999999)
    assert np.array_equal(SHUFFLES["random"](whole), SHUFFLES["random"](most))


# Rotate --------------------------------------------------------------------------------------------


def test_seat_b_moves_b_cells_on():
    """Worked by hand: seat 0 stays, seat 1 moves one cell on, seat 2 two cells."""
    order = SHUFFLES["rotate"](group_of([3, 3, 3], members=range(9)))
    assert order.reshape(3, 3).tolist() == [[0, 7, 5], [3, 1, 8], [6, 4, 2]]


def test_a_seat_moves_only_among_the_cells_that_have_it():
    """Worked by hand: cells of three, three and two; seat 2 goes round the first two."""
    order = SHUFFLES["rotate"](group_of([3, 3, 2], members=range(8)))
    assert order.tolist() == [0, 7, 2, 3, 1, 5, 6, 4]


@settings(max_examples=60, deadline=None)
@given(groups())
def test_rotating_keeps_everybodys_seat_number(group):
    order = SHUFFLES["rotate"](group)
    seat = dict(zip(group.members.tolist(), group.seat.tolist(), strict=True))
    cell = dict(zip(group.members.tolist(), group.cell.tolist(), strict=True))
    having = np.bincount(group.seat)
    for x, member in enumerate(order.tolist()):
        assert seat[member] == group.seat[x]
        assert group.cell[x] == (cell[member] + seat[member]) % having[seat[member]]


# Least met -----------------------------------------------------------------------------------------


def greedy(group):
    """The social golfer in plain words, from the square of meetings."""
    met = group.meetings()
    cells = [[] for _ in group.sizes]
    for x in np.argsort(Chance(group._chance.seed, 0).uniforms(REGROUP, group.session, group.members), kind="stable"):
        free = [c for c in range(len(cells)) if len(cells[c]) < group.sizes[c]]
        best = min(free, key=lambda c: (sum(met[x, y] for y in cells[c]), len(cells[c]), c))
        cells[best].append(x)
    return group.members[[x for cell in cells for x in cell]]


@settings(max_examples=80, deadline=None)
@given(groups())
def test_least_met_takes_the_seat_with_the_fewest_earlier_meetings(group):
    """Then the emptiest cell, then the lowest seat."""
    assert np.array_equal(SHUFFLES["least-met"](group), greedy(group))


@pytest.mark.parametrize("stranger", [0, 1, 2])
def test_the_fourth_of_six_in_pairs_sits_down_beside_the_only_stranger(stranger):
    """Worked by hand: the first three of the queue open a cell each; the fourth has met two of them."""
    queue = np.argsort(Chance(1, 0).uniforms(REGROUP, 10, np.arange(6)), kind="stable")
    together = np.arange(6)
    together[[queue[x] for x in (0, 1, 2) if x != stranger]] = together[queue[3]]
    order = SHUFFLES["least-met"](group_of([2, 2, 2], past=[together]))
    assert order[::2].tolist() == queue[:3].tolist()
    assert order[2 * stranger + 1] == queue[3]


def test_before_anybody_has_met_people_are_dealt_to_the_emptiest_cells():
    """Worked by hand: the queue goes to cells 0, 1, 2, 0, 1, 2, 0."""
    group = group_of([3, 2, 2])
    queue = group.members[np.argsort(Chance(1, 0).uniforms(REGROUP, 10, group.members), kind="stable")]
    assert np.array_equal(SHUFFLES["least-met"](group), queue[[0, 3, 6, 1, 4, 2, 5]])


# By speed ------------------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(groups())
def test_streamed_cells_do_not_overlap_in_speed(group):
    order = SHUFFLES["streamed"](group)
    key = [(group._people.learning_speed[i], i) for i in order]
    assert key == sorted(key)


@settings(max_examples=60, deadline=None)
@given(groups())
def test_every_mixed_cell_has_one_of_each_stratum_of_speed(group):
    order = SHUFFLES["mixed-speed"](group)
    ranked = sorted(group.members, key=lambda i: (group._people.learning_speed[i], i))
    stratum = {member: rank // len(group.sizes) for rank, member in enumerate(ranked)}
    for c in range(len(group.sizes)):
        inside = [stratum[i] for i in order[group.offsets[c] : group.offsets[c + 1]]]
        assert inside == list(range(len(inside)))


@settings(max_examples=60, deadline=None)
@given(groups())
def test_a_stratum_is_dealt_to_the_cells_in_the_order_of_its_members_draw(group):
    draws = dict(zip(group.members, Chance(group._chance.seed, 0).uniforms(REGROUP, 10, group.members), strict=True))
    by_speed = sorted(group.members, key=lambda i: (group._people.learning_speed[i], i))
    cells = [[] for _ in group.sizes]
    for first in range(0, len(group), len(cells)):
        for c, member in enumerate(sorted(by_speed[first : first + len(cells)], key=draws.get)):
            cells[c].append(member)
    assert SHUFFLES["mixed-speed"](group).tolist() == [member for cell in cells for member in cell]


def test_who_of_a_stratum_comes_to_which_cell_is_random():
    seen = np.zeros((2, 2))
    for seed in range(1000):
        order = SHUFFLES["mixed-speed"](group_of([2, 2], speed=[0.1, 0.2, 0.8, 0.9], seed=seed))
        seen[int(order[0] == 0), int(order[1] == 2)] += 1
    assert stats.chisquare(seen.ravel()).pvalue > 1e-4


# Complementary -------------------------------------------------------------------------------------

DRAFT = [[0.5, 0], [0.5, 0.5], [0, 0.75], [1, 0], [0, 0], [0.25, 0.25]]


def test_the_snake_draft_worked_by_hand():
    """Cell 0 takes 1 (adds 1, as 3 would, but 1 is lower), cell 1 takes 3; backwards, cell 1 takes 2 (adds .75),
    cell 0 finds nothing to add and takes 0; forwards again 4 and 5 are left.
    """
    order = SHUFFLES["complementary"](group_of([3, 3], mastery=DRAFT))
    assert order.tolist() == [1, 0, 4, 3, 2, 5]


def test_the_lowest_number_wins_a_tie_wherever_it_sits():
    order = SHUFFLES["complementary"](group_of([3, 3], members=[5, 4, 3, 2, 1, 0], mastery=DRAFT))
    assert order.tolist() == [1, 0, 4, 3, 2, 5]


def test_a_smaller_cell_skips_the_last_round_of_the_draft():
    """Worked by hand: all alike, so 0 1 | 3 2 backwards | 4 to the larger cell."""
    assert SHUFFLES["complementary"](group_of([3, 2])).tolist() == [0, 3, 4, 1, 2]


@settings(max_examples=40, deadline=None)
@given(groups())
def test_a_snake_draft_does_not_depend_on_where_people_sat(group):
    other = Group(
        np.sort(group.members)[::-1].copy(),
        group.layout,
        group.officers,
        group._people,
        group._meetings,
        group._chance,
        10,
        1,
    )
    assert np.array_equal(SHUFFLES["complementary"](group), SHUFFLES["complementary"](other))


# Officers ------------------------------------------------------------------------------------------


def test_only_the_officers_move_one_cell_on():
    order = SHUFFLES["officers-rotate"](group_of([3, 3, 2], members=range(8), officers=[1, 3, 7]))
    assert order.tolist() == [0, 7, 2, 1, 4, 5, 6, 3]


@settings(max_examples=40, deadline=None)
@given(groups())
def test_every_cell_has_exactly_one_officer_after_they_rotate(group):
    order = SHUFFLES["officers-rotate"](group)
    isin = np.isin(order, group.officers)
    assert np.array_equal(np.add.reduceat(isin.astype(int), group.offsets[:-1]), np.ones(len(group.sizes)))
    assert np.array_equal(order[~isin], group.members[~np.isin(group.members, group.officers)])
