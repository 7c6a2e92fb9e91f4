"""The three models: what they share, and what each refuses because it belongs to another."""

import gc
import inspect
import weakref
from itertools import permutations

import mesa
import numpy as np
import pytest

import learnsim
from helpers.our_models import OURS
from learnsim.chance import Chance
from learnsim.errors import SettingsError
from learnsim.models.beliefs.model import BeliefsModel
from learnsim.models.beliefs.record import BeliefsRecord
from learnsim.models.registry import info_of
from learnsim.models.runs import run_arm
from learnsim.models.search.model import SearchModel
from learnsim.models.search.record import SearchRecord
from learnsim.models.training.model import TrainingModel
from learnsim.models.training.record import TrainingRecord
from learnsim.settings import Settings

COUNTS_ITERATIONS = "rng" not in inspect.signature(mesa.batch_run).parameters  # Mesa 3.3
SMALL = {"organisation.trainees": 14, "organisation.communities": 2, "organisation.cell_size": 3, "organisation.cycle_length": 2}
SHORT = {
    "training": {"training.sessions": 5},
    "beliefs": {"beliefs.dimensions": 6, "beliefs.periods": 5, "beliefs.turnover": 0.05},
    "search": {"search.loci": 16, "search.interactions": 3, "search.periods": 5},
}
MESA = {"training": TrainingModel, "beliefs": BeliefsModel, "search": SearchModel}
RECORDS = {"training": TrainingRecord, "beliefs": BeliefsRecord, "search": SearchRecord}

every_kind = pytest.mark.parametrize("kind", OURS)


def small(kind, **changes):
    return Settings().changed({"model.kind": kind, **SMALL, **SHORT[kind], **changes})


def finished_model(kind, *arguments, **keywords):
    model = MESA[kind](*arguments, **{**SMALL, **SHORT[kind], **keywords})
    while model.running:
        model.step()
    return model


def batch(kind, parameters, seed, **keywords):
    """Mesa's own sweep, with one seed: 3.3 counts iterations, 3.5 takes a list of seeds."""
    times = {"iterations": 1} if COUNTS_ITERATIONS else {"rng": [seed]}
    options = {**SMALL, **SHORT[kind], **parameters, **({"seed": [seed]} if COUNTS_ITERATIONS else {})}
    return mesa.batch_run(MESA[kind], options, number_processes=1, display_progress=False, **times, **keywords)


# Names and records ---------------------------------------------------------------------------------


def test_measures_of_one_name_mean_one_thing_in_all_models():
    meanings = {(name, *meaning) for info in OURS.values() for name, meaning in info.measures.items()}
    assert len({name for name, *_ in meanings}) == len(meanings)


@every_kind
def test_a_models_headline_begins_with_the_measure_that_arms_compare_by(kind):
    info = OURS[kind]
    assert set(info.headline) <= set(info.names)
    assert info.headline[0] == small(kind).measure


@every_kind
def test_a_record_has_the_measures_that_its_model_tells_of(kind):
    record = run_arm(small(kind), "hybrid")
    assert type(record) is RECORDS[kind]
    assert list(record.measures) == list(OURS[kind].session_measures)
    assert record.run_measures().keys() == set(OURS[kind].names)
    assert info_of(record.settings) is OURS[kind]


@every_kind
def test_a_final_standing_and_a_speed_are_shares_of_everybody(kind):
    record = run_arm(small(kind), "hybrid")
    for values in (record.standing(), record.speed):
        assert values.shape == (14,)
        assert ((values >= 0.0) & (values <= 1.0)).all()


@every_kind
def test_one_call_from_python_plays_the_model_that_settings_say(kind):
    record = learnsim.run(small(kind), seed=3, arm="hybrid", replicate=2)
    assert record.same_bits(run_arm(small(kind, **{"experiment.seed": 3}), "hybrid", 2)) == []


@every_kind
def test_what_arms_share_may_be_drawn_before_and_makes_the_same_run(kind):
    settings = small(kind)
    shared = info_of(settings).runs.draw_shared(settings, 4, None)
    for engine in ("compiled", "agents"):
        record = run_arm(settings, "hybrid", 4, engine=engine, shared=shared)
        assert record.same_bits(run_arm(settings, "hybrid", 4, engine=engine)) == []


# What arms have in common --------------------------------------------------------------------------


def twins(kind, common, *others):
    """Two arms that differ in nothing but their names, and the settings of both."""
    changes = {"experiment.common": common, "organisation.formation": "random"}
    return small(kind, **changes, **{f"arms.{name}.preset": "hybrid" for name in (*others, "one", "other")})


def start_of(record):
    """What a run begins with: people's state, and the problem."""
    trace = record.trace
    problem = {"beliefs": lambda: trace.reality[0], "search": lambda: record.highest}.get(record.settings.model.kind, lambda: 0)
    return trace[0][0].tobytes(), np.array(problem()).tobytes()


@every_kind
def test_arms_that_have_everything_in_common_are_the_same_in_every_bit(kind):
    settings = twins(kind, "everything")
    one, other = (run_arm(settings, arm, 3, trace=True) for arm in ("one", "other"))
    assert one.same_bits(other) == []


@every_kind
def test_arms_that_have_people_in_common_start_alike_and_go_their_own_ways(kind):
    settings = twins(kind, "people")
    one, other = (run_arm(settings, arm, 3, trace=True) for arm in ("one", "other"))
    assert start_of(one) == start_of(other) == start_of(run_arm(twins(kind, "everything"), "one", 3, trace=True))
    assert one.trace[0].tobytes() != other.trace[0].tobytes()
    assert one.cell.tobytes() != other.cell.tobytes()


@every_kind
def test_an_arm_with_its_own_random_numbers_depends_on_no_other_arm(kind):
    alone = run_arm(twins(kind, "people"), "one", 3)
    assert run_arm(twins(kind, "people", "third"), "one", 3).same_bits(alone) == []


def test_random_numbers_of_ones_own_are_named_by_the_arm():
    keys = [Chance(7, 3, arm).key for arm in ("", "one", "other")] + [Chance(7, 4, "one").key, Chance(8, 3, "one").key]
    assert len(set(keys)) == 5
    assert Chance(7, 3, "one").key == keys[1]


# Mesa ----------------------------------------------------------------------------------------------


@every_kind
@pytest.mark.parametrize("arm", ["hybrid", "flat-lecture"])
def test_a_mesa_model_with_dotted_settings_plays_what_run_plays(kind, arm):
    model = finished_model(kind, arm, seed=21, replicate=3)
    record = run_arm(small(kind, **{"experiment.seed": 21}), arm, 3)
    for name, values in model.measures().items():
        np.testing.assert_array_equal(values, record[name])


@every_kind
def test_the_data_collector_has_a_row_for_the_start_and_each_session(kind):
    model = finished_model(kind, seed=4)
    frame = model.datacollector.get_model_vars_dataframe()
    assert list(frame.columns) == list(OURS[kind].session_measures)
    record = run_arm(small(kind, **{"experiment.seed": 4}), "hybrid")
    for name, rows in record.measures.items():
        np.testing.assert_array_equal(frame[name].to_numpy(dtype=float), rows)


@every_kind
def test_batch_run_sweeps_dotted_settings_and_arms(kind):
    rows = batch(kind, {"arm": ["hybrid", "flat-lecture"], "organisation.cell_size": [2, 7]}, 3)
    assert {(row["arm"], row["organisation.cell_size"]) for row in rows} == {
        (arm, size) for arm in ("hybrid", "flat-lecture") for size in (2, 7)
    }
    assert {row["RunId"] for row in rows} == {0, 1, 2, 3}
    assert set(OURS[kind].session_measures) <= set(rows[0])
    alone = [row for row in rows if row["arm"] == "flat-lecture"]
    first = {name: alone[0][name] for name in OURS[kind].session_measures}
    np.testing.assert_equal({name: alone[1][name] for name in first}, first)  # cells do not matter where there are none


@every_kind
def test_batch_run_gives_the_numbers_of_run(kind):
    """Row by row, by whatever steps Mesa numbers its rows with."""
    rows = batch(kind, {}, 9, data_collection_period=1)
    record = run_arm(small(kind, **{"experiment.seed": 9}), "hybrid")
    measure = OURS[kind].headline[0]
    assert len(rows) >= 5
    for row in rows:
        assert row[measure] == record[measure][int(row["Step"])]


@pytest.mark.parametrize("kind", ["beliefs", "search"])
def test_batch_run_copes_with_runs_that_end_before_their_time(kind):
    """The step that finds that nothing can change any more may add no row."""
    changes = {
        "beliefs": {"beliefs.turnover": 0.0, "beliefs.periods": 400},
        "search": {"search.loci": 3, "search.interactions": 0, "search.periods": 400},
    }[kind]
    measure = OURS[kind].headline[0]
    rows = batch(kind, {"arm": "peer-instruction", "replicate": [0, 1, 2], **changes}, 1)
    assert {row["replicate"] for row in rows} == {0, 1, 2}
    for row in rows:
        record = run_arm(small(kind, **changes), "peer-instruction", row["replicate"])
        assert len(record[measure]) < 400
        assert row[measure] in record[measure][-2:]  # Mesa 3.3 reports the last but one


@every_kind
def test_a_mesa_model_without_settings_plays_its_own_kind(kind):
    model = MESA[kind]("flat-lecture", seed=1)
    assert model.settings.model.kind == kind
    assert model.running


@pytest.mark.parametrize(("kind", "other"), list(permutations(OURS, 2)))
def test_settings_of_another_kind_are_refused_in_one_sentence(kind, other):
    with pytest.raises(SettingsError) as refused:
        MESA[kind]("hybrid", small(other))
    message = f"{MESA[kind].__name__} needs [model] kind = {kind!r}, and the settings have {other!r}"
    assert str(refused.value) == message
    with pytest.raises(SettingsError, match=r"is not a setting of \[model\] kind"):
        MESA[kind]("hybrid", **SHORT[other] if other != "training" else {"learning.forgetting": 0.1})


@every_kind
def test_a_model_remembers_its_seed_or_takes_a_fresh_one(kind):
    model = finished_model(kind)
    again = finished_model(kind, seed=model.seed)
    for name, values in model.measures().items():
        np.testing.assert_array_equal(values, again.measures()[name])
    assert MESA[kind](**SMALL).seed != model.seed


@pytest.mark.thorough
@every_kind
def test_runs_of_the_agents_engine_leave_nothing_behind_in_mesa(monkeypatch, kind):
    """Mesa 3.3 counts agents in a class dictionary that would hold every model for ever."""
    models, start = [], MESA[kind].begin
    known = getattr(mesa.Agent, "_ids", {})
    before = len(known)
    monkeypatch.setattr(MESA[kind], "begin", lambda self: (models.append(weakref.ref(self)), start(self))[1])
    for replicate in range(3):
        run_arm(small(kind), "hybrid", replicate, engine="agents")
    gc.collect()
    assert len(known) == before
    assert [model() for model in models] == [None] * 3


# Rosters -------------------------------------------------------------------------------------------

PEOPLE = """id,speed,helpfulness,community,interest_1,interest_2
Ada,.9,.1,north,.2,1
Bob,.8,.2,north,.1,1
Cem,.7,.3,south,1,.3
Dee,.6,.9,south,1,.2
Eve,.5,.5,south,.1,1
"""


def with_roster(tmp_path, kind, **changes):
    file = tmp_path / "people.csv"
    file.write_text(PEOPLE)
    others = {name: value for name, value in SMALL.items() if name != "organisation.trainees"}
    return Settings().changed({"model.kind": kind, **others, **SHORT[kind], "organisation.roster": str(file), **changes})


@every_kind
@pytest.mark.parametrize("engine", ["compiled", "agents"])
def test_a_roster_gives_the_number_of_people_and_their_communities(tmp_path, kind, engine):
    record = run_arm(with_roster(tmp_path, kind, **{"organisation.formation": "given"}), "hybrid", engine=engine)
    assert record.community.tolist() == [0, 0, 1, 1, 1]
    assert record.standing().shape == (5,)
    assert sorted(record.officers.tolist()) == sorted(set(record.officers.tolist()))


@every_kind
@pytest.mark.parametrize("engine", ["compiled", "agents"])
def test_communities_form_by_the_interests_that_a_roster_names(tmp_path, kind, engine):
    """Three seats in the first community and two in the second; Ada and Bob come first by their number."""
    record = run_arm(with_roster(tmp_path, kind), "hybrid", engine=engine)
    assert record.community.tolist() == [1, 1, 0, 0, 0]


@every_kind
@pytest.mark.parametrize("engine", ["compiled", "agents"])
def test_the_most_helpful_of_a_roster_take_office(tmp_path, kind, engine):
    arm = {"arms.x": {"preset": "linked-cells", "officer": "most-helpful"}, "organisation.formation": "given"}
    record = run_arm(with_roster(tmp_path, kind, **arm), "x", engine=engine)
    assert record.officers.tolist() == [1, 3]  # Bob and Dee


@every_kind
def test_a_roster_and_another_number_of_people_contradict_each_other(tmp_path, kind):
    with pytest.raises(SettingsError, match=r"trainees = 14, but .* has 5 people"):
        run_arm(with_roster(tmp_path, kind, **{"organisation.trainees": 14}), "hybrid")
