"""Plan settings: what [plan] may say, and one sentence for everything else."""

import datetime

import pytest

from learnsim.errors import SettingsError
from learnsim.settings import load, validate
from learnsim.settings.write import toml_of


def plan(**table):
    return validate({"plan": table}, "x.toml").plan


def test_dates_may_be_dates_of_toml_or_texts():
    dates = [datetime.date(2027, 1, 11), datetime.datetime(2027, 1, 18, 9), "2027-01-25T14:30:00", " 2027-02-01 "]
    assert plan(dates=dates).dates == ["2027-01-11", "2027-01-18 09:00", "2027-01-25 14:30", "2027-02-01"]


def test_the_aim_is_a_word_or_a_weight():
    assert [plan(aim=aim).weight for aim in ("meet", "learn", 0.25, 1)] == [0.0, 1.0, 0.25, 1.0]


MISTAKES = [
    ({"cycle": 6}, "[plan] cycle is not a setting; did you mean cycles?"),
    ({"aim": "lern"}, '[plan] aim = \'lern\' must be "meet", "learn", or a weight from 0 (meet) to 1 (learn)'),
    ({"aim": 1.5}, "[plan] aim = 1.5 must be"),
    ({"aim": True}, "[plan] aim = True must be"),
    ({"dates": ["11.01.2027"]}, "is not a date; write \"2027-01-11\""),
    ({"dates": ["2027-01-12", "2027-01-11"]}, "[plan] dates are not in order of time"),
    ({"cycles": 2, "dates": ["2027-01-12"]}, "[plan] dates: there are 1 for cycles = 2"),
    ({"officers": "fix"}, "[plan] officers = 'fix' must be one of fixed, each-cycle, rotating; did you mean fixed?"),
    ({"rooms": [{"name": "A"}]}, "[plan] rooms.0.seats is missing"),
    ({"rooms": [{"name": "A", "seats": 3}, {"name": "A", "seats": 4}]}, "rooms: 'A' is named twice"),
    ({"rules": {"apart": [["P1"]]}}, "must be a list of two people or more, by their ids"),
    ({"rules": {"appart": [["a", "b"]]}}, "[plan] rules.appart is not a setting; did you mean apart?"),
    ({"rules": {"pinned": [{"person": "a", "cel": 1}]}}, "did you mean cell?"),
    ({"rules": {"pinned": [{"person": "a", "cell": 0}]}}, "rules.pinned.0.cell = 0 must be from 1"),
    ({"rules": {"hard": ["apat"]}}, "did you mean apart?"),
    ({"rules": {"prices": {"spred": 3}}}, "[plan] rules.prices.spred is not a setting; did you mean spread?"),
    ({"seed": -1}, "[plan] seed = -1 must be 0 or more"),
]


@pytest.mark.parametrize(("table", "sentence"), MISTAKES, ids=range(len(MISTAKES)))
def test_a_mistake_is_one_sentence_with_the_likely_word(table, sentence):
    with pytest.raises(SettingsError) as raised:
        plan(**table)
    assert sentence in str(raised.value) and "\n" not in str(raised.value)


def test_a_plan_is_written_and_read_back(tmp_path):
    rules = {"apart": [["a", "b"]], "pinned": [{"person": "a", "cell": 2}], "prices": {"spread": 2.0}}
    settings = validate({"plan": {"cycles": 3, "rooms": [{"name": "A", "seats": 4}], "rules": rules}}, "x")
    (tmp_path / "x.toml").write_text(toml_of(settings))
    assert load(tmp_path / "x.toml").plan == settings.plan


def test_an_experiment_without_a_plan_writes_none():
    assert "[plan]" not in toml_of(validate({}, "x"))


def test_a_plan_is_not_swept_and_changes_no_number():
    with pytest.raises(SettingsError, match=r"plan\.cycles cannot be swept"):
        validate({"sweep": {"plan.cycles": [1, 2]}}, "x")
    from learnsim.provenance import numbers_of

    assert numbers_of(validate({"plan": {"cycles": 3}}, "x")) == numbers_of(validate({}, "x"))
