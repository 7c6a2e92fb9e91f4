"""Shuffles and meetings against exact mathematics: every number here is a theorem.

Chance is addressed, so each test gives the same numbers every time; |z| < 4 says that they fit the theorem.
"""

from math import ceil, comb, log

import numpy as np
import pytest

from learnsim.chance import Chance
from learnsim.grouping import Tree
from learnsim.grouping.cells import cell_of_seats
from learnsim.grouping.meetings import Meetings
from learnsim.people import draw_people
from learnsim.settings import Settings

pytestmark = [pytest.mark.exact, pytest.mark.thorough]


def tree_of(n, m, cycles, replicate, shuffle="random"):
    settings = Settings().changed({"organisation.trainees": n, "organisation.communities": 1, "arms.x": {"preset": "hybrid", "shuffle": shuffle}})
    chance = Chance(1, replicate)
    return Tree(settings.arm("x"), draw_people(settings, chance, None), chance, m, cycles)


def partners_after(n, m, cycles, replicate, shuffle="random"):
    """Everybody's distinct partners after so many formations of the cells."""
    tree = tree_of(n, m, cycles, replicate, shuffle)
    for cycle in range(1, cycles):
        tree.regroup(cycle, cycle)
        tree.choose_officers(cycle, cycle)
    return tree.meetings.partners


CASES = {(12, 3, 4): (6.0706, 0.8214), (15, 3, 7): (9.2412, 1.3251), (30, 5, 6): (17.0972, 2.3939), (32, 4, 10): (19.7972, 2.8857)}


@pytest.mark.parametrize("case", CASES)
def test_distinct_partners_have_the_mean_and_variance_of_the_formula(case):
    n, m, c = case
    s = (n - m) / (n - 1)
    r = (n - m) * (n - m - 1) / ((n - 1) * (n - 2))
    mean = (n - 1) * (1 - s**c)
    variance = (n - 1) * (s**c - s ** (2 * c)) + (n - 1) * (n - 2) * (r**c - s ** (2 * c))
    assert (mean, variance) == pytest.approx(CASES[case], abs=5e-5)
    first = np.array([partners_after(n, m, c, replicate)[0] for replicate in range(1500)], dtype=float)
    assert abs(first.mean() - mean) < 4 * (variance / len(first)) ** 0.5
    fourth = ((first - first.mean()) ** 4).mean()
    assert abs(first.var() - variance) < 4 * ((fourth - variance**2) / len(first)) ** 0.5


@pytest.mark.parametrize("shuffle", ["random", "rotate", "least-met", "mixed-speed", "streamed", "complementary", "officers-rotate"])
@pytest.mark.parametrize(("n", "m", "c"), CASES)
def test_no_policy_lets_anybody_meet_more_than_the_bound(n, m, c, shuffle):
    for replicate in range(5):
        assert partners_after(n, m, c, replicate, shuffle).max() <= min(n - 1, c * (m - 1))


@pytest.mark.parametrize(("n", "m", "c"), [*CASES, (15, 3, 7), (9, 3, 4), (16, 4, 5)])
def test_least_met_is_never_worse_than_the_random_mean(n, m, c):
    expected = (n - 1) * (1 - ((n - m) / (n - 1)) ** c)
    for replicate in range(20):
        assert partners_after(n, m, c, replicate, "least-met").mean() >= expected


@pytest.mark.parametrize(("n", "m", "rounds"), [(15, 3, 7), (9, 3, 4), (16, 4, 5)])
def test_a_schedule_without_repeats_lasts_no_longer_than_published_ones(n, m, rounds):
    assert (n - 1) // (m - 1) == rounds


@pytest.mark.parametrize(("n", "m", "factor"), [(12, 3, 0.27273), (30, 5, 0.17241)])
def test_variance_contracts_by_the_exact_factor_per_uniform_reshuffle(n, m, factor):
    """Every member reaches the cell's mean; expected variance after one reshuffle, from any start."""
    assert (n - m) / (m * (n - 1)) == pytest.approx(factor, abs=5e-6)
    value = np.arange(n) ** 2.0
    ratios = []
    for replicate in range(3000):
        plan = tree_of(n, m, 1, replicate).plan
        means = np.array([value[plan.members(c)].mean() for c in range(plan.cells)])
        ratios.append(np.repeat(means, m).var() / value.var())
    z = (np.mean(ratios) - (n - m) / (m * (n - 1))) / (np.std(ratios) / len(ratios) ** 0.5)
    assert abs(z) < 4


def test_officers_who_average_shrink_deviations_by_m_minus_1_over_m():
    """One officer of each cell takes the officers' mean, then each cell its own mean."""
    tree = tree_of(30, 5, 1, 0, "none")
    plan = tree.plan
    value = np.empty(30)
    for c in range(plan.cells):
        value[plan.members(c)] = c * c
    before = np.array([value[plan.members(c)].mean() for c in range(plan.cells)])
    value[plan.officers] = value[plan.officers].mean()
    after = np.array([value[plan.members(c)].mean() for c in range(plan.cells)])
    assert np.allclose(after - after.mean(), (before - before.mean()) * 4 / 5, atol=1e-12)


def spread(knows, plan):
    return np.array([knows[plan.members(c)].any() for c in range(plan.cells)])[plan.cell]


@pytest.mark.parametrize(("n", "m", "expected"), [(12, 3, 3.2108), (15, 3, 3.4639), (30, 5, 3.0599)])
def test_one_knower_reaches_everybody_in_the_expected_number_of_cycles(n, m, expected):
    taken = []
    for replicate in range(1500):
        tree = tree_of(n, m, 40, replicate)
        knows = np.arange(n) == 0
        cycle = 0
        while True:
            knows = spread(knows, tree.plan)
            cycle += 1
            if knows.all():
                break
            tree.regroup(cycle, cycle)
        taken.append(cycle)
    assert min(taken) >= ceil(log(n) / log(m) - 1e-9)
    assert abs(np.mean(taken) - expected) < 4 * np.std(taken) / len(taken) ** 0.5 + 5e-5


@pytest.mark.parametrize("k", [2, 3, 7])
def test_one_reshuffle_spreads_knowledge_as_the_hypergeometric_says(k):
    n, m = 12, 3
    expected = n * (1 - comb(n - k, m) / comb(n, m))
    shares = [spread(np.arange(n) < k, tree_of(n, m, 1, replicate).plan).sum() for replicate in range(2000)]
    assert abs(np.mean(shares) - expected) < 4 * np.std(shares) / len(shares) ** 0.5


def test_fixed_cells_stop_where_a_cell_has_no_knower():
    """In expectation at 1 - (1 - x0)^m, for knowers drawn independently."""
    n, m, x0 = 30, 5, 0.2
    draws = np.random.default_rng(1).random((3000, n)) < x0
    shares = [spread(knows, tree_of(n, m, 1, replicate, "none").plan).mean() for replicate, knows in enumerate(draws)]
    assert abs(np.mean(shares) - (1 - (1 - x0) ** m)) < 4 * np.std(shares) / len(shares) ** 0.5


def kirkman():
    """Fifteen people in threes for seven rounds: one day of the schedule, and the same day turned by 1 to 6."""
    day = [[0, 7, 14], [1, 2, 4], [8, 3, 12], [9, 10, 6], [11, 5, 13]]
    return [[[x if x == 14 else x // 7 * 7 + (x + turn) % 7 for x in three] for three in day] for turn in range(7)]


def planes(side, times):
    """The parallel lines of a plane of ``side`` times ``side`` points, by direction."""
    points = [(x, y) for x in range(side) for y in range(side)]
    upright = [[side * x + y for x, y in points if x == c] for c in range(side)]
    slanted = [
        [[side * x + y for x, y in points if times(slope, x, y) == c] for c in range(side)] for slope in range(side)
    ]
    return [upright, *slanted]


GALOIS = np.array([[0, 0, 0, 0], [0, 1, 2, 3], [0, 2, 3, 1], [0, 3, 1, 2]])  # multiplication of four numbers
SCHEDULES = {
    "15 in threes": (kirkman(), 3),
    "9 in threes": (planes(3, lambda slope, x, y: (y + slope * x) % 3), 3),
    "16 in fours": (planes(4, lambda slope, x, y: y ^ int(GALOIS[slope, x])), 4),
}


@pytest.mark.parametrize("name", SCHEDULES)
def test_a_schedule_that_reaches_the_bound_is_counted_as_such(name):
    """Exact: Kirkman (1850) and the affine planes; everybody meets m - 1 new people a round, and in the end all."""
    rounds, m = SCHEDULES[name]
    n = m * len(rounds[0])
    offsets = np.arange(0, n + 1, m, dtype=np.int32)
    meetings = Meetings(n, len(rounds) + 1)
    for c, cells in enumerate([*rounds, rounds[0]], start=1):
        order = np.array(cells, dtype=np.int32).ravel()
        assert sorted(order) == list(range(n))
        meetings.note(cell_of_seats(order, offsets, n), order, offsets)
        assert (meetings.partners == min(n - 1, c * (m - 1))).all()
    assert len(rounds) == (n - 1) // (m - 1)


@pytest.mark.parametrize("p", [2, 3, 5, 7])
def test_rotating_a_prime_number_of_cells_of_that_size_repeats_no_meeting(p):
    """Exact: seats b and b' of two people meet again only when cycle * (b - b') is a multiple of the prime."""
    for cycles in range(1, p + 3):
        assert (partners_after(p * p, p, cycles, 0, "rotate") == (p - 1) * min(cycles, p)).all()


@pytest.mark.parametrize(("n", "m", "expected"), [(12, 3, 3.2108), (15, 3, 3.4639), (30, 5, 3.0599)])
def test_the_expected_cycles_follow_from_the_chain_of_cells_with_a_knower(n, m, expected):
    """Exact: m * j people know next if j cells hold a knower, which inclusion and exclusion counts."""
    cells = n // m

    def chance_of(j, knowers):
        ways = sum((-1) ** (j - x) * comb(j, x) * comb(m * x, knowers) for x in range(j + 1))
        return comb(cells, j) * ways / comb(n, knowers)

    left = {n: 0.0}
    for knowers in [m * j for j in range(cells - 1, 0, -1)] + [1]:
        step = {m * j: chance_of(j, knowers) for j in range(1, cells + 1)}
        assert sum(step.values()) == pytest.approx(1.0, abs=1e-9)
        mean = n * (1 - comb(n - knowers, m) / comb(n, m))
        assert sum(k * share for k, share in step.items()) == pytest.approx(mean, abs=1e-9)
        stay = step.get(knowers, 0.0)
        left[knowers] = (1 + sum(share * left[k] for k, share in step.items() if k > knowers)) / (1 - stay)
    assert left[1] == pytest.approx(expected, abs=5e-5)


@pytest.mark.parametrize("shuffle", ["random", "rotate", "least-met", "mixed-speed", "officers-rotate"])
@pytest.mark.parametrize(("n", "m"), [(27, 3), (16, 4), (30, 5)])
def test_no_policy_spreads_knowledge_faster_than_m_fold_a_cycle(n, m, shuffle):
    """Exact: a knower teaches a cell of m, so after c cycles at most m to the c know."""
    for replicate in range(10):
        tree = tree_of(n, m, 6, replicate, shuffle)
        knows = np.arange(n) == 0
        for cycle in range(1, 6):
            knows = spread(knows, tree.plan)
            assert knows.sum() <= min(n, m**cycle)
            tree.regroup(cycle, cycle)
            tree.choose_officers(cycle, cycle)
