"""The beliefs model as a Mesa model: agents, data collector, seeds; what all models share is in ``tests/models/test_all_models.py``."""

import pytest

from learnsim.errors import ChanceError
from learnsim.models.beliefs.agents import Person
from learnsim.models.beliefs.info import SESSION_MEASURES
from learnsim.models.beliefs.model import BeliefsModel
from learnsim.models.beliefs.purposes import FROM_CODE

SHORT = {
    "organisation.trainees": 9,
    "organisation.communities": 1,
    "organisation.cell_size": 3,
    "beliefs.dimensions": 4,
    "beliefs.periods": 30,
}


def finished_model(arm="flat-lecture", **settings):
    model = BeliefsModel(arm, **{"seed": 1, **SHORT, **settings})
    while model.running:
        model.step()
    return model


def test_every_person_is_an_agent_and_cells_hold_the_people_themselves():
    model = BeliefsModel("hybrid", seed=1, **SHORT)
    assert {type(agent) for agent in model.agents} == {Person}
    assert sorted(person.index for cell in model.cells for person in cell.members) == list(range(9))
    assert all(cell.officer in cell.members for cell in model.cells)
    assert all(person.cell is cell for cell in model.cells for person in cell.members)


@pytest.mark.parametrize("arm", ["flat-lecture", "hybrid"])
def test_the_data_collector_has_a_row_for_the_start_and_one_a_period(arm):
    model = finished_model(arm)
    frame = model.datacollector.get_model_vars_dataframe()
    assert list(frame.columns) == list(SESSION_MEASURES)
    assert len(frame) == model.session + 1
    assert frame["mean_payoff"].iloc[-1] == model.measure("mean_payoff")


def test_steps_after_the_end_change_nothing():
    model = finished_model()
    assert model.settled
    before = [array.tobytes() for array in model.state()]
    model.step()
    assert [array.tobytes() for array in model.state()] == before


def test_a_seed_gives_the_same_run_and_no_seed_a_fresh_one():
    assert finished_model(seed=5).people[0].beliefs == finished_model(seed=None, rng=5).people[0].beliefs
    assert BeliefsModel(**SHORT).seed != BeliefsModel(**SHORT).seed


def test_drawing_the_same_address_twice_is_an_error():
    model = BeliefsModel("flat-lecture", seed=1, **SHORT)
    model.chance.uniform(FROM_CODE, 0, 1, 2)
    with pytest.raises(ChanceError, match="drawn twice"):
        model.chance.uniform(FROM_CODE, 0, 1, 2)


def test_a_person_who_acts_twice_in_a_period_is_an_error():
    model = BeliefsModel("isolated-cells", seed=1, **SHORT, **{"beliefs.adoption": 1.0})
    for person in model.people:
        person.begin_period()
    person = min(model.people, key=lambda one: one.score)
    assert any(other.score > person.score for other in person.contacts)
    person.follow_contacts()
    with pytest.raises(ChanceError, match="drawn twice"):
        person.follow_contacts()
