"""The table of the search model refuses what cannot be, and says where each default comes from."""

import pytest
from pydantic import ValidationError

from learnsim.errors import SettingsError
from learnsim.settings import Settings
from learnsim.settings.search import Search


def test_the_defaults_are_those_of_lazer_and_friedman():
    search = Search()
    assert (search.loci, search.interactions, search.exponent, search.periods) == (20, 5, 8, 200)


@pytest.mark.parametrize(
    "table", [{"loci": 0}, {"loci": 25}, {"interactions": -1}, {"exponent": 0}, {"periods": -1}, {"N": 3}]
)
def test_what_cannot_be_is_refused(table):
    with pytest.raises(ValidationError):
        Search(**table)


def test_a_bit_depends_on_other_bits_only():
    with pytest.raises(ValidationError, match=r"interactions = 5 must be below loci = 5"):
        Search(loci=5, interactions=5)


def test_every_setting_says_what_it_is_and_where_its_default_comes_from():
    for field in Search.model_fields.values():
        assert field.description and field.json_schema_extra["source"]


def searching(**arm):
    return Settings().changed({"model.kind": "search", "arms.x": {"preset": "hybrid", **arm}}).arm("x")


@pytest.mark.parametrize("arm", [{"network": "ring"}, {"rewiring": 1.5}, {"rewiring": -0.1}])
def test_a_network_that_cannot_be_is_refused(arm):
    with pytest.raises(SettingsError, match=next(iter(arm))):
        searching(**arm)


def test_by_default_people_are_tied_by_cells_without_rewiring():
    assert (searching().network, searching().rewiring) == ("cells", 0.0)
    assert searching(network="small-world", rewiring=0.1).rewiring == 0.1
    assert searching(rewiring=0.1) == searching()._replace(rewiring=0.1)


def test_only_a_random_network_has_a_density_and_it_needs_one():
    for arm in ({"network": "random"}, {"network": "line", "density": 0.1}, {"density": 0.1}):
        with pytest.raises(SettingsError, match="the pairs of a random network are tied with a chance above 0"):
            searching(**arm)
    assert searching(network="random", density=0.07).density == 0.07


@pytest.mark.parametrize(
    "arm", [{"network": "small-world"}, {"network": "line", "rewiring": 0.1}, {"network": "full", "rewiring": 0.1}]
)
def test_only_the_small_world_among_classic_networks_is_rewired(arm):
    with pytest.raises(SettingsError, match="the ties of a small world are rewired"):
        searching(**arm)


@pytest.mark.parametrize(
    ("kind", "field", "value"), [("training", "network", "line"), ("beliefs", "network", "line"), ("training", "rewiring", 0.1)]
)
def test_ties_are_refused_where_the_model_does_not_read_them(kind, field, value):
    with pytest.raises(SettingsError, match=rf"\[arms.x\] {field} is not a setting of \[model\] kind = '{kind}'"):
        Settings().changed({"model.kind": kind, "arms.x": {"preset": "hybrid", field: value}})
