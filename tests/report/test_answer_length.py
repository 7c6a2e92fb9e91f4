"""Answer length: at most six sentences and ten numbers, whatever the experiment and whatever became of its runs."""

import math
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.made_up_results import summary_of, tree_of
from helpers.our_models import OURS
from learnsim.analysis.summary import Summary
from learnsim.experiments.design.checks import design_of
from learnsim.experiments.storage.results import open_results
from learnsim.report.answer import answer
from learnsim.report.answer_length import MOST_NUMBERS, MOST_SENTENCES, Sentence, fitted, numbers_in
from learnsim.settings import load

ROOT = Path(__file__).parents[2]
SHIPPED = sorted(file for file in (ROOT / "experiments").rglob("*.toml") if file.parent.name != "plans")
REFERENCE = sorted(path.parent for path in (ROOT / "results" / "reference").rglob("runs.parquet"))
LONG = "a name of sixty letters, as long as any arm's name may ever be"[:60]


def check(summary):
    """See that the answer keeps the budget, and return it."""
    sentences = answer(summary)
    text = " ".join(sentences)
    assert 1 <= len(sentences) <= MOST_SENTENCES and len(re.split(r"(?<=[.!?])\s+", text)) <= MOST_SENTENCES
    assert len(re.findall(r"\d+(?:[.,]\d+)*", text)) <= MOST_NUMBERS, text
    assert not re.search(r"d_z|BCa|\bnan\b|\binf\b|\[|\bp [<=]|±|\.\.|;\.|, ,|  ", text), text
    assert all(one.endswith(".") and one.count(";;") == 0 for one in sentences)
    return text


def noisy(seed, spread=0.05, missing=0.0):
    """Runs with an effect of arm, point and replicate, some of whose measures are missing."""
    rng = np.random.default_rng(seed)
    effects = {}

    def value(arm, replicate, measure, *x):
        lead = effects.setdefault((arm, measure), rng.normal(0.3, 0.15))
        slope = sum(v * 0.01 for v in x if isinstance(v, (int, float)))
        return math.nan if rng.random() < missing else lead + slope + rng.normal(0.0, spread)

    return value


@pytest.mark.parametrize("folder", REFERENCE, ids=lambda folder: folder.name)
def test_answers_of_reference_results_keep_the_budget(folder):
    check(Summary(open_results(folder)))


@pytest.mark.thorough
@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
@pytest.mark.parametrize("replicates", [1, 2, 4])
def test_answers_of_shipped_experiments_keep_the_budget(file, replicates):
    loaded = load(file)
    if loaded.design.kind == "saltelli":
        loaded = loaded.model_copy(update={"design": loaded.design.model_copy(update={"points": 4})})
    design = design_of(loaded, str(file))
    check(summary_of(None, noisy(replicates), replicates=replicates, design=design))


GRIDS = {
    "one": {"organisation.cycle_length": [1, 2, 5, 10, 20]},
    "two": {"organisation.cycle_length": [1, 5, 10], "prior.by": ["item", "person"]},
    "three": {"organisation.cycle_length": [1, 5, 10], "learning.initial_rapport": [0.1, 0.5, 0.9], "organisation.communities": [1, 2]},
    "single": {"learning.initial_rapport": [0.5]},
    "unordered": {"training.throttle": ["slowest", "mean", "fastest"]},
    "arm": {"arms.hybrid.fraction": [0.1, 0.5, 1.0]},
    "trait": {"people.helpfulness": [{"distribution": "beta", "mean": 0.5, "sd": 0.1}, {"distribution": "beta", "mean": 0.7, "sd": 0.1}]},
}
RANGES = {"learning.initial_rapport": {"low": 0.0, "high": 1.0}, "prior.share": {"low": 0.0, "high": 1.0}, "organisation.cycle_length": {"low": 1, "high": 30}}
DESIGNS = {
    "latin-hypercube": {"kind": "latin-hypercube", "points": 12},
    "sobol": {"kind": "sobol", "points": 16},
    "saltelli": {"kind": "saltelli", "points": 4},
    "morris": {"kind": "morris", "points": 3},
}
WORLDS = {
    **{f"grid of {name}": (sweep, None) for name, sweep in GRIDS.items()},
    **{kind: (RANGES, design) for kind, design in DESIGNS.items()},
    "zip": ({"learning.initial_rapport": [0.1, 0.2, 0.3], "prior.share": [0.1, 0.2, 0.3]}, {"kind": "zip"}),
    "no sweep": (None, None),
}
ARMS = {
    "one": {"hybrid": {}},
    "two": {"flat-lecture": {}, "hybrid": {}},
    "nested": {name: {} for name in ("flat-lecture", "isolated-cells", "shuffled-cells", "linked-cells", "hybrid")},
    "twenty": {"flat-lecture": {}, "hybrid": {}, **{f"arm-{n}": {"preset": "hybrid", "council": 0.04 * n} for n in range(1, 19)}},
    "long": {"flat-lecture": {}, "hybrid": {}, LONG: {"preset": "hybrid", "shuffle": "rotate"}, LONG[::-1].strip(): {"preset": "hybrid"}},
}


@pytest.mark.thorough
@pytest.mark.parametrize("replicates", [1, 2, 25])
@pytest.mark.parametrize("arms", ARMS)
@pytest.mark.parametrize("world", WORLDS)
def test_answers_keep_the_budget_in_every_design(world, arms, replicates):
    sweep, design = WORLDS[world]
    if replicates == 25 and (arms == "twenty" or world == "saltelli"):
        replicates = 5  # as well, and sooner
    if world == "sobol" and arms != "two":  # indices take a second for an arm
        design = {**design, "points": 8}
    failures = [{}] * (replicates - 1)
    check(summary_of(tree_of(ARMS[arms], sweep, design), noisy(7), replicates=replicates, failures=failures))


@pytest.mark.parametrize("world", WORLDS)
@pytest.mark.parametrize("missing", [0.3, 0.9])
def test_answers_keep_the_budget_where_runs_are_missing(world, missing):
    sweep, design = WORLDS[world]
    value = noisy(3, missing=missing)
    check(summary_of(tree_of(ARMS["nested"], sweep, design), value, replicates=4, failures=[{}] * 3))


@pytest.mark.parametrize("world", WORLDS)
def test_answers_keep_the_budget_where_a_measure_is_missing_everywhere(world):
    sweep, design = WORLDS[world]
    tree = tree_of(ARMS["two"], sweep, design, measure="sessions_to_0_8")
    value = lambda arm, r, m, *x: math.nan if m == "sessions_to_0_8" else 0.4  # noqa: E731
    assert check(summary_of(tree, value)) == "Sessions to 0.8 is missing in every run: arms cannot be compared by it."


@pytest.mark.parametrize("world", WORLDS)
def test_answers_keep_the_budget_where_all_arms_are_alike(world):
    sweep, design = WORLDS[world]
    text = check(summary_of(tree_of(ARMS["nested"], sweep, design), lambda arm, r, m, *x: 0.4 + 0.01 * r, replicates=6))
    assert "alike" in text or "exactly like" in text


@pytest.mark.parametrize(("kind", "measure"), [(kind, measure) for kind in OURS for measure in OURS[kind].names])
def test_answers_keep_the_budget_for_every_measure_of_every_model(kind, measure):
    for sweep in (None, {"organisation.communities": [1, 2, 3, 4]}):
        tree = {**tree_of({"flat-lecture": {}, "hybrid": {}, "linked-cells": {}}, sweep, measure=measure), "model": {"kind": kind}}
        check(summary_of(tree, noisy(5), replicates=5))


@given(st.integers(0, 10_000), st.sampled_from(sorted(WORLDS)), st.sampled_from(sorted(ARMS)), st.sampled_from([0.0, 0.01, 0.3]))
@settings(max_examples=40, deadline=None)
def test_answers_keep_the_budget_whatever_the_numbers_are(seed, world, arms, spread):
    sweep, design = WORLDS[world]
    check(summary_of(tree_of(ARMS[arms], sweep, design), noisy(seed, spread, missing=0.02 * (seed % 3)), replicates=3))


sentence = st.lists(st.sampled_from(["1 2 3 4 5", "6 7 8", "nine", "10.5 and 1,000", ""]), min_size=1, max_size=4).map(
    lambda some: Sentence((*sorted(some, key=numbers_in, reverse=True), "words only"), joins=len(some) % 2 == 0)
)


@given(st.lists(sentence, max_size=12))
@settings(max_examples=200, deadline=None)
def test_any_sentences_that_can_do_without_numbers_are_made_to_fit(sentences):
    shortened = fitted(sentences)
    assert len(shortened) <= MOST_SENTENCES and sum(map(numbers_in, shortened)) <= MOST_NUMBERS


def test_the_sentence_with_most_numbers_is_shortened_first():
    many, few = Sentence(("1 2 3 4 5 6 7", "1 2")), Sentence(("1 2 3 4", "none"))
    assert fitted([many, few]) == ["1 2.", "1 2 3 4."]


def test_a_name_at_the_beginning_of_a_sentence_keeps_its_letters():
    assert fitted([Sentence(("hybrid wins",)), Sentence(("it wins",))], ["hybrid"]) == ["hybrid wins.", "It wins."]
