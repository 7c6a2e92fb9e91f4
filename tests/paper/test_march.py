"""March (1991), Organization Science 2:71-87: the printed figures, and the reading of the text that gives them.

Chance is addressed, so each test gives the same numbers every time; |z| < 4 says that they fit. Numbers of the public
re-implementation (Christensen & Workiewicz) are means of 10,000 runs, printed ones of 80.
"""

import pytest
from learnsim.beliefs.march import RATES, figure_1, figure_2, figure_4

pytestmark = pytest.mark.published

PRINTED = {
    0.1: (0.857, 0.813, 0.803, 0.788, 0.802, 0.816, 0.805, 0.803, 0.794),
    0.5: (0.955, 0.917, 0.873, 0.835, 0.797, 0.778, 0.781, 0.754, 0.745),
}
TEN_THOUSAND = {
    0.1: (0.8633, 0.8171, 0.8051, 0.8021, 0.7994, 0.8032, 0.8060, 0.8090, 0.8132),
    0.5: (0.9543, 0.9088, 0.8691, 0.8371, 0.8106, 0.7867, 0.7679, 0.7540, 0.7421),
}


def z(found, expected, runs):
    """How many standard errors apart two means of independent runs are, with the same spread between runs."""
    return (found.mean - expected) / (found.error * (1 + found.runs / runs) ** 0.5)


@pytest.fixture(scope="module")
def equilibria():
    return figure_1(400, p1=RATES[::2])


@pytest.mark.parametrize("p2", [0.1, 0.5])
@pytest.mark.parametrize("p1", RATES[::2])
def test_figure_1_equilibrium_knowledge_fits_ten_thousand_runs_and_the_printed_figure(equilibria, p1, p2):
    found, place = equilibria[p2, p1], RATES.index(p1)
    assert abs(z(found, TEN_THOUSAND[p2][place], 10_000)) < 4
    assert abs(z(found, PRINTED[p2][place], 80)) < 4


def test_slow_learning_by_people_and_fast_learning_by_the_code_find_out_most(equilibria):
    assert max(equilibria, key=lambda point: equilibria[point].mean) == (0.5, 0.1)


@pytest.mark.parametrize(("p1", "computed"), [(0.1, 0.67), (0.5, 0.46), (0.9, 0.39)])
def test_the_literal_text_misses_the_printed_figure_by_far(p1, computed):
    """The negative control; the number it gives is computed, by an independent program."""
    found = figure_1(300, p1=[p1], p2=[0.5], reading="text")[0.5, p1]
    assert abs(found.mean - computed) < 4 * found.error + 0.01
    assert z(found, PRINTED[0.5][RATES.index(p1)], 80) < -8


def test_figure_2_a_mix_of_slow_and_fast_learners_finds_out_more_than_people_alike():
    found = figure_2(300)
    for mean, mix, alike in ((0.2, 0.933, 0.917), (0.5, 0.899, 0.797), (0.8, 0.815, 0.754)):
        assert abs(z(found[mean, "mix"], mix, 80)) < 4
        assert abs(z(found[mean, "alike"], alike, 80)) < 4
        assert found[mean, "mix"].mean > found[mean, "alike"].mean


def test_figure_4_a_little_turnover_helps_and_much_hurts():
    """Read before the 20th update, among fast learners (p1 = .9): .715, about .85 and .595."""
    found = figure_4(400)
    for p3, printed in ((0.0, 0.715), (0.2, 0.85), (0.3, 0.85), (0.4, 0.85), (1.0, 0.595)):
        assert abs(z(found[p3], printed, 80)) < 4
    assert min(found[p3].mean for p3 in (0.2, 0.3, 0.4)) > found[0.0].mean + 0.08 > found[1.0].mean + 0.16
