"""The table of the beliefs model: what is declared, and what is refused."""

import pytest
from annotated_types import Ge, Le
from pydantic import ValidationError

from learnsim.settings import PRESETS
from learnsim.settings.beliefs import Beliefs

FIELDS = Beliefs.model_fields.items()
LIMITED = [(key, limit) for key, field in FIELDS for limit in field.metadata if isinstance(limit, (Ge, Le))]


@pytest.mark.parametrize(("key", "field"), FIELDS)
def test_every_setting_says_what_it_is_and_where_its_default_comes_from(key, field):
    assert field.description
    assert field.json_schema_extra["source"]


@pytest.mark.parametrize(("key", "limit"), LIMITED)
def test_values_beyond_a_limit_are_refused(key, limit):
    over = limit.ge - 1 if isinstance(limit, Ge) else limit.le + 1
    with pytest.raises(ValidationError):
        Beliefs(**{key: over})


def test_the_defaults_are_marchs_organization():
    defaults = Beliefs()
    assert (defaults.dimensions, defaults.interdependence, defaults.reading) == (30, 1, "figures")
    assert (defaults.turnover, defaults.turbulence, defaults.fast_share) == (0.0, 0.0, 0.0)
    assert defaults.adoption == 0.3
    assert {arm.rewiring for _, arm in PRESETS.values()} == {0.0}


def test_blocks_must_fill_the_dimensions():
    assert Beliefs(dimensions=100, interdependence=5).interdependence == 5
    with pytest.raises(ValidationError, match="dimensions = 30 cannot be cut into blocks of interdependence = 7"):
        Beliefs(interdependence=7)


def test_the_readings_are_the_figures_and_the_text():
    assert Beliefs(reading="text").reading == "text"
    with pytest.raises(ValidationError):
        Beliefs(reading="guess")
