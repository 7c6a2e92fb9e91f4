"""Plain values: values of numpy, pandas and pathlib are taken wherever Python's are, and written as Python's."""

import enum
import math
import tomllib
from collections import UserDict, deque
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pandas as pd
import pytest

import learnsim
from learnsim.errors import SettingsError
from learnsim.models.training.model import TrainingModel
from learnsim.settings import PRESETS, Settings, load, validate
from learnsim.settings.declare import MOST_VALUES, plain
from learnsim.settings.sampling import Span
from learnsim.settings.write import toml_of


class Colour(enum.Enum):
    """A choice by name."""

    RED = "red"


class Many(enum.IntEnum):
    """A choice by number."""

    THREE = 3


TAKEN = [
    (np.int64(3), 3),
    (np.uint8(3), 3),
    (np.float32(0.1), 0.10000000149011612),
    (np.float64(0.1), 0.1),
    (np.longdouble(0.5), 0.5),
    (np.True_, True),
    (np.str_("a"), "a"),
    (np.array(3), 3),
    (np.array([0.5, 0.25]), [0.5, 0.25]),
    (np.array([[1, 2], [3, 4]]), [[1, 2], [3, 4]]),
    (np.array([True]), [True]),
    (np.array(["a", "b"]), ["a", "b"]),
    (np.arange(2, 5), [2, 3, 4]),
    (range(2, 5), [2, 3, 4]),
    ((1, (2, np.int8(3))), [1, [2, 3]]),
    (deque([1, 2]), [1, 2]),
    (pd.Series([1, 2], index=["x", "y"]), [1, 2]),
    (pd.Index(["a", "b"]), ["a", "b"]),
    (pd.array([1, 2], dtype="Int64"), [1, 2]),
    (pd.Categorical(["a", "b"]), ["a", "b"]),
    (Path("data") / "people.csv", "data/people.csv"),
    (Decimal("3"), 3),
    (Decimal("0.1"), 0.1),
    (Fraction(1, 4), 0.25),
    (Colour.RED, "red"),
    (Many.THREE, 3),
    ({np.str_("mean"): np.float64(0.5)}, {"mean": 0.5}),
    (MappingProxyType({"a": (1,)}), {"a": [1]}),
    (UserDict(a=np.int8(1)), {"a": 1}),
]


def types_in(value):
    if isinstance(value, dict):
        return {str: [*map(types_in, value)], "values": [types_in(part) for part in value.values()]}
    return [list, *map(types_in, value)] if isinstance(value, list) else type(value)


@pytest.mark.parametrize(("value", "same"), TAKEN, ids=lambda value: repr(value)[:30])
def test_a_value_becomes_the_same_value_of_pythons_own(value, same):
    assert plain(value) == same
    assert types_in(plain(value)) == types_in(same)


LEFT = [None, {1, 2}, b"x", 1j, np.complex64(1j), pd.NA, np.ma.masked, Fraction(10**400), Decimal("sNaN"), range(10**30), np.ndarray]


@pytest.mark.parametrize("value", LEFT, ids=lambda value: repr(value)[:30])
def test_what_toml_could_not_say_is_left_and_refused(value):
    assert plain(value) is value or plain(value) == value
    if value is not None:
        for tables in ({"training": {"sessions": value}}, {"prior": {"known": value}}, {"sweep": {"training.sessions": value}}):
            with pytest.raises(SettingsError):
                validate(tables, "x")


EVERYWHERE = {
    "experiment": {"seed": np.uint64(2**63), "replicates": np.int16(3), "name": np.str_("small"), "policies": Path("my.py")},
    "organisation": {"trainees": np.int64(24), "communities": np.int8(2), "roster": Path("people.csv"), "formation": np.str_("given")},
    "curriculum": MappingProxyType({"items": Decimal(4)}),
    "people": {"learning_speed": {"distribution": np.str_("beta"), "mean": np.float32(0.5), "sd": np.float64(0.125)}},
    "prior": {"known": np.array([0.5, 0.75]), "share": Fraction(1, 4)},
    "training": UserDict(sessions=np.int64(5)),
    "sweep": {
        "organisation.cell_size": np.arange(2, 4),
        "organisation.cycle_length": range(2, 4),
        "people.sociability.mean": pd.Series([0.25, 0.5]),
        "arms.own.instructor": [np.True_, np.False_],
        "people.helpfulness": [{"distribution": "constant", "value": np.float64(0.5)}, {"distribution": "constant", "value": np.float32(1)}],
    },
    "arms": {np.str_("own"): {"preset": np.str_("hybrid"), "instructor": np.False_, "council": np.float32(0.25)}},
}


def test_numpys_values_are_taken_in_every_table_and_written_as_toml():
    settings = validate(EVERYWHERE, "x")
    again = validate(tomllib.loads(toml_of(settings)), "again")
    assert again.model_dump() == settings.model_copy(update={"experiment": again.experiment, "arms": again.arms}).model_dump()
    assert settings.sweep["organisation.cell_size"] == [2, 3]
    assert settings.arm("own").instructor is False
    assert settings.organisation.roster == "people.csv"


def test_numpys_values_are_taken_wherever_python_hands_them_over(tmp_path):
    (tmp_path / "x.toml").write_text("[training]\nsessions = 3\n[organisation]\ntrainees = 8\ncommunities = 1\n")
    small = Settings().changed({np.str_("training.sessions"): np.int64(3), "organisation.trainees": np.array(8), "organisation.communities": Many.THREE})
    assert (small.training.sessions, small.organisation.trainees) == (3, 8)
    expected = learnsim.run(small, seed=4, arm="hybrid", replicate=2)
    for arm, seed, replicate in ((np.str_("hybrid"), np.int64(4), np.uint8(2)), (np.array("hybrid"), np.array(4), Decimal(2))):
        assert learnsim.run(small, seed=seed, arm=arm, replicate=replicate, engine=np.str_("compiled")).same_bits(expected) == []
        model = TrainingModel(arm, small, replicate, seed=seed, **{"training.sessions": np.int8(3)})
        assert type(model.settings.training.sessions) is int and (model.seed, model.replicate) == (4, 2)
    assert TrainingModel(PRESETS["hybrid"][1], small).arm == PRESETS["hybrid"][1]
    assert load(tmp_path / "x.toml", options={"experiment.seed": np.int64(3)}).experiment.seed == 3
    assert Span(low=np.int64(2), high=np.float32(3)).at(0.5) == 2.5
    learnsim.run(MappingProxyType({"training": {"sessions": np.int64(1)}, "organisation": {"trainees": 4}}), arm="flat-lecture")


@pytest.mark.parametrize(
    "call",
    [
        lambda: learnsim.run(seed=10**5000),
        lambda: learnsim.run(replicate=10**5000),
        lambda: learnsim.run(engine=np.array(["agents", "compiled"])),
        lambda: learnsim.run(arm=np.array(["hybrid", "own"])),
        lambda: learnsim.run(arm=["hybrid"]),
        lambda: TrainingModel(seed="9" * 5000),
        lambda: TrainingModel(replicate=np.array([1, 2])),
        lambda: validate({"learning": {"joint_effect": math.nan}}, "x"),
        lambda: validate({"learning": {"joint_effect": 10**400}}, "x"),
        lambda: validate({"sweep": {"training.sessions": range(MOST_VALUES + 1)}}, "x"),
        lambda: validate({"training": {"sessions": pd.DataFrame({"a": [1]})}}, "x"),
    ],
)
def test_a_value_that_cannot_be_is_refused_wherever_python_hands_it_over(call):
    with pytest.raises(SettingsError):
        call()


def test_a_list_in_itself_is_refused():
    endless = []
    endless.append(endless)
    with pytest.raises(SettingsError, match="x: lists or tables are nested too deeply"):
        validate({"prior": {"known": endless}}, "x")
