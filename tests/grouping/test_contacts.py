"""Whom people can look at: cellmates, lasting ties to people elsewhere, officers each other."""

import numpy as np
import pytest

from helpers.plans import plan_of
from learnsim.chance import Chance
from learnsim.grouping.contacts import Rewired, contacts_of, rewire


def cells_of(count=6, size=5, branches=2):
    people = count * size
    parts = np.split(np.arange(people, dtype=np.int32)[::-1].copy(), branches)
    cells = plan_of([(part, np.full(count // branches, size)) for part in parts], people)
    cells.officers = cells.order[cells.offsets[:-1]].copy()
    return cells


def pairs(cells, ties, council=False):
    starts, contacts = contacts_of(cells, ties, council)
    return {(i, int(p)) for i in range(len(cells.cell)) for p in contacts[starts[i] : starts[i + 1]]}, len(contacts)


def test_without_rewiring_everybody_sees_exactly_their_cellmates():
    cells = cells_of()
    seen, _ = pairs(cells, rewire(cells, 0.0, Chance(1, 0).key))
    cell = cells.cell
    assert seen == {(i, p) for i in range(30) for p in range(30) if i != p and cell[i] == cell[p]}


def test_when_every_tie_is_rewired_nobody_sees_a_cellmate():
    cells = cells_of()
    ties = rewire(cells, 1.0, Chance(1, 0).key)
    seen, _ = pairs(cells, ties)
    assert len(ties.lasting) == 6 * 10
    assert all(cells.cell[i] != cells.cell[p] for i, p in seen)


@pytest.mark.parametrize("rewiring", [0.0, 0.1, 0.5, 1.0])
def test_looking_is_mutual_and_nobody_counts_twice(rewiring):
    cells = cells_of()
    for replicate in range(5):
        seen, length = pairs(cells, rewire(cells, rewiring, Chance(1, replicate).key), council=True)
        assert seen == {(p, i) for i, p in seen}
        assert len(seen) == length
        assert all(i != p for i, p in seen)


@pytest.mark.exact
def test_ties_are_rewired_with_the_chance_that_is_set():
    cells = cells_of(40, 7, 1)
    share = [len(rewire(cells, 0.1, Chance(1, r).key).lasting) / (40 * 21) for r in range(50)]
    assert abs(np.mean(share) - 0.1) < 4 * (0.09 / (50 * 840)) ** 0.5


@pytest.mark.exact
def test_rewired_ties_lead_everywhere_else_alike():
    cells = cells_of(4, 3, 1)
    met = np.zeros((12, 12))
    for replicate in range(3000):
        for i, p in rewire(cells, 1.0, Chance(1, replicate).key).lasting:
            met[i, p] += 1
    elsewhere = cells.cell[:, None] != cells.cell[None, :]
    assert (met[~elsewhere] == 0).all()
    expected = 3000 * 12 / elsewhere.sum()
    assert (np.abs(met[elsewhere] - expected) < 4.5 * expected**0.5).all()


def test_officers_see_the_officers_of_their_own_community_only():
    cells = cells_of()
    everybody, _ = pairs(cells, rewire(cells, 0.0, Chance(1, 0).key))
    linked, _ = pairs(cells, rewire(cells, 0.0, Chance(1, 0).key), council=True)
    first, second = cells.officers[:3].tolist(), cells.officers[3:].tolist()
    added = {(i, p) for group in (first, second) for i in group for p in group if i != p}
    assert linked - everybody == added


def test_a_lasting_tie_moves_with_the_person_and_a_lost_one_does_not():
    cells = cells_of(2, 2, 1)
    ties = Rewired(np.array([False, True]), np.array([[int(cells.order[0]), int(cells.order[2])]], dtype=np.int32))
    a, b, c, d = cells.order.tolist()
    assert pairs(cells, ties)[0] == {(a, c), (c, a), (c, d), (d, c)}
    cells.seat(np.array([d, b, a, c], dtype=np.int32))
    assert pairs(cells, ties)[0] == {(a, c), (c, a)}


def test_one_cell_alone_has_nobody_elsewhere():
    cells = cells_of(1, 5, 1)
    assert len(rewire(cells, 1.0, Chance(1, 0).key).lasting) == 0
