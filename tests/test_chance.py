"""Chance: addresses, the published generator, and whether neighbouring addresses look independent."""

from importlib import import_module

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from helpers.our_models import OURS
from learnsim import chance
from learnsim.chance import Chance, draw_one, draw_table, one_of, philox, two_uniforms, unit
from learnsim.compiled import kernel
from learnsim.errors import ChanceError
from learnsim.models.beliefs import purposes as beliefs
from learnsim.models.search import purposes as search
from learnsim.models.training import purposes as training
from learnsim.models.training.purposes import CONSULT, EXCHANGE

ONES = 0xFFFFFFFF
WORD = st.integers(0, ONES)
LONG = st.integers(0, 2**64 - 1)
ENOUGH = 20_000
SURPRISING = 1e-4  # the numbers are fixed by their addresses, so these tests pass for ever or never


@kernel
def philox_in_machine_words(c0, c1, c2, c3, k0, k1):
    """The generator as compiled kernels see it."""
    return philox(c0, c1, c2, c3, k0, k1)


KNOWN_ANSWERS = [  # kat_vectors of Random123: philox4x32, 10 rounds
    ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    ((ONES,) * 4, (ONES,) * 2, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
]


@pytest.mark.exact
@pytest.mark.parametrize(("counter", "key", "words"), KNOWN_ANSWERS)
def test_the_generator_gives_the_known_answers_of_its_authors(counter, key, words):
    """Exact: the vectors that Salmon et al. (2011) publish with Random123."""
    assert philox(*counter, *key) == words
    assert philox_in_machine_words(*counter, *key) == words


@settings(max_examples=100, deadline=None)
@given(WORD, WORD, WORD, WORD, WORD, WORD)
def test_machine_integers_and_pythons_give_the_same_words(c0, c1, c2, c3, k0, k1):
    assert philox_in_machine_words(c0, c1, c2, c3, k0, k1) == philox(c0, c1, c2, c3, k0, k1)


@settings(max_examples=100, deadline=None)
@given(WORD, WORD, st.integers(0, 10**6), st.integers(0, 10**7), st.integers(1, 13), st.integers(0, 99))
def test_a_compiled_draw_equals_plain_python_in_every_bit(k0, k1, session, agent, purpose, index):
    plain = draw_one.py_func(k0, k1, session, agent, purpose, index)
    assert draw_one(k0, k1, session, agent, purpose, index) == plain
    assert two_uniforms(k0, k1, session, agent, purpose, index // 2)[index % 2] == plain
    out = np.empty((1, 1))
    draw_table(k0, k1, session, np.array([agent]), purpose, index, out)
    assert out[0, 0] == plain


@settings(max_examples=50, deadline=None)
@given(LONG, LONG, st.integers(0, 1000), st.integers(0, 20), st.integers(1, 9))
def test_one_number_a_column_and_a_table_are_the_same_numbers(seed, replicate, session, index, width):
    stream = Chance(seed, replicate)
    agents = np.array([7, 0, 3], dtype=np.int32)
    table = stream.table(chance.INTEREST, session, agents, width, index)
    assert table.shape == (3, width)
    for x, agent in enumerate(agents):
        for y in range(width):
            assert table[x, y] == stream.uniform(chance.INTEREST, session, int(agent), index + y)
    assert np.array_equal(table[:, 0], stream.uniforms(chance.INTEREST, session, agents, index))


def test_a_number_does_not_depend_on_what_was_drawn_before():
    agents = np.arange(100)
    forward = Chance(1, 2).uniforms(EXCHANGE, 3, agents)
    stream = Chance(1, 2)
    stream.uniforms(chance.TURNOVER, 9, agents)
    assert np.array_equal(stream.uniforms(EXCHANGE, 3, agents[::-1])[::-1], forward)


def test_uniform_numbers_never_reach_one():
    assert unit(0, 0) == 0.0
    assert unit(ONES, ONES) == 1.0 - 2.0**-53
    assert unit(1 << 31, 0) == 0.5


def test_the_luckiest_number_still_picks_the_last_of_many():
    assert one_of(3, 1.0 - 2.0**-53) == 2
    assert [one_of(4, stream) for stream in (0.0, 0.2499, 0.25, 0.5, 0.75, 0.9999)] == [0, 0, 1, 2, 3, 3]
    for count in (1, 3, 7, 10**6, 2**31 - 1):
        assert one_of(count, 1.0 - 2.0**-53) == count - 1


def purposes_in(module):
    return {name: value for name, value in vars(module).items() if name.isupper() and isinstance(value, int)}


def test_every_purpose_has_a_number_of_its_own_whatever_the_model():
    modules = [chance, *(import_module(f"learnsim.models.{name}.purposes") for name in OURS)]
    named = [pair for module in modules for pair in purposes_in(module).items()]
    assert len({value for _, value in named}) == len(named) == len({name for name, _ in named})


def test_purposes_are_never_renumbered():
    """Old results depend on these numbers; a new purpose takes the next free one."""
    names = ["LEARNING_SPEED", "SOCIABILITY", "HELPFULNESS", "INTEREST", "PRIOR_KNOWN", "PRIOR_LEVEL"]
    names += ["FORM_COMMUNITIES", "REGROUP", "OFFICER", "TURNOVER", "OWN_POLICY", "REWIRING", "WRONG_HELD", "WRONG_LEVEL", "PLANNING"]
    numbers = dict(zip(names, [*range(1, 10), 12, 13, 22, 23, 24, 46], strict=True))
    assert {name: value for name, value in purposes_in(chance).items() if name not in ("OWN_MODEL", "RUN_KEY")} == numbers
    shocks = {"SHOCK": 25, "ABSENCE": 26, "LEAVERS": 27, "MOBILITY": 28, "SHOCKED": 1 << 30}
    assert purposes_in(training) == {"CONSULT": 10, "EXCHANGE": 11, **shocks, "TEST": 29}
    assert list(purposes_in(beliefs).values()) == list(range(14, 22))
    assert list(purposes_in(search).values()) == list(range(40, 46))
    assert chance.OWN_MODEL > 45


def test_large_seeds_and_replicates_keep_all_their_bits():
    keys = {Chance(s, r).key for s in (0, 1, 2**32, 2**64 - 1) for r in (0, 1, 2**32, 2**64 - 1)}
    assert len(keys) == 16


def test_seed_and_replicate_are_not_interchangeable():
    assert Chance(1, 2).key != Chance(2, 1).key


# Whether neighbours look independent ---------------------------------------------------------------


def neighbours(what):
    """Two samples whose addresses differ by one step in one part of the address."""
    agents = np.arange(ENOUGH)
    here = Chance(1, 0).uniforms(EXCHANGE, 5, agents)
    there = {
        "agents": lambda: Chance(1, 0).uniforms(EXCHANGE, 5, agents + 1),
        "sessions": lambda: Chance(1, 0).uniforms(EXCHANGE, 6, agents),
        "purposes": lambda: Chance(1, 0).uniforms(chance.TURNOVER, 5, agents),
        "indices": lambda: Chance(1, 0).uniforms(EXCHANGE, 5, agents, 1),
        "blocks": lambda: Chance(1, 0).uniforms(EXCHANGE, 5, agents, 2),
        "replicates": lambda: Chance(1, 1).uniforms(EXCHANGE, 5, agents),
        "seeds": lambda: Chance(2, 0).uniforms(EXCHANGE, 5, agents),
    }
    return here, there[what]()


PARTS = ["agents", "sessions", "purposes", "indices", "blocks", "replicates", "seeds"]


@pytest.mark.parametrize("what", PARTS)
def test_neighbouring_addresses_are_uncorrelated(what):
    here, there = neighbours(what)
    assert stats.pearsonr(here, there).pvalue > SURPRISING
    assert stats.spearmanr(here, there).pvalue > SURPRISING


@pytest.mark.parametrize("what", PARTS)
def test_neighbouring_addresses_fill_the_square_evenly(what):
    here, there = neighbours(what)
    counts = np.histogram2d(here, there, bins=10, range=[[0, 1], [0, 1]])[0]
    assert stats.chisquare(counts.ravel()).pvalue > SURPRISING


@pytest.mark.parametrize("what", PARTS)
def test_the_distance_between_neighbours_is_uniform_on_the_circle(what):
    here, there = neighbours(what)
    assert stats.kstest((here - there) % 1.0, "uniform").pvalue > SURPRISING


@pytest.mark.parametrize("part", ["agents", "sessions", "replicates", "seeds", "indices"])
def test_numbers_along_one_part_of_the_address_are_uniform(part):
    stream, count = Chance(3, 4), 4000
    draws = {
        "agents": lambda: stream.uniforms(chance.REGROUP, 0, np.arange(count)),
        "sessions": lambda: [stream.uniform(chance.REGROUP, t, 0) for t in range(count)],
        "replicates": lambda: [Chance(3, r).uniform(chance.REGROUP, 0, 0) for r in range(count)],
        "seeds": lambda: [Chance(s, 4).uniform(chance.REGROUP, 0, 0) for s in range(count)],
        "indices": lambda: stream.table(chance.REGROUP, 0, np.array([0]), count)[0],
    }
    sample = np.asarray(draws[part]())
    assert stats.kstest(sample, "uniform").pvalue > SURPRISING
    counts = np.histogram(sample, bins=50, range=(0, 1))[0]
    assert stats.chisquare(counts).pvalue > SURPRISING


def test_the_lowest_bits_are_as_even_as_the_highest():
    sample = Chance(5, 6).uniforms(chance.OWN_POLICY, 0, np.arange(ENOUGH))
    last = (sample * 2.0**53).astype(np.int64) & 0xFF
    assert stats.chisquare(np.bincount(last, minlength=256)).pvalue > SURPRISING


# Auditing ------------------------------------------------------------------------------------------


def test_drawing_the_same_address_twice_is_an_error_that_names_it():
    stream = Chance(8, 9, audit=True)
    stream.uniform(CONSULT, 4, 17, 2)
    with pytest.raises(ChanceError, match=r"seed 8, replicate 9, session 4, agent 17, purpose 10, index 2"):
        stream.uniform(CONSULT, 4, 17, 2)


@pytest.mark.parametrize(
    ("purpose", "session", "agent", "index"),
    [
        (chance.OFFICER, 4, 17, 2),
        (CONSULT, 5, 17, 2),
        (CONSULT, 4, 18, 2),
        (CONSULT, 4, 17, 3),
    ],
)
def test_another_purpose_session_agent_or_index_is_another_address(purpose, session, agent, index):
    stream = Chance(8, 9, audit=True)
    first = stream.uniform(CONSULT, 4, 17, 2)
    assert stream.uniform(purpose, session, agent, index) != first


def test_tables_that_overlap_in_one_number_are_caught():
    stream = Chance(1, 1, audit=True)
    stream.table(chance.INTEREST, 0, np.arange(5), 3)
    stream.table(chance.INTEREST, 0, np.arange(5), 3, index=3)
    with pytest.raises(ChanceError, match="agent 4, purpose 4, index 5"):
        stream.table(chance.INTEREST, 0, np.array([4]), 2, index=5)


def test_an_agent_listed_twice_is_caught():
    with pytest.raises(ChanceError, match="agent 3"):
        Chance(1, 1, audit=True).uniforms(chance.REGROUP, 0, np.array([3, 3]))


def test_the_session_before_is_still_audited_in_the_next():
    stream = Chance(1, 1, audit=True)
    stream.uniform(chance.TURNOVER, 10, 0)
    stream.uniform(chance.TURNOVER, 11, 0)
    with pytest.raises(ChanceError):
        stream.uniform(chance.TURNOVER, 10, 0)


def test_auditing_changes_no_number():
    agents = np.arange(50)
    assert np.array_equal(
        Chance(1, 1, audit=True).table(chance.INTEREST, 2, agents, 4),
        Chance(1, 1).table(chance.INTEREST, 2, agents, 4),
    )


def test_without_an_audit_an_address_always_gives_its_number():
    stream = Chance(1, 1)
    assert stream.uniform(chance.TURNOVER, 0, 0) == stream.uniform(chance.TURNOVER, 0, 0)
