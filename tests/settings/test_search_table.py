"""The table of the search model refuses what cannot be, and says where each default comes from."""

import pytest
from pydantic import ValidationError

from learnsim.settings.search import Search


def test_the_defaults_are_those_of_lazer_and_friedman():
    search = Search()
    assert (search.loci, search.interactions, search.exponent, search.periods) == (20, 5, 8, 200)


@pytest.mark.parametrize(
    "given", [{"loci": 0}, {"loci": 25}, {"interactions": -1}, {"rewiring": 1.5}, {"exponent": 0}, {"network": "ring"}, {"periods": -1}, {"N": 3}]
)
def test_what_cannot_be_is_refused(given):
    with pytest.raises(ValidationError):
        Search(**given)


def test_a_bit_depends_on_other_bits_only():
    with pytest.raises(ValidationError, match=r"interactions = 5 must be below loci = 5"):
        Search(loci=5, interactions=5)


def test_every_setting_says_what_it_is_and_where_its_default_comes_from():
    for field in Search.model_fields.values():
        assert field.description and field.json_schema_extra["source"]
