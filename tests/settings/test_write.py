"""Writing: a results folder's settings.toml is an experiment file that gives the same numbers again."""

import tomllib

from hypothesis import given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from learnsim.provenance import numbers_of
from learnsim.settings import PRESETS, validate
from learnsim.settings.write import toml_of

SHARE = st.floats(0.0, 1.0)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
TRAIT = st.one_of(
    st.builds(lambda v: {"distribution": "constant", "value": v}, SHARE),
    st.builds(lambda a, b: {"distribution": "uniform", "low": min(a, b), "high": max(a, b)}, SHARE, SHARE),
    st.builds(lambda sd: {"distribution": "beta", "mean": 0.5, "sd": sd}, st.floats(1e-6, 0.4)),
    st.builds(lambda cv: {"distribution": "lognormal", "mean": 0.4, "cv": cv}, st.floats(0.0, 1e20)),
)
NAME = TEXT.map(str.strip).filter(lambda name: name and name.isprintable())
ARM = st.fixed_dictionaries(
    {"preset": st.sampled_from(sorted(PRESETS))},
    optional={"officer": st.sampled_from(["random", "fastest"]), "formation": st.just("random")},
)
LISTS = {
    "organisation.cycle_length": st.lists(st.integers(1, 99), min_size=1, max_size=3, unique=True),
    "people.helpfulness.mean": st.lists(SHARE, min_size=1, max_size=3, unique=True),
    "people.learning_speed": st.lists(TRAIT, min_size=1, max_size=2, unique_by=repr),
    "prior.by": st.just(["item", "person"]),
}
RANGES = {
    "organisation.cell_size": st.just({"low": 2, "high": 9, "scale": "log"}),
    "prior.share": st.floats(0.1, 0.5).map(lambda low: {"low": low, "high": 0.9}),
}
REPEATED = st.one_of(
    st.just({}),
    st.builds(lambda n: {"replicates": n}, st.integers(1, 10**9)),
    st.builds(lambda w: {"precision": {"contrast": "a - b", "half_width": w}}, st.floats(1e-9, 1.0)),
)


@st.composite
def trees(draw):
    """The tables of a file."""
    arms = draw(st.dictionaries(NAME, ARM, max_size=3))
    drawn = draw(st.booleans())
    tree = {
        "experiment": {"question": draw(TEXT), "seed": draw(st.integers(0, 2**64 - 1)), **draw(REPEATED)},
        "people": draw(st.fixed_dictionaries({}, optional={"sociability": TRAIT, "helpfulness": TRAIT})),
        "prior": {"known": sorted([draw(SHARE), draw(SHARE)])},
        "sweep": draw(st.fixed_dictionaries(RANGES if drawn else {}, optional=LISTS)),
        "arms": arms,
    }
    if drawn:
        tree["design"] = {"kind": draw(st.sampled_from(["latin-hypercube", "sobol", "morris"]))}
    if arms and draw(st.booleans()):
        tree["experiment"]["baseline"] = draw(st.sampled_from(sorted(arms)))
    tree["organisation"] = draw(st.sampled_from([{}, {"roster": "people.csv"}, {"roster": "p.csv", "trainees": 8}]))
    return tree


@hypothesis(max_examples=150, deadline=None)
@given(trees())
def test_settings_that_are_written_and_read_again_are_the_same(tree):
    first = validate(tree, "first")
    again = validate(tomllib.loads(toml_of(first)), "again")
    assert numbers_of(again) == numbers_of(first)
    assert again.experiment.question == first.experiment.question
    assert again.baseline() == first.baseline()


def test_with_a_roster_the_default_number_of_trainees_is_not_written():
    assert "trainees" not in tomllib.loads(toml_of(validate({"organisation": {"roster": "p.csv"}}, "x")))["organisation"]
    assert tomllib.loads(toml_of(validate({}, "x")))["organisation"]["trainees"] == 240


def test_the_baseline_that_is_written_is_one_of_the_arms():
    written = tomllib.loads(toml_of(validate({"arms": {"hybrid": {}, "linked-cells": {}}}, "x")))
    assert written["experiment"]["baseline"] == "hybrid"
    assert validate(written, "again").baseline() == "hybrid"


def test_a_delete_character_is_written_as_toml_wants_it():
    settings = validate({"experiment": {"question": "a\x7fb"}}, "x")
    assert "a\\u007fb" in toml_of(settings)
