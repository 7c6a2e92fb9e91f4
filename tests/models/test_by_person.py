"""By person: what a run has of each person of a roster, and of some people alone, in all models and both engines."""

import numpy as np
import pytest

from helpers.our_models import OURS
from learnsim.arrays import Floats
from learnsim.models.runs import run_arm
from learnsim.models.training.measures import stratum_measures
from learnsim.settings import Settings

WORLDS = {
    "training": {"training.sessions": 11},
    "beliefs": {"beliefs.dimensions": 10, "beliefs.periods": 11},
    "search": {"search.loci": 6, "search.interactions": 2, "search.periods": 11},
}
TURNOVER = {"training": {"training.turnover": 0.2}, "beliefs": {"beliefs.turnover": 0.2}}
SHUFFLED = {"preset": "hybrid", "shuffle": "random"}


@pytest.fixture
def world(tmp_path):
    """Settings of a model with a roster of 12 people in 2 communities; whatever is named in addition replaces."""
    file = tmp_path / "people.csv"
    lines = [f"P{i},{'Pumps' if i < 7 else 'Sales'},{0.3 + 0.05 * i:.2f}" for i in range(12)]
    file.write_text("\n".join(["id,community,learning_speed", *lines]) + "\n")

    def settings(kind: str, **changes) -> Settings:
        usual = {"communities": 2, "cell_size": 3, "cycle_length": 3, "roster": str(file), "formation": "given"}
        world = {f"organisation.{key}": value for key, value in usual.items()}
        return Settings().changed({"model.kind": kind, **world, **WORLDS[kind], "arms.x": SHUFFLED, **changes})

    return settings


def means(mastery: Floats) -> list[float]:
    return mastery.mean(axis=1).tolist()


@pytest.mark.parametrize("kind", WORLDS)
@pytest.mark.parametrize("arm", ["none", "random", "kept", "alone"])
@pytest.mark.parametrize("leaving", [False, True])
def test_both_engines_have_the_same_results_of_each_person(world, kind, arm, leaving):
    arms = {
        "none": {"preset": "hybrid", "shuffle": "none"},
        "random": SHUFFLED,
        "kept": {"preset": "hybrid", "shuffle": "rotate", "officer": "rotating"},
        "alone": {"preset": "flat-lecture"},
    }
    settings = world(kind, **{"arms.x": arms[arm]}, **(TURNOVER.get(kind, {}) if leaving else {}))
    compiled, agents = (run_arm(settings, "x", 1, engine=engine) for engine in ("compiled", "agents"))
    assert compiled.same_bits(agents) == []
    assert compiled.by_person.end.tobytes() == compiled.standing().tobytes()
    assert bool(compiled.by_person.partners.any()) == bool(compiled.by_person.times_officer.any()) == (arm != "alone")


@pytest.mark.parametrize("kind", WORLDS)
def test_everybody_as_a_stratum_has_the_measures_of_the_run(world, kind):
    record = run_arm(world(kind), "x")
    everybody = record.of_stratum(np.arange(12))
    assert tuple(sorted(everybody)) == tuple(sorted(OURS[kind].by_stratum))
    assert everybody == {name: record[name][-1] for name in everybody}


@pytest.mark.parametrize("kind", OURS)
def test_what_a_model_declares_of_strata_are_measures_of_a_session(kind):
    declared = OURS[kind].by_stratum
    assert set(declared) <= set(OURS[kind].session_measures) and declared[0] == OURS[kind].headline[0]


@pytest.mark.parametrize("kind", WORLDS)
def test_a_run_without_a_roster_has_nothing_of_persons(kind):
    record = run_arm(Settings().changed({"model.kind": kind, "organisation.trainees": 12, **WORLDS[kind]}), "hybrid")
    assert record.by_person is None


def test_the_start_is_what_people_know_before_the_first_session(world):
    record = run_arm(world("training"), "x", trace=True)
    assert record.by_person.start.tolist() == pytest.approx(means(record.trace.mastery[0]), rel=1e-14)
    assert record.by_person.end.tolist() == pytest.approx(means(record.trace.mastery[-1]), rel=1e-14)


@pytest.mark.parametrize("engine", ["compiled", "agents"])
@pytest.mark.parametrize("officer", ["random", "rotating", "most-helpful"])
@pytest.mark.parametrize("shuffle", ["none", "random", "rotate"])
def test_the_cycles_in_office_are_those_that_the_trace_shows(world, engine, officer, shuffle):
    settings = world("training", **{"arms.x": {"preset": "hybrid", "shuffle": shuffle, "officer": officer}})
    record = run_arm(settings, "x", engine=engine, trace=True)
    counted = np.zeros(12, dtype=int)
    for first in (1, 4, 7, 10):  # rows of the trace after a cycle's first session
        counted[record.trace.officers[first]] += 1
    assert record.by_person.times_officer.tolist() == counted.tolist()
    assert counted.sum() == 4 * 4  # cycles of 4 cells: 2 of Pumps and 2 of Sales


def test_cycles_in_office_are_counted_through_phases_too(world):
    phases = [{"from": 6, "preset": "isolated-cells"}]
    settings = world("training", **{"arms.x": {**SHUFFLED, "phases": phases}})
    for engine in ("compiled", "agents"):
        assert run_arm(settings, "x", engine=engine).by_person.times_officer.sum() == 4 * 4


def test_partners_are_distinct_people_with_whom_a_cell_was_shared(world):
    record = run_arm(world("training"), "x", trace=True)
    cells = record.trace.cell[[1, 4, 7, 10]]
    met = (cells[:, :, None] == cells[:, None, :]).any(axis=0)
    assert record.by_person.partners.tolist() == (met.sum(axis=1) - 1).tolist()
    assert record["partners"][-1] == record.by_person.partners.mean()


def test_measures_of_a_stratum_of_training_by_hand():
    start, end = np.array([0.0, 0.0, 0.5, 0.5]), np.array([0.25, 0.5, 0.75, 1.0])
    speed, sociability = np.array([0.1, 0.9, 0.5, 0.6]), np.array([0.9, 0.5, 0.6, 0.1])
    there = stratum_measures(start, end, np.array([1, 2, 2, 4]), speed, sociability, 0.75)
    assert there == {
        "mean_mastery": 0.625,
        "sd_mastery": pytest.approx(0.078125**0.5),
        "gini": 0.25,  # (-3 x .25 - .5 + .75 + 3 x 1) / (4 x 2.5)
        "p10": pytest.approx(0.325),
        "p90": pytest.approx(0.925),
        "proficient": 0.5,
        "slow_mean": 0.25,
        "fast_mean": 0.5,
        "quiet_mean": 1.0,
        "outgoing_mean": 0.25,
        "gain": 0.5,
        "partners": 2.25,
    }


@pytest.mark.parametrize(("members", "missing"), [(1, 8), (2, 4), (3, 4), (4, 0)])
def test_one_person_has_no_spread_and_three_have_no_quarters(members, missing):
    some = np.linspace(0.1, 0.4, members)
    there = stratum_measures(some, 2 * some, np.arange(members), some, some, 0.5)
    assert sum(np.isnan(value) for value in there.values()) == missing
    assert not np.isnan([there[name] for name in ("mean_mastery", "gain", "partners", "proficient")]).any()


def test_one_person_has_no_diversity(world):
    record = run_arm(world("beliefs"), "x")
    alone, two = record.of_stratum(np.array([3])), record.of_stratum(np.array([3, 4]))
    assert np.isnan(alone["diversity"]) and not np.isnan(two["diversity"])
    assert alone["mean_payoff"] == alone["best_payoff"] == record.standing()[3]
