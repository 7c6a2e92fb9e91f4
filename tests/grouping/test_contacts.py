"""Whom people can look at: cellmates, lasting ties to people elsewhere, officers each other."""

import numpy as np
import pytest

from learnsim.chance import Chance
from learnsim.grouping.cells import plan_of
from learnsim.grouping.contacts import Rewired, contacts_of, rewire


def plan(cells=6, size=5, branches=2):
    people = cells * size
    parts = np.split(np.arange(people, dtype=np.int32)[::-1].copy(), branches)
    made = plan_of([(part, np.full(cells // branches, size)) for part in parts], people)
    made.officers = made.order[made.offsets[:-1]].copy()
    return made


def pairs(made, ties, council=False):
    starts, contacts = contacts_of(made, ties, council)
    return {(i, int(p)) for i in range(len(made.cell)) for p in contacts[starts[i] : starts[i + 1]]}, len(contacts)


def test_without_rewiring_everybody_sees_exactly_their_cellmates():
    made = plan()
    seen, _ = pairs(made, rewire(made, 0.0, Chance(1, 0).key))
    cell = made.cell
    assert seen == {(i, p) for i in range(30) for p in range(30) if i != p and cell[i] == cell[p]}


def test_when_every_tie_is_rewired_nobody_sees_a_cellmate():
    made = plan()
    ties = rewire(made, 1.0, Chance(1, 0).key)
    seen, _ = pairs(made, ties)
    assert len(ties.lasting) == 6 * 10
    assert all(made.cell[i] != made.cell[p] for i, p in seen)


@pytest.mark.parametrize("rewiring", [0.0, 0.1, 0.5, 1.0])
def test_looking_is_mutual_and_nobody_counts_twice(rewiring):
    made = plan()
    for replicate in range(5):
        seen, length = pairs(made, rewire(made, rewiring, Chance(1, replicate).key), council=True)
        assert seen == {(p, i) for i, p in seen}
        assert len(seen) == length
        assert all(i != p for i, p in seen)


@pytest.mark.exact
def test_ties_are_rewired_with_the_chance_that_is_set():
    made = plan(40, 7, 1)
    share = [len(rewire(made, 0.1, Chance(1, r).key).lasting) / (40 * 21) for r in range(50)]
    assert abs(np.mean(share) - 0.1) < 4 * (0.09 / (50 * 840)) ** 0.5


@pytest.mark.exact
def test_rewired_ties_lead_everywhere_else_alike():
    made = plan(4, 3, 1)
    met = np.zeros((12, 12))
    for replicate in range(3000):
        for i, p in rewire(made, 1.0, Chance(1, replicate).key).lasting:
            met[i, p] += 1
    elsewhere = made.cell[:, None] != made.cell[None, :]
    assert (met[~elsewhere] == 0).all()
    expected = 3000 * 12 / elsewhere.sum()
    assert (np.abs(met[elsewhere] - expected) < 4.5 * expected**0.5).all()


def test_officers_see_the_officers_of_their_own_community_only():
    made = plan()
    everybody, _ = pairs(made, rewire(made, 0.0, Chance(1, 0).key))
    linked, _ = pairs(made, rewire(made, 0.0, Chance(1, 0).key), council=True)
    first, second = made.officers[:3].tolist(), made.officers[3:].tolist()
    added = {(i, p) for group in (first, second) for i in group for p in group if i != p}
    assert linked - everybody == added


def test_a_lasting_tie_moves_with_the_person_and_a_lost_one_does_not():
    made = plan(2, 2, 1)
    ties = Rewired(np.array([False, True]), np.array([[int(made.order[0]), int(made.order[2])]], dtype=np.int32))
    a, b, c, d = made.order.tolist()
    assert pairs(made, ties)[0] == {(a, c), (c, a), (c, d), (d, c)}
    made.seat(np.array([d, b, a, c], dtype=np.int32))
    assert pairs(made, ties)[0] == {(a, c), (c, a)}


def test_one_cell_alone_has_nobody_elsewhere():
    made = plan(1, 5, 1)
    assert len(rewire(made, 1.0, Chance(1, 0).key).lasting) == 0
