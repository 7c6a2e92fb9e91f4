"""Idle: what is given or swept and can change nothing is warned of, and nothing else is."""

from pathlib import Path

import pytest

from learnsim.experiments.design import design_of
from learnsim.kinds import run_arm
from learnsim.settings import load, validate

HOME = Path(__file__).parents[2] / "experiments"
SIZE = {"trainees": 24, "communities": 2, "cell_size": 4}


def tree(kind, arms, sweep=None, design=None, world=None, **tables):
    asked = {"model": {"kind": kind}, "organisation": SIZE | (world or {}), "arms": arms, "experiment": {"replicates": 2}}
    return {**asked, **({"sweep": sweep} if sweep else {}), **({"design": design} if design else {}), **tables}


def warned(*given, **more):
    return list(design_of(validate(tree(*given, **more), "test"), "test").warnings)


CELLS, HYBRID = {"preset": "isolated-cells"}, {"preset": "hybrid"}
IDLE = {
    "groups none": (("beliefs", {"a": {"preset": "flat-lecture", "rewiring": 0.5}}), "[arms.a] rewiring = 0.5 changes nothing: groups = 'none'"),
    "one cell": (
        ("search", {"a": CELLS | {"groups": "organisation", "rewiring": 1.0}}),
        "[arms.a] rewiring = 1.0 changes nothing: there is only one cell",
    ),
    "network": (("search", {"a": HYBRID | {"network": "full"}}), "[arms.a] network = 'full' stands in place of cells: groups = 'cells' and what"),
    "instructor": (("beliefs", {"a": HYBRID | {"instructor": False}}), "[arms.a] instructor = false changes nothing: kind = 'beliefs'"),
    "officer": (("beliefs", {"a": CELLS | {"officer": "fastest"}}), '[arms.a] officer = "fastest" changes nothing: officers count in a council'),
    "swept instructor": (("beliefs", {"a": HYBRID}, {"arms.a.instructor": [True, False]}), "[sweep] arms.a.instructor changes nothing: kind"),
    "swept council": (("beliefs", {"a": HYBRID}, {"arms.a.council": [0.1, 0.3]}), "[sweep] arms.a.council changes nothing: it only counts whether"),
    "swept code": (("beliefs", {"a": CELLS}, {"beliefs.learning_from_code": [0.1, 0.9]}), "[sweep] beliefs.learning_from_code changes nothing: no arm"),
    "swept cycle": (("beliefs", {"a": CELLS}, {"training.cycle_length": [1, 9]}), "[sweep] training.cycle_length changes nothing: no arm's cells"),
    "swept fast learners": (
        ("beliefs", {"a": {"preset": "flat-lecture"}}, {"beliefs.fast_learning": [0.1, 0.9]}),
        "[sweep] beliefs.fast_learning changes nothing: fast_share = 0",
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
    given, told = IDLE[name]
    (said,) = warned(*given)
    assert said.startswith(told)


@pytest.mark.parametrize("name", [name for name in IDLE if name.startswith("swept")])
def test_a_sweep_that_is_warned_of_gives_the_same_at_every_value(name):
    design = design_of(validate(tree(*IDLE[name][0]), "test"), "test")
    ends = {run_arm(point.settings, "a")[design.measure].tobytes() for point in design.points}
    assert len(ends) == 1


@pytest.mark.parametrize("name", FELT)
def test_what_counts_is_not(name):
    assert warned(*FELT[name]) == []


@pytest.mark.parametrize("file", sorted(HOME.glob("**/*.toml")), ids=lambda file: file.stem)
def test_our_own_experiments_give_nothing_in_vain(file):
    assert design_of(load(file), file.name).warnings == ()
