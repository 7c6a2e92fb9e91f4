"""Both engines of the search model tell one story, in every bit, whatever the configuration; and know when it ends."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from learnsim.chance import Chance
from learnsim.search.landscape import draw_landscape
from learnsim.search.loops import Crew, at_rest, play
from learnsim.search.networks import full, isolated
from learnsim.search.run import run_search
from learnsim.search.terms import terms_of
from learnsim.settings import PRESETS, Settings, validate
from learnsim.settings.search import Network, Search

SHUFFLES = ["none", "random", "rotate", "least-met", "mixed-speed", "streamed", "complementary", "officers-rotate"]
OFFICERS = ["random", "fastest", "most-knowledgeable", "most-helpful", "rotating"]
LONG = st.integers(0, 2**64 - 1)


def one_of(*values):
    return st.sampled_from(values)


@st.composite
def configurations(draw):
    """A world, its cells, and a search in it: small enough to run in a moment."""
    communities = draw(st.integers(1, 3))
    arm = {"preset": draw(st.sampled_from(sorted(PRESETS))), "officer": draw(st.sampled_from(OFFICERS))}
    if PRESETS[arm["preset"]][1].groups == "cells":
        arm["shuffle"] = draw(st.sampled_from(SHUFFLES))
        if arm["shuffle"] in ("random", "least-met"):
            arm["scope"] = draw(one_of("community", "organisation"))
        if arm["shuffle"] == "random":
            arm["fraction"] = draw(one_of(1.0, 0.5, 0.0))
    tree = {
        "experiment": {"seed": draw(LONG)},
        "organisation": {
            "trainees": draw(st.integers(communities, 20)),
            "communities": communities,
            "cell_size": draw(one_of(1, 2, 3, 4, 40)),
            "formation": draw(one_of("interest", "random")),
        },
        "training": {"cycle_length": draw(st.integers(1, 6))},
        "arms": {"x": arm},
    }
    loci = draw(st.integers(1, 9))
    search = Search(
        loci=loci,
        interactions=draw(st.integers(0, loci - 1)),
        network=draw(one_of("cells", "cells", "cells", *Network.__args__)),
        rewiring=draw(one_of(0.0, 0.1, 1.0)),
        exponent=draw(one_of(1, 2, 8)),
        periods=draw(st.integers(0, 30)),
    )
    return validate(tree, "test"), search


@settings(max_examples=120, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(configurations(), LONG)
def test_both_engines_agree_in_every_bit_over_random_configurations(configuration, replicate):
    """Solutions, cells and officers after every period, all measures, ties and the end; also without a trace."""
    made, search = configuration
    compiled = run_search(made, search, "x", replicate, engine="compiled", trace=True)
    assert compiled.same_bits(run_search(made, search, "x", replicate, engine="agents", trace=True)) == []
    in_one_go = run_search(made, search, "x", replicate, engine="compiled")
    assert all(name.startswith("trace ") for name in compiled.same_bits(in_one_go))


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(configurations(), st.integers(0, 1000))
def test_a_run_ends_when_nothing_can_change_and_not_before(configuration, replicate):
    """The row of rest is the first of the rows that stay; a run of twice the length ends at the same row."""
    made, search = configuration
    found = run_search(made, search, "x", replicate, trace=True)
    if found.rest >= 0:
        rows = found.trace.solutions
        assert (rows[found.rest :] == rows[found.rest]).all()
        assert found.rest == 0 or (rows[found.rest] != rows[found.rest - 1]).any()
        longer = run_search(made, search.model_copy(update={"periods": 60}), "x", replicate)
        assert (longer.rest, longer.solutions.tolist()) == (found.rest, found.solutions.tolist())


@pytest.mark.parametrize("network", ["line", "small-world", "full", "isolated", "cells"])
def test_luck_after_the_end_would_change_nothing(network):
    """Whatever the luck of two hundred more periods, everybody keeps their solution."""
    made = Settings().changed({"organisation.trainees": 30, "arms.x": {"preset": "isolated-cells"}})
    search = Search(loci=8, interactions=3, network=network, periods=300)
    found = run_search(made, search, "x", 5)
    assert found.rest >= 0
    landscape = draw_landscape(search, Chance(1, 5))
    solutions = found.solutions.copy()
    crew = Crew(
        solutions, found.values.copy(), found.ties.offsets, found.ties.neighbours, np.full(30, -1, dtype=np.int32)
    )
    for first in range(400, 600):
        terms = terms_of(search, landscape, Chance(1, 5))
        assert play(first, first + 1, crew, terms, landscape.values, np.zeros((601, 4))) == first
    assert solutions.tolist() == found.solutions.tolist()


def test_the_kernel_is_the_same_in_plain_python():
    search = Search(loci=6, interactions=2, network="line", periods=25)
    made = Settings().changed({"organisation.trainees": 12})
    expected = run_search(made, search, trace=True)
    landscape = draw_landscape(search, Chance(1, 0))
    solutions = expected.trace.solutions[0].copy()
    crew = Crew(
        solutions,
        landscape.values[solutions],
        expected.ties.offsets,
        expected.ties.neighbours,
        np.full(12, -1, dtype=np.int32),
    )
    rows = np.zeros((26, 4))
    assert play.py_func(0, 25, crew, terms_of(search, landscape, Chance(1, 0)), landscape.values, rows) == expected.rest
    assert solutions.tolist() == expected.solutions.tolist()
    shown = slice(1, expected.rest + 1)
    assert rows[shown, 0].tolist() == expected["mean_score"][shown].tolist()


def rests(solutions, ties, reach):
    """Whether people with these solutions rest, where 00 and 11 are peaks of value .5 and 1, and 01 and 10 are worth 0."""
    landscape = np.array([0.5, 0.0, 0.0, 1.0])
    held = np.array(solutions)
    given_ties = (ties.offsets, ties.neighbours, np.array(reach, dtype=np.int32))
    said = {told(held, landscape[held], *given_ties, landscape, 2) for told in (at_rest, at_rest.py_func)}
    assert len(said) == 1
    return said.pop()


def test_rest_needs_peaks_and_nobody_better_among_ties_or_in_reach():
    assert rests([0b00, 0b11], isolated(2), [-1, -1])
    assert not rests([0b01, 0b11], isolated(2), [-1, -1])  # one bit helps
    assert not rests([0b00, 0b11], full(2), [-1, -1])  # a neighbour is better
    assert not rests([0b00, 0b11], isolated(2), [0, 0])  # somebody in reach is better
    assert rests([0b00, 0b11], isolated(2), [0, 1])
    assert rests([0b11, 0b11], full(2), [0, 0])
