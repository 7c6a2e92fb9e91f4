"""Roster order: a person's random numbers belong to the id, so that neither the order of the lines nor another person counts."""

import itertools

import numpy as np
import pytest

import learnsim
from learnsim.chance import Chance, addresses_of
from learnsim.people import draw_people, load_roster
from learnsim.settings import validate

NAMES = [f"P{number:02}" for number in range(1, 14)]
LINES = {name: f"{name},{'north' if place % 2 else 'south'},0.{20 + 5 * place}" for place, name in enumerate(NAMES)}
EVERYTHING = {
    "training": {"sessions": 12, "turnover": 0.1, "absence": 0.1, "throttle": "mean"},
    "communities": {"mobility": 0.2},
    "misconceptions": {"share": 0.2},
    "shocks": [{"at": 4, "kind": "leave", "share": 0.2}],
}
TABLES = {
    "training": {"training": {"sessions": 12}},
    "training with everything": EVERYTHING,
    "beliefs": {"model": {"kind": "beliefs"}, "beliefs": {"periods": 30, "turnover": 0.02, "fast_share": 0.5}},
    "search": {"model": {"kind": "search"}, "search": {"periods": 12, "loci": 8}},
}
MOST = {"preset": "hybrid", "officer": "random"}
ARMS = {
    "training": {**MOST, "shuffle": "random", "formation": "random"},
    "training with everything": {**MOST, "shuffle": "least-met"},
    "beliefs": {**MOST, "shuffle": "random", "rewiring": 0.2},
    "search": {**MOST, "shuffle": "random", "network": "cells", "rewiring": 0.2},
}


@pytest.fixture
def written(tmp_path):
    """Write a roster with these people on its lines."""

    def write(names):
        file = tmp_path / f"{len(list(tmp_path.iterdir()))}.csv"
        file.write_text("id,community,helpfulness\n" + "".join(f"{LINES[name]}\n" for name in names))
        return {"communities": 2, "cell_size": 3, "cycle_length": 4, "roster": str(file)}

    return write


@pytest.fixture
def drawn(written):
    """The people of a roster as they are before session 0, by id."""

    def draw(names):
        settings = validate({"organisation": written(names), "misconceptions": {"share": 0.2}}, "x")
        roster = load_roster(settings)
        people = draw_people(settings, Chance(1, 0), roster)
        state = np.column_stack([people.learning_speed, people.sociability, people.interest, people.mastery, people.misconception])
        return dict(zip(roster.ids, state.tolist(), strict=True))

    return draw


def same(one, other):
    """Whether two records have the same measures in every bit."""
    return all(np.array_equal(one[name], other[name], equal_nan=True) for name in one.measures)


@pytest.mark.parametrize("engine", ["compiled", "agents"])
@pytest.mark.parametrize("model", TABLES)
def test_the_order_of_the_lines_changes_nothing(written, model, engine):
    orders = (NAMES, NAMES[::-1], [*NAMES[5:], *NAMES[:5]])
    first, *others = [
        learnsim.run({**TABLES[model], "organisation": written(names), "arms": {"x": ARMS[model]}}, engine=engine)
        for names in orders
    ]
    assert all(same(first, other) for other in others)


def test_whoever_is_not_there_changes_nobody_else(drawn):
    everybody = drawn(NAMES)
    for absent in (NAMES[0], NAMES[6], NAMES[12]):
        others = drawn([name for name in NAMES if name != absent])
        assert others == {name: state for name, state in everybody.items() if name != absent}


def test_another_id_is_another_person(drawn):
    assert len({tuple(state) for state in drawn(NAMES).values()}) == len(NAMES)


def test_the_engines_agree_where_random_numbers_belong_to_ids(written):
    for model, tables in TABLES.items():
        asked = {**tables, "organisation": written(NAMES), "arms": {"x": ARMS[model]}}
        assert same(learnsim.run(asked, engine="compiled"), learnsim.run(asked, engine="agents"))


def test_an_address_does_not_depend_on_other_ids():
    ids = [f"person {number}" for number in range(2000)]
    addresses = dict(zip(ids, addresses_of(ids).tolist(), strict=True))
    assert addresses_of(ids[500:600]).tolist() == [addresses[name] for name in ids[500:600]]
    assert len(set(addresses.values())) == 2000


def test_two_ids_with_the_same_hash_have_two_addresses():
    seen = {}
    for number in itertools.count():
        (address,) = addresses_of([str(number)]).tolist()
        if address in seen:
            break
        seen[address] = number
    pair = addresses_of([str(seen[address]), str(number)]).tolist()
    assert pair[0] == address != pair[1]


def test_an_id_is_the_same_however_its_accents_are_encoded():
    assert addresses_of(["Zo\u00eb"]) == addresses_of(["Zoe\u0308"])
