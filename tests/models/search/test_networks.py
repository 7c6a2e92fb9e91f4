"""Networks: who is tied to whom, counted by hand; and the ties that cells and councils make."""

import numpy as np
import pytest

from helpers.plans import plan_of
from learnsim.chance import Chance
from learnsim.errors import SettingsError
from learnsim.grouping.contacts import contacts_of, rewire
from learnsim.models.search.networks import NETWORKS, Ties, full, isolated, lattice, line, random_network, small_world
from learnsim.models.search.ties import Neighbourhood
from learnsim.settings import validate
from learnsim.settings.arms import Network


def lists(ties):
    return [ties.of(i).tolist() for i in range(len(ties.offsets) - 1)]


def test_a_line_has_two_ends():
    assert lists(line(4)) == [[1], [0, 2], [1, 3], [2]]
    assert lists(line(1)) == [[]]


def test_a_lattice_ties_everybody_to_the_two_nearest_on_each_side():
    assert lists(lattice(7))[0] == [1, 2, 5, 6]
    assert lists(lattice(7))[3] == [1, 2, 4, 5]
    assert [len(near) for near in lists(lattice(100))] == [4] * 100


def test_a_small_lattice_is_everybody_tied_to_everybody():
    for people in (1, 2, 3, 4, 5):
        assert lists(lattice(people)) == lists(full(people))


def test_full_and_isolated_are_the_two_ends():
    assert lists(full(4)) == [[1, 2, 3], [0, 2, 3], [0, 1, 3], [0, 1, 2]]
    assert lists(isolated(3)) == [[], [], []]


def test_a_crowd_is_too_many_to_be_all_tied_to_each_other():
    with pytest.raises(SettingsError, match="46,342 people cannot all be tied"):  # 46,341 have 2^31 - 41,708 ties
        full(46_342)


@pytest.mark.parametrize("people", [1, 2, 3, 4, 5, 6, 30])
@pytest.mark.parametrize("rewiring", [0.0, 0.1, 1.0])
def test_a_small_world_keeps_the_number_of_ties(people, rewiring):
    ties = small_world(people, rewiring, Chance(1, 4))
    assert len(ties.neighbours) == len(lattice(people).neighbours)
    if rewiring == 0.0:
        assert lists(ties) == lists(lattice(people))


def test_a_small_world_rewires_the_share_that_is_asked_for():
    """Of 2,000 ties on 1,000 people one in ten; |z| < 4, and one in 500 comes home by chance."""
    old, new = lattice(1000), small_world(1000, 0.1, Chance(1, 0))
    unchanged = sum(len(set(old.of(i).tolist()) & set(new.of(i).tolist())) for i in range(1000)) / 2
    assert abs(unchanged - 1800) < 4 * (2000 * 0.1 * 0.9) ** 0.5


@pytest.mark.parametrize("people", [1, 2, 6, 25])
def test_a_random_network_of_density_one_is_the_full_one(people):
    assert lists(random_network(people, 1.0, Chance(1, 0))) == lists(full(people))


@pytest.mark.exact
def test_a_random_network_ties_the_share_of_pairs_that_is_asked_for():
    """Of 79,800 pairs of 400 people 7 in 100, each by itself; |z| < 4, also for the number of triangles."""
    pairs, triples, density = 400 * 399 / 2, 400 * 399 * 398 / 6, 0.07
    ties = random_network(400, density, Chance(1, 0))
    tied = len(ties.neighbours) / 2
    assert abs(tied - pairs * density) < 4 * (pairs * density * (1 - density)) ** 0.5
    matrix = np.zeros((400, 400))
    for person, near in enumerate(lists(ties)):
        matrix[person, near] = 1.0
    triangles = np.trace(matrix @ matrix @ matrix) / 6
    # Var = C(n,3) (p^3 - p^6) + 12 C(n,4) (p^5 - p^6): two triangles that share an edge go together
    shared = 12 * 400 * 399 * 398 * 397 / 24
    error = (triples * (density**3 - density**6) + shared * (density**5 - density**6)) ** 0.5
    assert abs(triangles - triples * density**3) < 4 * error


@pytest.mark.parametrize("name", ["line", "lattice", "full", "isolated", "small-world", "random"])
@pytest.mark.parametrize("people", [1, 2, 6, 25])
def test_ties_go_both_ways_and_nobody_is_tied_to_themselves(name, people):
    drawn = {"small-world": small_world, "random": random_network}
    fixed = {"line": line, "lattice": lattice, "full": full, "isolated": isolated}
    ties = fixed[name](people) if name in fixed else drawn[name](people, 0.5, Chance(1, 0))
    near = lists(ties)
    for i, others in enumerate(near):
        assert others == sorted(set(others)) and i not in others
        assert all(i in near[other] for other in others)


def seated():
    """Two branches: cells {0, 1}, {2, 3} and {4, 5}, {6}; the officers are 1, 2, 5 and 6."""
    order = np.arange(7, dtype=np.int32)
    plan = plan_of([(order[:4], np.array([2, 2])), (order[4:], np.array([2, 1]))], 7)
    plan.officers = np.array([1, 2, 5, 6], dtype=np.int32)
    return plan


def cells_and_councils(plan, council):
    """Ties of cells that are not rewired."""
    return Ties(*contacts_of(plan, rewire(plan, 0.0, Chance(1, 0).key), council))


def test_cells_are_closed_without_a_council():
    assert lists(cells_and_councils(seated(), False)) == [[1], [0], [3], [2], [5], [4], []]


def test_a_council_ties_the_officers_of_one_community():
    assert lists(cells_and_councils(seated(), True)) == [[1], [0, 2], [1, 3], [2], [5], [4, 6], [5]]


def contacts(arm):
    tree = {
        "model": {"kind": "search"},
        "organisation": {"trainees": 24, "communities": 2, "cell_size": 4},
        "arms": {"x": arm},
        "search": {"periods": 40},
    }
    settings = validate(tree, "test")
    return Neighbourhood(settings, settings.arm("x"), Chance(1, 0), np.arange(24) / 24.0, common=Chance(1, 0))


@pytest.mark.parametrize(
    ("arm", "changing", "reach"),
    [
        ({"preset": "isolated-cells"}, False, -1),
        ({"preset": "collective"}, False, -1),
        ({"preset": "flat-lecture"}, False, -1),
        ({"preset": "linked-cells"}, True, "community"),
        ({"preset": "hybrid"}, True, "community"),
        ({"preset": "hybrid", "scope": "organisation"}, True, 0),
        ({"preset": "hybrid", "rewiring": 0.5}, True, 0),
        ({"preset": "linked-cells", "rewiring": 0.5}, True, 0),
        ({"preset": "isolated-cells", "rewiring": 0.5}, False, -1),
    ],
)
def test_reach_depends_on_council_shuffle_scope_and_rewiring(arm, changing, reach):
    """What can ever come to somebody."""
    neighbourhood = contacts(arm)
    assert neighbourhood.changing == changing
    expected = neighbourhood.community if reach == "community" else np.full(24, reach)
    assert neighbourhood.reach.tolist() == expected.tolist()


def test_a_lecture_isolates_searchers_and_a_collective_ties_communities():
    assert len(contacts({"preset": "flat-lecture"}).ties.neighbours) == 0
    assert len(contacts({"preset": "collective"}).ties.neighbours) == 2 * 12 * 11


def test_rewired_ties_of_a_run_outlast_every_shuffle():
    neighbourhood = contacts({"preset": "hybrid", "rewiring": 0.5, "council": 0.0})
    rewired = neighbourhood._contacts.rewired.lasting.tolist()
    assert rewired
    for cycle in range(1, 4):
        neighbourhood.start_cycle(np.arange(24) / 24.0, 10 * cycle)
        assert all(p in neighbourhood.ties.of(i) and i in neighbourhood.ties.of(p) for i, p in rewired)


def test_the_officer_who_knows_most_is_the_one_with_the_best_solution():
    neighbourhood = contacts({"preset": "hybrid"})
    assert all(neighbourhood.plan.members(c).max() == neighbourhood.plan.officers[c] for c in range(neighbourhood.plan.cells))
    before = neighbourhood.plan.cell.copy()
    neighbourhood.start_cycle(1.0 - np.arange(24) / 24.0, 10)
    assert (neighbourhood.plan.cell != before).any()
    assert all(neighbourhood.plan.members(c).min() == neighbourhood.plan.officers[c] for c in range(neighbourhood.plan.cells))
    assert lists(neighbourhood.ties) == lists(cells_and_councils(neighbourhood.plan, True))


def test_every_network_that_can_be_asked_for_has_a_meaning():
    assert sorted(NETWORKS) == sorted(Network.__args__)
