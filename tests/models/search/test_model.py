"""The search model as a Mesa model: agents, data collector, end; what all models share is in ``tests/models/test_all_models.py``."""

import mesa
import numpy as np
import pytest

from learnsim.errors import ChanceError
from learnsim.models.runs import run_arm
from learnsim.models.search.agents import Searcher
from learnsim.models.search.info import SESSION_MEASURES
from learnsim.models.search.model import SearchModel
from learnsim.models.search.purposes import EXPLORE


def test_every_searcher_is_an_agent_and_knows_the_neighbours_themselves(settings_of):
    model = SearchModel("x", settings_of("line", loci=6, interactions=2), seed=3)
    assert isinstance(model, mesa.Model) and {type(agent) for agent in model.agents} == {Searcher}
    assert [searcher.index for searcher in model.searchers] == list(range(30))
    assert [other.index for other in model.searchers[4].neighbours] == [3, 5]


def test_the_data_collector_has_every_measure_in_every_row(settings_of):
    settings = settings_of(loci=8, interactions=3, periods=12)
    model = SearchModel("x", settings, rng=4)
    while model.running:
        model.step()
    model.step()
    frame = model.datacollector.get_model_vars_dataframe()
    record = run_arm(settings.changed({"experiment.seed": 4}), "x")
    assert len(frame) == model.session + 1
    for name in SESSION_MEASURES:
        np.testing.assert_array_equal(frame[name].to_numpy(dtype=float), record[name])


def test_a_model_of_no_periods_is_not_running(settings_of):
    settings = settings_of(loci=4, interactions=1, periods=0)
    model = SearchModel("x", settings)
    model.step()
    assert not model.running and model.session == 0
    assert len(run_arm(settings, "x")["mean_score"]) == 1


def test_drawing_the_same_number_twice_is_an_error(settings_of):
    model = SearchModel("x", settings_of("isolated", loci=6, interactions=2))
    model.step()
    with pytest.raises(ChanceError):
        model.chance.uniform(EXPLORE, 0, 7)
