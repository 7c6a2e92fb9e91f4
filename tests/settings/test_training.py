"""The declared tables: settings, their defaults, limits, meanings and sources."""

import pytest
from annotated_types import Ge, Gt, Le, Lt
from pydantic import BaseModel, ValidationError

from learnsim.errors import SettingsError
from learnsim.settings import Settings, validate
from learnsim.settings.training import Prior
from learnsim.settings.traits import beta

TABLES = ["experiment", "organisation", "curriculum", "people", "prior", "learning", "training", "misconceptions", "communities"]
DECLARED = [
    (table, key, field) for table in TABLES for key, field in Settings.model_fields[table].annotation.model_fields.items()
]
LIMITED = [
    (table, key, limit) for table, key, field in DECLARED for limit in field.metadata if isinstance(limit, (Ge, Gt, Le, Lt))
]

DEFAULTS = {
    "experiment": {"baseline": "flat-lecture", "replicates": 100, "seed": 1, "common": "everything", "engine": "compiled"},
    "organisation": {"trainees": 240, "communities": 4, "cell_size": 6, "cycle_length": 10, "formation": "interest", "roster": "", "plan": "", "span": 0},
    "curriculum": {"items": 6, "sessions_per_item": 10, "prerequisite": 0.7, "mastery_threshold": 0.6, "equal_mean": 0.3, "questions": 0, "pass_mark": 0.5},
    "people": {
        "learning_speed": beta(0.5, 0.2),
        "sociability": beta(0.6, 0.2),
        "helpfulness": beta(0.7, 0.15),
        "interest_concentration": 0.5,
        "interest_weight": 0.3,
    },
    "prior": {"share": 0.15, "known": [0.5, 1.0], "unknown": [0.0, 0.05], "by": "item"},
    "learning": {
        "lecture_effect": 0.117,
        "council_effect": 0.5,
        "help_effect": 1.0,
        "joint_effect": 0.232,
        "forgetting": 0.002,
        "initial_rapport": 0.6,
        "rapport_sessions": 0.6,
    },
    "training": {"sessions": 60, "throttle": "mean", "turnover": 0.0, "leavers": "each", "absence": 0.0, "absent": "all", "advice": "uncounted"},
    "misconceptions": {"share": 0.0, "held": [0.5, 1.0], "persistence": 0.5, "joint_wrong": 0.0, "noticed": 0.1},
    "communities": {"drift": 0.0, "towards": "cell", "mobility": 0.0, "slack": 0.0, "minimum": 0},
}


@pytest.mark.parametrize("table", DEFAULTS)
def test_the_defaults_are_those_of_the_design(table):
    values = getattr(Settings(), table)
    assert {key: getattr(values, key) for key in DEFAULTS[table]} == DEFAULTS[table]


@pytest.mark.parametrize("table", TABLES)
def test_the_design_names_every_setting_that_matters_to_a_result(table):
    texts = {"name", "question", "expectation", "policies", "measures", "targets", "precision", "measure", "against"}
    assert set(getattr(Settings(), table).__class__.model_fields) - texts == set(DEFAULTS[table])


@pytest.mark.parametrize(("table", "key", "field"), DECLARED, ids=[f"{t}.{k}" for t, k, _ in DECLARED])
def test_every_setting_says_what_it_is_and_where_its_default_comes_from(table, key, field):
    assert field.description
    assert field.json_schema_extra["source"]
    if not isinstance(field.get_default(call_default_factory=True), (str, list, BaseModel, type(None))):
        assert field.json_schema_extra["unit"] or key in ("interest_concentration", "seed")


def test_the_defaults_obey_their_own_limits():
    """Pydantic does not check defaults by itself."""
    assert Settings.model_validate(Settings().model_dump()) == Settings()


@pytest.mark.parametrize(("table", "key", "limit"), LIMITED, ids=[f"{t}.{k}-{type(x).__name__}" for t, k, x in LIMITED])
def test_a_value_beyond_a_limit_is_refused_with_table_key_value_and_limit(table, key, limit):
    bound = getattr(limit, type(limit).__name__.lower())
    whole = isinstance(getattr(getattr(Settings(), table), key), int)
    outside = {Ge: bound - 1, Gt: bound, Le: bound + 1, Lt: bound}[type(limit)]
    with pytest.raises(SettingsError) as error:
        validate({table: {key: outside}}, "x.toml")
    assert str(error.value).startswith(f"x.toml: [{table}] {key} = {outside!r} ")
    assert f"{bound:g}" in str(error.value) or str(int(bound)) in str(error.value)
    if isinstance(limit, (Ge, Le)):
        inside = int(bound) if whole else float(bound)
        if table == "organisation":
            validate({table: {"trainees": 1_000_000_000, "communities": 1, key: inside}}, "x.toml")
        else:
            everybody = {"organisation": {"trainees": 1_000_000_000, "communities": 1}} if key == "minimum" else {}
            validate({**everybody, table: {key: inside}}, "x.toml")


@pytest.mark.parametrize("value", [2.5, "6", True, None, [6], 6.0])
def test_a_count_is_a_whole_number_and_no_other_type_is_guessed(value):
    with pytest.raises(SettingsError, match=r"^x: \[organisation\] cell_size = "):
        validate({"organisation": {"cell_size": value}}, "x")


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf"), "0.5", True])
def test_a_share_is_a_finite_number(value):
    with pytest.raises(SettingsError, match=r"^x: \[prior\] share = "):
        validate({"prior": {"share": value}}, "x")
    with pytest.raises(SettingsError, match=r"^x: \[learning\] help_effect = "):
        validate({"learning": {"help_effect": value}}, "x")


def test_a_whole_number_may_stand_where_a_share_is_meant():
    assert validate({"learning": {"initial_rapport": 1}}, "x").learning.initial_rapport == 1.0


@pytest.mark.parametrize("name", ["a", "2024-01", "cell_size.v2", "x" * 100])
def test_a_name_that_makes_a_folder_is_allowed(name):
    assert validate({"experiment": {"name": name}}, "x").experiment.name == name


@pytest.mark.parametrize("name", ["", "-x", ".hidden", "../up", "a/b", "a b", "a\\b", "a\n", "ä", "x" * 101])
def test_a_name_that_would_leave_the_results_folder_is_refused(name):
    with pytest.raises(SettingsError, match=r"\[experiment\] name = "):
        validate({"experiment": {"name": name}}, "x")


def test_a_range_is_written_low_before_high():
    assert Prior(known=[0.5, 0.5]).known == [0.5, 0.5]
    with pytest.raises(ValidationError, match=r"known = \[0.9, 0.5\] must be written \[low, high\]"):
        Prior(known=[0.9, 0.5])
    with pytest.raises(ValidationError, match="unknown"):
        Prior(unknown=[0.2, 0.1])


@pytest.mark.parametrize("value", [[0.5], [], [0.1, 0.2, 0.3], [0.5, 1.5], [-0.1, 0.5], [float("nan"), 1.0], "high"])
def test_a_range_is_two_shares(value):
    with pytest.raises(SettingsError, match=r"^x: \[prior\] known"):
        validate({"prior": {"known": value}}, "x")


def test_settings_never_change():
    settings = Settings()
    with pytest.raises(ValidationError, match="frozen"):
        settings.training.sessions = 3
    with pytest.raises(ValidationError, match="frozen"):
        settings.training = None


def test_two_settings_share_no_default():
    first, second = Settings(), Settings()
    assert first.prior.known is not second.prior.known
