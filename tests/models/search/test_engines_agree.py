"""Both engines of the search model agree in every bit, also in plain Python, and know when a run is settled.
Random settings are in ``tests/models/test_engines_agree.py``.
"""

import numpy as np
import pytest

from learnsim import grouping
from learnsim.chance import Chance
from learnsim.grouping.policies import shuffle_names
from learnsim.models.runs import run_arm
from learnsim.models.search.kernels import State, settled, simulate
from learnsim.models.search.landscape import draw_landscape
from learnsim.models.search.networks import full, isolated
from learnsim.models.search.parameters import parameters_of

SHUFFLES, OFFICERS = shuffle_names(plan=False), list(grouping.OFFICERS)


@pytest.mark.parametrize("shuffle", SHUFFLES)
@pytest.mark.parametrize("number", range(len(OFFICERS)))
def test_both_engines_agree_under_every_shuffle_and_officer(settings_of, shuffle, number):
    arm = {"shuffle": shuffle, "officer": OFFICERS[number], "rewiring": 0.2 * (number % 2)}
    settings = settings_of(people=19, cycle_length=3, changes=arm, loci=12, interactions=7, periods=20)
    one, other = (run_arm(settings, "x", number, engine=engine, trace=True) for engine in ("compiled", "agents"))
    assert one.same_bits(other) == []


@pytest.mark.parametrize("name", ["solutions", "cell", "officers"])
def test_a_single_bit_of_difference_is_detected(settings_of, name):
    settings = settings_of(people=19, loci=12, interactions=7, periods=20)
    one, other = (run_arm(settings, "x", trace=True) for _ in range(2))
    assert one.same_bits(other) == []
    getattr(other.trace, name)[3, 1] += 1
    assert one.same_bits(other) == [f"trace {name}"]


@pytest.mark.parametrize("network", ["line", "small-world", "random", "full", "isolated", "cells"])
def test_random_numbers_after_the_end_would_change_nothing(settings_of, network):
    """Whatever is drawn in two hundred more periods, everybody keeps their solution."""
    settings = settings_of(network, "isolated-cells", loci=8, interactions=3, periods=300)
    record, search = run_arm(settings, "x", 5), settings.search
    assert record.periods_to_settle >= 0
    landscape = draw_landscape(search, Chance(1, 5))
    solutions = record.solutions.copy()
    state = State(
        solutions, record.values.copy(), record.ties.offsets, record.ties.neighbours, np.full(30, -1, dtype=np.int32),
        np.arange(30, dtype=np.uint32),
    )
    for first in range(400, 600):
        parameters = parameters_of(search, landscape)
        assert simulate(first, first + 1, state, parameters, Chance(1, 5).key, landscape.values, np.zeros((601, 4))) == first
    assert solutions.tolist() == record.solutions.tolist()


def test_the_kernel_is_the_same_in_plain_python(settings_of):
    settings = settings_of("line", people=12, loci=6, interactions=2, periods=25)
    expected, search = run_arm(settings, "x", trace=True), settings.search
    landscape = draw_landscape(search, Chance(1, 0))
    solutions = expected.trace.solutions[0].copy()
    state = State(
        solutions,
        landscape.values[solutions],
        expected.ties.offsets,
        expected.ties.neighbours,
        np.full(12, -1, dtype=np.int32),
        np.arange(12, dtype=np.uint32),
    )
    rows = np.zeros((26, 4))
    assert simulate.py_func(0, 25, state, parameters_of(search, landscape), Chance(1, 0).key, landscape.values, rows) == expected.periods_to_settle
    assert solutions.tolist() == expected.solutions.tolist()
    shown = slice(1, expected.periods_to_settle + 1)
    assert rows[shown, 0].tolist() == expected["mean_score"][shown].tolist()


def is_settled(solutions, ties, reach):
    """Whether nothing can change for people with these solutions, where 00 and 11 are peaks of value .5 and 1, and 01 and 10 are worth 0."""
    landscape = np.array([0.5, 0.0, 0.0, 1.0])
    now = np.array(solutions)
    tied = (ties.offsets, ties.neighbours, np.array(reach, dtype=np.int32))
    answers = {each(now, landscape[now], *tied, landscape, 2) for each in (settled, settled.py_func)}
    assert len(answers) == 1
    return answers.pop()


def test_settling_needs_peaks_and_nobody_better_among_ties_or_in_reach():
    assert is_settled([0b00, 0b11], isolated(2), [-1, -1])
    assert not is_settled([0b01, 0b11], isolated(2), [-1, -1])  # one bit helps
    assert not is_settled([0b00, 0b11], full(2), [-1, -1])  # a neighbour is better
    assert not is_settled([0b00, 0b11], isolated(2), [0, 0])  # somebody in reach is better
    assert is_settled([0b00, 0b11], isolated(2), [0, 1])
    assert is_settled([0b11, 0b11], full(2), [0, 0])
