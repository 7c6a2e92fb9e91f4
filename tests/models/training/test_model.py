"""The training model as a Mesa model: agents, data collector, batch runs, seeds.
Where Mesa 3.3 and 3.5 differ, the test asks Mesa which one it is.
"""

import gc
import inspect
import weakref

import mesa
import numpy as np
import pytest

from learnsim.errors import ChanceError, SettingsError
from learnsim.models.runs import run_arm
from learnsim.models.training.agents import Cell, Community, Trainee
from learnsim.models.training.info import SESSION_MEASURES
from learnsim.models.training.model import TrainingModel
from learnsim.models.training.purposes import EXCHANGE
from learnsim.settings import Settings

COUNTS_ITERATIONS = "rng" not in inspect.signature(mesa.batch_run).parameters  # Mesa 3.3
SMALL = {
    "organisation.trainees": 14,
    "organisation.communities": 2,
    "organisation.cell_size": 3,
    "training.sessions": 5,
    "organisation.cycle_length": 2,
}


def finished_model(*arguments, **keywords):
    seeded = {} if {"seed", "rng", "scenario"} & keywords.keys() else {"seed": 1}
    model = TrainingModel(*arguments, **{**seeded, **SMALL, **keywords})
    while model.running:
        model.step()
    return model


def batch(parameters, seeds=(None,), **keywords):
    """Mesa's own sweep: 3.3 counts iterations, 3.5 takes a list of seeds."""
    times = {"iterations": len(seeds)} if COUNTS_ITERATIONS else {"rng": list(seeds)}
    options = {**SMALL, **parameters}
    return mesa.batch_run(TrainingModel, options, number_processes=1, display_progress=False, **times, **keywords)


def test_every_trainee_is_an_agent_in_the_models_agents():
    model = TrainingModel(seed=1, **SMALL)
    assert isinstance(model, mesa.Model)
    assert len(model.agents) == 14
    assert {type(agent) for agent in model.agents} == {Trainee}
    assert sorted(agent.index for agent in model.agents) == list(range(14))
    assert len({agent.unique_id for agent in model.agents}) == 14


def test_cells_and_communities_hold_the_trainees_themselves():
    model = finished_model(seed=1)
    assert {type(cell) for cell in model.cells} == {Cell}
    assert {type(community) for community in model.communities} == {Community}
    assert [cell for community in model.communities for cell in community.cells] == model.cells
    seated = [trainee for cell in model.cells for trainee in cell.members]
    assert sorted(trainee.index for trainee in seated) == list(range(14))
    for cell in model.cells:
        assert cell.officer in cell.members
        assert all(trainee.cell is cell for trainee in cell.members)
        assert [trainee.is_officer for trainee in cell.members].count(True) == 1
        assert {trainee.home for trainee in cell.members} == {cell.community.number}


def test_a_trainee_without_groups_sits_in_no_cell():
    model = finished_model("flat-lecture", seed=1)
    assert model.cells == []
    assert all(trainee.cell is None and not trainee.is_officer for trainee in model.trainees)


def test_the_model_steps_one_session_at_a_time_and_stops_after_the_last():
    model = TrainingModel(seed=1, **SMALL)
    for session in range(5):
        assert (model.session, model.running) == (session, True)
        model.step()
    assert (model.session, model.running) == (5, False)
    assert model.steps == 5


def test_a_model_of_no_sessions_is_not_running():
    model = TrainingModel(seed=1, **(SMALL | {"training.sessions": 0}))
    assert not model.running
    assert len(model.datacollector.get_model_vars_dataframe()) == 1


def test_run_model_plays_to_the_end():
    model = TrainingModel(seed=1, **SMALL)
    model.run_model()
    assert model.session == 5


def test_the_data_collector_has_every_measure_in_every_row():
    model = finished_model(seed=4)
    frame = model.datacollector.get_model_vars_dataframe()
    assert list(frame.columns) == list(SESSION_MEASURES)
    assert len(frame) == 6
    record = run_arm(Settings().changed(SMALL | {"experiment.seed": 4}), "hybrid", engine="agents")
    for name in SESSION_MEASURES:
        np.testing.assert_array_equal(frame[name].to_numpy(dtype=float), record[name])


def test_the_data_collector_keeps_trainees_only_when_asked():
    assert finished_model(seed=1).datacollector.agent_reporters == {}
    model = finished_model(seed=1, collect_agents=True)
    frame = model.datacollector.get_agent_vars_dataframe()
    assert list(frame.columns) == ["mastery", "cell", "tenure", "officer"]
    assert len(frame) == 6 * 14
    last = frame.xs(5, level="Step")
    assert last["mastery"].to_numpy() == pytest.approx(model.mastery().mean(axis=1), abs=1e-12)
    assert last["officer"].sum() == len(model.cells)
    assert last["cell"].tolist() == [trainee.cell.number for trainee in model.agents]
    assert last["tenure"].tolist() == [trainee.tenure for trainee in model.agents]


def test_batch_run_sweeps_dotted_settings_and_arms():
    rows = batch({"arm": ["hybrid", "flat-lecture"], "organisation.cell_size": [2, 7], "seed": [3]})
    assert len(rows) == 4
    assert {row["RunId"] for row in rows} == {0, 1, 2, 3}
    assert set(SESSION_MEASURES) <= set(rows[0])
    partners = {(row["arm"], row["organisation.cell_size"]): row["partners"] for row in rows}
    assert partners["flat-lecture", 2] == partners["flat-lecture", 7] == 0.0
    assert partners["hybrid", 7] == 6.0 > partners["hybrid", 2]


@pytest.mark.parametrize("word", ["seed", "rng"])
def test_batch_run_gives_the_numbers_of_the_agents_engine(word):
    """Row by row, by whatever steps Mesa numbers its rows with."""
    rows = batch({word: [9]} if COUNTS_ITERATIONS else {}, seeds=(9,), data_collection_period=1)
    record = run_arm(Settings().changed(SMALL | {"experiment.seed": 9}), "hybrid", engine="agents")
    assert len(rows) >= 5
    for row in rows:
        assert row["mean_mastery"] == record["mean_mastery"][int(row["Step"])]


def test_batch_run_without_a_seed_repeats_with_fresh_draws():
    rows = batch({}, seeds=(None, None, None))
    assert len(rows) == 3
    assert len({row["mean_mastery"] for row in rows}) == 3


@pytest.mark.skipif(COUNTS_ITERATIONS, reason="Mesa 3.3 cannot vary the seed by itself")
def test_batch_run_repeats_with_the_listed_seeds():
    rows = batch({}, seeds=(5, 6, 5))
    first, second, third = (row["mean_mastery"] for row in rows)
    assert first == third != second


def test_batch_run_tells_replicates_apart():
    rows = batch({"replicate": [0, 1, 2], "seed": [1]})
    assert len({row["mean_mastery"] for row in rows}) == 3


def test_seed_and_rng_are_two_words_for_the_same_thing():
    by_seed, by_rng, other = finished_model(seed=7), finished_model(rng=7), finished_model(seed=8)
    assert by_seed.mastery().tobytes() == by_rng.mastery().tobytes() != other.mastery().tobytes()
    assert by_seed.seed == by_rng.seed == 7


def test_seeds_and_replicates_may_be_numpy_integers():
    usual = finished_model(seed=7, replicate=2)
    assert finished_model(seed=np.int64(7), replicate=np.int64(2)).mastery().tobytes() == usual.mastery().tobytes()


def test_without_a_seed_the_model_takes_a_fresh_one_and_keeps_it():
    model = finished_model(seed=None)
    assert finished_model(seed=model.seed).mastery().tobytes() == model.mastery().tobytes()
    assert TrainingModel(**SMALL).seed != model.seed


@pytest.mark.parametrize("arm", ["hybrid", "peer-instruction", "flat-lecture"])
def test_the_same_seed_and_replicate_give_the_numbers_of_run_arm(arm):
    model = finished_model(arm, seed=21, replicate=3)
    for engine in ("agents", "compiled"):
        record = run_arm(Settings().changed(SMALL | {"experiment.seed": 21}), arm, 3, engine=engine)
        assert record.mastery.tobytes() == model.mastery().tobytes()
        for name, values in model.measures().items():
            np.testing.assert_array_equal(values, record[name])


def test_different_replicates_have_different_people_and_different_draws():
    one, other = finished_model(seed=1, replicate=0), finished_model(seed=1, replicate=1)
    assert not (one.people.learning_speed == other.people.learning_speed).any()
    assert one.measure("mean_mastery") != other.measure("mean_mastery")


def test_the_same_replicate_has_the_same_people_in_every_arm():
    one, other = TrainingModel("hybrid", seed=1, **SMALL), TrainingModel("flat-lecture", seed=1, **SMALL)
    for name in ("learning_speed", "sociability", "helpfulness", "interest", "mastery"):
        assert getattr(one.people, name).tobytes() == getattr(other.people, name).tobytes()


def test_the_agents_engine_audits_its_chance():
    model = TrainingModel(seed=1, **SMALL)
    model.step()
    with pytest.raises(ChanceError, match="drawn twice"):
        model.chance.uniform(EXCHANGE, 0, 0, 0)


def test_a_trainee_who_acts_twice_in_a_session_is_an_error():
    model = TrainingModel(seed=1, **SMALL)
    trainee = model.trainees[0]
    trainee.approach_somebody(trainee.cell)
    with pytest.raises(ChanceError, match="drawn twice"):
        trainee.approach_somebody(trainee.cell)


def test_an_unknown_setting_or_arm_is_named_with_what_was_probably_meant():
    with pytest.raises(SettingsError, match=r"cel_size is not a setting; did you mean cell_size\?"):
        TrainingModel(**{"organisation.cel_size": 3})
    with pytest.raises(SettingsError, match=r"did you mean hybrid\?"):
        TrainingModel("hybird")


def test_people_handed_over_are_not_changed():
    people = TrainingModel(seed=1, **SMALL).people
    before = people.mastery.copy()
    model = finished_model(seed=1, shared=people)
    assert people.mastery.tobytes() == before.tobytes() != model.mastery().tobytes()


def test_runs_of_the_agents_engine_leave_nothing_behind_in_mesa():
    """Mesa 3.3 counts agents in a class dictionary that would hold every model for ever."""
    settings = Settings().changed(SMALL)
    models = getattr(mesa.Agent, "_ids", {})
    before = len(models)
    for replicate in range(5):
        run_arm(settings, "hybrid", replicate, engine="agents")
    assert len(models) == before


def test_a_finished_run_frees_its_model(monkeypatch):
    settings, models = Settings().changed(SMALL), []
    start = TrainingModel.__init__

    def noted(self, *arguments, **keywords):
        models.append(weakref.ref(self))
        start(self, *arguments, **keywords)

    monkeypatch.setattr(TrainingModel, "__init__", noted)
    run_arm(settings, "hybrid", engine="agents")
    gc.collect()
    assert len(models) == 1
    assert models[0]() is None
