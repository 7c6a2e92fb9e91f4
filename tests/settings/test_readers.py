"""Readers: every model reads its own settings, and a setting that it does not read is refused."""

import tomllib

import pytest

from helpers.our_models import OURS
from learnsim.errors import SettingsError
from learnsim.models.registry import MODELS
from learnsim.provenance import identity, numbers_of
from learnsim.settings import PRESETS, Settings, load, validate
from learnsim.settings.fit import Fit
from learnsim.settings.plan import Plan
from learnsim.settings.readers import EVERY, REGISTERED, arm_readers, readers, reads
from learnsim.settings.roster import RosterColumns
from learnsim.settings.starter import starter
from learnsim.settings.write import toml_of

TABLES = [table for table in Settings.model_fields if table not in ("sweep", "arms", "shocks", "parameters", "measures")]
SOME_READ = ("network", "rewiring", "density", "idle", "phases")  # fields of an arm that not every model reads
OTHER = {int: 7, float: 0.123, str: "other", bool: True}


def declared():
    return [(table, key) for table in TABLES for key in Settings.model_fields[table].annotation.model_fields]


def another(table, key):
    """A value of this setting that is not its default; None where none is easy to name."""
    value = getattr(getattr(Settings(), table), key)
    options = {"throttle": "slowest", "advice": "counted", "leavers": "random", "absent": "officers", "towards": "mastery", "by": "person", "reading": "text", "interdependence": 5, "known": [0.6, 0.9], "unknown": [0.0, 0.01], "held": [0.6, 0.9]}
    if key in options:
        return options[key]
    return OTHER.get(type(value)) if table not in EVERY else None


def test_there_is_a_name_a_meaning_and_a_measure_for_each_model():
    assert list(MODELS) == list(REGISTERED)
    for name, kind in MODELS.items():
        assert kind.name == name and kind.meaning and kind.question.endswith("?")
        assert kind.of_class or kind.headline
        assert set(kind.headline) <= set(kind.session_measures)


def test_every_setting_is_read_by_some_model():
    assert [(table, key) for table, key in declared() if not readers(table, key)] == []


@pytest.mark.parametrize("kind", OURS)
def test_a_setting_that_the_model_does_not_read_must_be_at_its_default(kind):
    """Else it is refused."""
    tried = 0
    for table, key in declared():
        value = another(table, key)
        if value is None or reads(kind, table, key):
            continue
        kinds = " or ".join(map(repr, readers(table, key)))
        with pytest.raises(SettingsError) as error:
            validate({"model": {"kind": kind}, table: {key: value}}, "x.toml")
        assert str(error.value) == (
            f"x.toml: [{table}] {key} is not a setting of [model] kind = {kind!r}; it belongs to kind = {kinds}"
        )
        validate({"model": {"kind": kind}, table: {key: getattr(getattr(Settings(), table), key)}}, "x.toml")
        tried += 1
    assert tried > 5


@pytest.mark.parametrize("kind", OURS)
@pytest.mark.parametrize("field", SOME_READ)
def test_an_arms_field_that_the_model_does_not_read_is_refused(kind, field):
    """Swept or not."""
    phases = [{"from": 10, "shuffle": "none"}]
    value = {"network": "line", "rewiring": 0.2, "density": 0.2, "idle": 0.0, "phases": phases}[field]
    arm = {"preset": "hybrid", **({"network": "random"} if (kind, field) == ("search", "density") else {})}
    tree = {"model": {"kind": kind}, "arms": {"a": {**arm, **({field: 0.1} if "network" in arm else {})}}}
    plain = {**tree, "arms": {"a": {**arm, field: value}}}
    swept = {**tree, "sweep": {f"arms.a.{field}": [value]}}
    for tables in (plain, swept):
        if kind in arm_readers(field):
            validate(tables, "x.toml")
        else:
            with pytest.raises(SettingsError, match=f"{field} is not a setting of .model. kind = {kind!r}"):
                validate(tables, "x.toml")


@pytest.mark.parametrize("kind", OURS)
def test_only_what_the_model_reads_can_be_swept(kind):
    for table, key in declared():
        if table in EVERY or another(table, key) is None:
            continue
        tree = {"model": {"kind": kind}, "arms": {"hybrid": {}}, "sweep": {f"{table}.{key}": [another(table, key)]}}
        if reads(kind, table, key):
            validate(tree, "x.toml")
        else:
            with pytest.raises(SettingsError, match=f"{table}.{key} is not a setting of .model. kind = {kind!r}"):
                validate(tree, "x.toml")


@pytest.mark.parametrize("kind", OURS)
def test_the_starter_of_each_model_shows_what_it_reads_and_nothing_else(kind, tmp_path):
    text = starter("mine", kind)
    (tmp_path / "mine.toml").write_text(text)
    settings = load(tmp_path / "mine.toml")
    assert settings.model.kind == kind
    tree = tomllib.loads(text)
    shown = {(table, key) for table in tree if table != "arms" for key in tree[table]}
    silent = {("experiment", "measure"), ("experiment", "against"), ("experiment", "precision")}  # there as comments
    silent |= {("roster", key) for key in RosterColumns.model_fields} | {("plan", key) for key in Plan.model_fields}
    silent |= {("fit", key) for key in Fit.model_fields}
    paths = {("experiment", key) for key in ("policies", "measures", "targets")}
    paths |= {("organisation", "roster"), ("organisation", "plan")}
    assert shown | silent | paths == {(table, key) for table, key in declared() if reads(kind, table, key)} | silent | paths
    for field in SOME_READ:
        assert (f"#   {field} " in text) == (kind in arm_readers(field))


def test_an_unknown_model_is_refused_with_what_was_meant():
    with pytest.raises(SettingsError, match=r"--kind=belief is not a model; did you mean beliefs\?"):
        starter("mine", "belief")
    with pytest.raises(SettingsError, match="kind = 'belief' must be one of training, beliefs, search, mesa, organisation; did you mean beliefs"):
        validate({"model": {"kind": "belief"}}, "x.toml")
    with pytest.raises(SettingsError, match=r"--kind=mesa needs a class; write learnsim init --from FILE\.py:CLASS"):
        starter("mine", "mesa")


@pytest.mark.parametrize("kind", OURS)
def test_what_is_written_of_an_experiment_says_the_same_again(kind):
    arms = {preset: {"rewiring": 0.25} if kind != "training" and preset != "flat-lecture" else {} for preset in PRESETS}
    if kind == "search":
        arms["small"] = {"preset": "hybrid", "network": "small-world", "rewiring": 0.1}
    settings = validate({"model": {"kind": kind}, "arms": arms, "experiment": {"measure": MODELS[kind].headline[1]}}, "x")
    again = validate(tomllib.loads(toml_of(settings)), "x")
    assert numbers_of(again) == numbers_of(settings)
    assert identity(again) == identity(settings)
    assert again.measure == settings.measure == MODELS[kind].headline[1]


def test_which_model_is_played_is_part_of_what_decides_the_numbers():
    assert len({identity(validate({"model": {"kind": kind}}, "x")) for kind in OURS}) == len(OURS)


def test_the_measure_decides_no_number_unless_replicates_depend_on_it():
    """The measure that arms are compared by."""
    def named(measure, **more):
        return identity(validate({"experiment": {"measure": measure, **more}, "arms": {"hybrid": {}}}, "x"))

    assert named("gini") == named("gain")
    until = {"precision": {"contrast": "hybrid", "half_width": 0.1}}
    assert named("gini", **until) != named("gain", **until)


@pytest.mark.parametrize("network", ["line", "lattice", "full", "isolated"])
def test_only_a_small_world_is_rewired(network):
    tree = {"model": {"kind": "search"}, "arms": {"a": {"preset": "hybrid", "network": network, "rewiring": 0.1}}}
    with pytest.raises(SettingsError, match=f"network = {network!r} with rewiring = 0.1"):
        validate(tree, "x")
    tree["arms"]["a"] = {"preset": "hybrid", "network": "small-world"}
    with pytest.raises(SettingsError, match="network = 'small-world' with rewiring = 0"):
        validate(tree, "x")
