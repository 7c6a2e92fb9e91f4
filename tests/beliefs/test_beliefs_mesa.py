"""The beliefs model as a Mesa model: agents, data collector, batch runs, seeds."""

import inspect

import mesa
import pytest

from learnsim.beliefs.agents import Person
from learnsim.beliefs.measures import SESSION_MEASURES
from learnsim.beliefs.model import BeliefsModel
from learnsim.chance import FROM_CODE
from learnsim.errors import ChanceError
from learnsim.settings.beliefs import Beliefs
from learnsim.settings.tables import Organisation

CROWD = Organisation(trainees=9, communities=1, cell_size=3)
SHORT = Beliefs(dimensions=4, periods=30)
COUNTS_ITERATIONS = "rng" not in inspect.signature(mesa.batch_run).parameters  # Mesa 3.3


def played(arm="flat-lecture", **given):
    model = BeliefsModel(arm, SHORT, CROWD, **{"seed": 1, **given})
    while model.running:
        model.step()
    return model


def test_every_person_is_an_agent_and_cells_hold_the_people_themselves():
    model = BeliefsModel("hybrid", SHORT, CROWD, seed=1)
    assert {type(agent) for agent in model.agents} == {Person}
    assert sorted(person.index for cell in model.cells for person in cell.members) == list(range(9))
    assert all(cell.officer in cell.members for cell in model.cells)
    assert all(person.cell is cell for cell in model.cells for person in cell.members)


@pytest.mark.parametrize("arm", ["flat-lecture", "hybrid"])
def test_the_data_collector_has_a_row_for_the_start_and_one_a_period(arm):
    model = played(arm)
    frame = model.datacollector.get_model_vars_dataframe()
    assert list(frame.columns) == list(SESSION_MEASURES)
    assert len(frame) == model.session + 1
    assert frame["mean_payoff"].iloc[-1] == model.measure("mean_payoff")


def test_steps_after_the_end_change_nothing():
    model = played()
    assert model.settled
    before = [array.tobytes() for array in model.state()]
    model.step()
    assert [array.tobytes() for array in model.state()] == before


def test_settings_can_be_given_by_name_as_batch_run_does():
    given = {"arm": "flat-lecture", "organisation": [CROWD], "learning_from_code": [0.1, 0.9], "periods": 5}
    times = {"iterations": 1} if COUNTS_ITERATIONS else {"rng": [3]}
    rows = mesa.batch_run(BeliefsModel, given, number_processes=1, display_progress=False, **times)
    assert {row["learning_from_code"] for row in rows} == {0.1, 0.9}
    assert all(row["best_payoff"] >= row["mean_payoff"] for row in rows)


def test_a_seed_gives_the_same_run_and_no_seed_a_fresh_one():
    assert played(seed=5).people[0].beliefs == played(seed=None, rng=5).people[0].beliefs
    assert BeliefsModel(organisation=CROWD).seed != BeliefsModel(organisation=CROWD).seed


def test_drawing_the_same_address_twice_is_an_error():
    model = BeliefsModel("flat-lecture", SHORT, CROWD, seed=1)
    model.chance.uniform(FROM_CODE, 0, 1, 2)
    with pytest.raises(ChanceError, match="drawn twice"):
        model.chance.uniform(FROM_CODE, 0, 1, 2)
