"""Unused settings: a setting that is set or swept without an effect gives a warning, and no other does."""

from pathlib import Path

import pytest

from learnsim.experiments.design.checks import design_of
from learnsim.models.runs import run_arm
from learnsim.settings import load, validate

HOME = Path(__file__).parents[3] / "experiments"
SIZE = {"trainees": 24, "communities": 2, "cell_size": 4}


def tree(kind, arms, sweep=None, design=None, world=None, **tables):
    asked = {"model": {"kind": kind}, "organisation": SIZE | (world or {}), "arms": arms, "experiment": {"replicates": 2}}
    return {**asked, **({"sweep": sweep} if sweep else {}), **({"design": design} if design else {}), **tables}


def warned(*arguments, **more):
    return list(design_of(validate(tree(*arguments, **more), "test"), "test").warnings)


CELLS, HYBRID, LECTURE = {"preset": "isolated-cells"}, {"preset": "hybrid"}, {"preset": "flat-lecture"}
IDLE = {
    "groups none": (("beliefs", {"a": LECTURE | {"rewiring": 0.5}}), "[arms.a] rewiring = 0.5 has no effect: there is nobody to look at"),
    "one cell": (
        ("search", {"a": CELLS | {"groups": "organisation", "rewiring": 1.0}}),
        "[arms.a] rewiring = 1.0 has no effect: there is only one cell, in which everybody is tied to everybody",
    ),
    "network": (("search", {"a": HYBRID | {"network": "full"}}), "[arms.a] network = 'full' stands in place of cells: groups = 'cells' and what"),
    "instructor": (("beliefs", {"a": HYBRID | {"instructor": False}}), "[arms.a] instructor = false has no effect: kind = 'beliefs'"),
    "officer": (
        ("beliefs", {"a": CELLS | {"officer": "fastest"}}),
        '[arms.a] officer = "fastest" has no effect: no officers who could be others meet in a council',
    ),
    "swept instructor": (("beliefs", {"a": HYBRID}, {"arms.a.instructor": [True, False]}), "[sweep] arms.a.instructor has no effect: kind"),
    "swept council": (("beliefs", {"a": HYBRID}, {"arms.a.council": [0.1, 0.3]}), "[sweep] arms.a.council has no effect: it only counts whether"),
    "swept code": (
        ("beliefs", {"a": CELLS}, {"beliefs.learning_from_code": [0.1, 0.9]}),
        "[sweep] beliefs.learning_from_code has no effect: no lecture stands for a code",
    ),
    "swept cycle": (
        ("beliefs", {"a": CELLS}, {"organisation.cycle_length": [1, 9]}),
        "[sweep] organisation.cycle_length has no effect: no cells are shuffled, and no officers change",
    ),
    "swept fast learners": (
        ("beliefs", {"a": LECTURE}, {"beliefs.fast_learning": [0.1, 0.9]}),
        "[sweep] beliefs.fast_learning has no effect: fast_share = 0, so that nobody is a fast learner",
    ),
    "swept cycle of a training": (
        ("training", {"a": LECTURE, "b": {"preset": "peer-instruction"}}, {"organisation.cycle_length": [2, 4, 6]}),
        "[sweep] organisation.cycle_length has no effect: no cells are shuffled, nobody leaves",
    ),
    "swept length of a cycle that does not end": (
        ("training", {"a": HYBRID}, {"organisation.cycle_length": [60, 90]}),
        "[sweep] organisation.cycle_length has no effect: a run of 60 ends within its first cycle of 60",
    ),
    "swept helpfulness": (
        ("training", {"a": LECTURE}, {"people.helpfulness.mean": [0.3, 0.7]}),
        "[sweep] people.helpfulness.mean has no effect: nothing depends on it",
    ),
    "swept sociability": (
        ("training", {"a": LECTURE}, {"people.sociability.sd": [0.1, 0.2]}),
        "[sweep] people.sociability.sd has no effect: only its order counts here",
    ),
    "two reasons": (
        ("training", {"a": LECTURE, "b": CELLS}, {"learning.council_effect": [0.1, 0.2]}),
        "[sweep] learning.council_effect has no effect: no instructor works with officers",
    ),
}
FELT = {
    "ties elsewhere": ("beliefs", {"a": CELLS | {"rewiring": 0.1}}),
    "ties between two communities": ("beliefs", {"a": CELLS | {"groups": "community", "rewiring": 0.1}}),
    "council or none": ("beliefs", {"a": HYBRID}, {"arms.a.council": [0.0, 0.3]}),
    "cells or everybody": ("search", {"a": HYBRID}, {"arms.a.network": ["cells", "full"]}),
    "shares of a lecture": (
        "beliefs", {"a": HYBRID}, {"arms.a.lecture": [0.0, 0.5], "arms.a.exchange": [0.7, 0.2]}, {"kind": "zip"},
    ),
    "training": ("training", {"a": CELLS | {"officer": "fastest"}}),
    "a code beside cells": ("beliefs", {"a": CELLS | {"lecture": 0.5, "exchange": 0.2}}, {"beliefs.code_learning": [0.1, 0.9]}),
}


@pytest.mark.parametrize("name", IDLE)
def test_what_can_change_nothing_is_warned_of(name):
    arguments, message = IDLE[name]
    (warning,) = warned(*arguments)
    assert warning.startswith(message)


@pytest.mark.thorough
@pytest.mark.parametrize("name", [name for name in IDLE if name.startswith("swept")])
def test_a_sweep_that_is_warned_of_gives_the_same_at_every_value(name):
    design = design_of(validate(tree(*IDLE[name][0]), "test"), "test")
    for arm in design.arms:
        assert len({run_arm(point.settings, arm)[design.measure].tobytes() for point in design.points}) == 1


@pytest.mark.parametrize("name", FELT)
def test_what_counts_is_not(name):
    assert warned(*FELT[name]) == []


@pytest.mark.thorough
@pytest.mark.parametrize("file", [file for file in sorted(HOME.glob("**/*.toml")) if file.parent.name != "plans"], ids=lambda file: file.stem)
def test_our_own_experiments_give_nothing_in_vain(file):
    """Of settings; that communities of a real firm are small, and that one person is alone, is what they are about."""
    warnings = design_of(load(file), file.name).warnings
    assert [text for text in warnings if not text.startswith("lazega_roster.csv: ")] == []
    assert len(warnings) == (2 if file.parent.name == "lazega" else 0)


def test_arms_that_have_different_reasons_are_named_with_theirs():
    sweep = {"people.learning_speed.mean": [0.3, 0.5]}
    (warning,) = warned("search", {"a": HYBRID, "b": LECTURE | {"network": "full"}}, sweep)
    assert warning == (
        "[sweep] people.learning_speed.mean has no effect: nothing depends on it (arm a); "
        "network = 'full' stands in place of cells (arm b)"
    )


@pytest.mark.parametrize(
    ("file", "setting"), [("idle-cycle", "organisation.cycle_length"), ("idle-roster-trait", "people.learning_speed.mean")]
)
def test_sweeps_without_effect_that_had_no_warning_have_one(file, setting, tmp_path):
    """What was met in the field: a cycle in arms without a shuffle, and a trait that the roster gives."""
    trees = {
        "idle-cycle": ({"a": LECTURE, "b": {"preset": "peer-instruction"}}, {setting: [2, 4, 6]}, SIZE),
        "idle-roster-trait": ({"a": LECTURE, "b": HYBRID}, {setting: [0.3, 0.5]}, {"roster": str(tmp_path / "people.csv")}),
    }
    (tmp_path / "people.csv").write_text("id,learning_speed\n" + "".join(f"P{i},0.{i}\n" for i in range(10, 30)))
    arms, sweep, size = trees[file]
    made = validate({"arms": arms, "sweep": sweep, "organisation": {"communities": 2, "cell_size": 3} | size}, "test")
    (warning,) = design_of(made, "test").warnings
    assert warning.startswith(f"[sweep] {setting} has no effect: ")


def test_very_many_warnings_are_counted():
    arms = {f"a{number}": LECTURE | {"officer": "fastest"} for number in range(50)}
    warnings = warned("training", arms)
    assert len(warnings) == 31 and warnings[-1] == "20 more settings have no effect"


def test_a_sweep_over_a_single_value_is_not_warned_of():
    assert warned("training", {"a": LECTURE}, {"organisation.cycle_length": [4]}) == []


def test_a_setting_that_matters_at_one_point_only_is_not_warned_of():
    sweep = {"organisation.cycle_length": [70, 90], "training.sessions": [50, 80]}
    assert warned("training", {"a": HYBRID}, sweep) == []
