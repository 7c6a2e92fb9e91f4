"""March (1991), Organization Science 2:71-87: the printed figures, and the reading of the text that gives them.

Chance is addressed, so each test gives the same numbers every time; |z| < 4 says that they fit. Numbers of the public
re-implementation (Christensen & Workiewicz) are means of 10,000 runs, printed ones of 80.
"""

import pytest

from helpers.many_runs import believing, estimate_of, records_of

pytestmark = pytest.mark.published

PRINTED = {
    0.1: (0.857, 0.813, 0.803, 0.788, 0.802, 0.816, 0.805, 0.803, 0.794),
    0.5: (0.955, 0.917, 0.873, 0.835, 0.797, 0.778, 0.781, 0.754, 0.745),
}
TEN_THOUSAND = {
    0.1: (0.8633, 0.8171, 0.8051, 0.8021, 0.7994, 0.8032, 0.8060, 0.8090, 0.8132),
    0.5: (0.9543, 0.9088, 0.8691, 0.8371, 0.8106, 0.7867, 0.7679, 0.7540, 0.7421),
}


RATES = tuple(k / 10 for k in range(1, 10))
QUICK = RATES[::2]


def code_at_the_end(runs, **beliefs):
    """What the code of fifty people knows when nothing can change any more, or the periods are over."""
    settings = believing("flat-lecture", 50, **{f"beliefs__{name}": value for name, value in beliefs.items()})
    return estimate_of([record["code_knowledge"][-1] for record in records_of(settings, runs)])


@pytest.fixture(scope="module")
def equilibria():
    """Figure 1 by (p2, p1)."""
    return {(p2, p1): code_at_the_end(400, code_learning=p2, learning_from_code=p1) for p2 in PRINTED for p1 in QUICK}


@pytest.mark.parametrize("p2", [0.1, 0.5])
@pytest.mark.parametrize("p1", QUICK)
def test_figure_1_fits_ten_thousand_runs_and_the_printed_figure(equilibria, p1, p2):
    """Equilibrium knowledge."""
    estimate, place = equilibria[p2, p1], RATES.index(p1)
    assert abs(estimate.z(TEN_THOUSAND[p2][place], 10_000)) < 4
    assert abs(estimate.z(PRINTED[p2][place], 80)) < 4


def test_slow_people_and_a_fast_code_end_with_most_knowledge(equilibria):
    assert max(equilibria, key=lambda point: equilibria[point].mean) == (0.5, 0.1)


@pytest.mark.parametrize(("p1", "computed"), [(0.1, 0.67), (0.5, 0.46), (0.9, 0.39)])
def test_the_literal_text_misses_the_printed_figure_by_far(p1, computed):
    """The negative control; the number it gives is computed, by an independent program."""
    estimate = code_at_the_end(300, code_learning=0.5, learning_from_code=p1, reading="text")
    assert abs(estimate.mean - computed) < 4 * estimate.error + 0.01
    assert estimate.z(PRINTED[0.5][RATES.index(p1)], 80) < -8


@pytest.mark.parametrize(
    ("mean", "fast_share", "mix", "alike"), [(0.2, 0.125, 0.933, 0.917), (0.5, 0.5, 0.899, 0.797), (0.8, 0.875, 0.815, 0.754)]
)
def test_figure_2_mixed_learners_end_with_more_than_equal_ones(mean, fast_share, mix, alike):
    """Slow and fast learners together, against people who all learn at their mean rate."""
    mixed = code_at_the_end(300, learning_from_code=0.1, fast_learning=0.9, fast_share=fast_share)
    equal = code_at_the_end(300, learning_from_code=mean)
    assert abs(mixed.z(mix, 80)) < 4
    assert abs(equal.z(alike, 80)) < 4
    assert mixed.mean > equal.mean


def test_figure_4_a_little_turnover_helps_and_much_hurts():
    """Read before the 20th update, among fast learners (p1 = .9): .715, about .85 and .595."""
    printed = {0.0: 0.715, 0.2: 0.85, 0.3: 0.85, 0.4: 0.85, 1.0: 0.595}
    estimate = {p3: code_at_the_end(400, learning_from_code=0.9, turnover=p3, periods=19) for p3 in printed}
    for p3, source in printed.items():
        assert abs(estimate[p3].z(source, 80)) < 4
    assert min(estimate[p3].mean for p3 in (0.2, 0.3, 0.4)) > estimate[0.0].mean + 0.08 > estimate[1.0].mean + 0.16
