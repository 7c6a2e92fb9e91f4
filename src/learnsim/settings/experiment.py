"""Experiment: the tables that every model reads: the question, the model, the people and how they are divided."""

from __future__ import annotations

from typing import Literal

from pydantic import field_validator

from learnsim.errors import did_you_mean
from learnsim.settings.declare import MOST, Table, setting
from learnsim.settings.readers import models
from learnsim.settings.sampling import Precision

Engine = Literal["compiled", "agents"]
Common = Literal["everything", "people"]
Formation = Literal["interest", "random", "given"]
NAME = r"^[A-Za-z0-9][A-Za-z0-9_.-]*$"


class Model(Table):
    """Which model is run."""

    kind: str = setting(lambda: next(iter(models())), "which model (learnsim list)")

    @field_validator("kind")
    @classmethod
    def _registered(cls, kind: str) -> str:
        if kind not in models():
            hint = did_you_mean(kind, models())
            own = "; if it is a model of your own, import its module first (CONTRIBUTING, Add a model)"
            raise ValueError(f"must be one of {', '.join(models())}" + (hint if "did you mean" in hint else own))
        return kind


class Experiment(Table):
    """The question, and the number of replicates."""

    name: str = setting(
        "experiment",
        "name of the results folder: letters, digits, _ . and -, not beginning with a sign",
        pattern=NAME,
        max_length=100,
    )
    question: str = setting("", "the question, in one sentence")
    expectation: str = setting("", "what is expected, written down before the run")
    baseline: str = setting("flat-lecture", "the arm that every other arm is compared with")
    measure: str = setting(
        "", "the measure that arms are compared by, if not the model's own (learnsim list)", example='measure = "gini"'
    )
    against: str = setting(
        "", "a measure that a figure shows the model's main measure against", example='against = "instructor_time"'
    )
    replicates: int = setting(100, "independent repetitions, on the same people in every arm", unit="runs", ge=1, le=MOST)
    precision: Precision | None = setting(
        None,
        "in place of replicates: as many as this interval needs (Stein's two-stage rule)",
        source="Stein 1945",
        example='precision = {measure = "mean_mastery", contrast = "hybrid - flat-lecture", half_width = 0.005}',
    )
    seed: int = setting(1, "random seed", ge=0, lt=2**64)
    common: Common = setting(
        "everything",
        "what the arms of a replicate have in common: everything (people, problem, start and all random numbers after the "
        "start), or people (people, problem and start; then each arm has random numbers of its own)",
    )
    engine: Engine = setting("compiled", "which implementation runs: compiled (fast) or agents (Mesa)")
    policies: str = setting(
        "", "a Python file that registers policies of your own, beside this file", example='policies = "my.py"'
    )
    targets: str = setting(
        "", "a CSV file of numbers that results are compared with, beside this file", example='targets = "published.csv"'
    )


class Organisation(Table):
    """The people, and how they are divided."""

    trainees: int = setting(240, "people in training", unit="people", usual=(12, 2400), ge=1, le=MOST)
    communities: int = setting(4, "communities of practice", unit="communities", usual=(1, 12), ge=1, le=MOST)
    cell_size: int = setting(
        6, "people per knowledge-management cell, if the numbers allow", unit="people", usual=(2, 24), ge=1, le=MOST
    )
    cycle_length: int = setting(
        10, "sessions from one shuffle to the next", unit="sessions", usual=(1, 30), ge=1, le=MOST
    )
    span: int = setting(
        0,
        "officers to whom one instructor gives full attention: with more at a council, council_effect falls towards "
        "lecture_effect (0: any number)",
        unit="officers",
        source="off by default; coaching at scale: Kraft, Blazar & Hogan 2018 (near 35)",
        usual=(0, 60),
        ge=0,
        le=MOST,
    )
    formation: Formation = setting(
        "interest", "how communities form: by interest, at random, or as in the roster's column (given)"
    )
    roster: str = setting(
        "", "a file of real people, beside this file", example='roster = "people.csv"'
    )
    plan: str = setting(
        "",
        "a CSV file of who shares a cell with whom in each cycle, beside this file (shuffle = plan)",
        example='plan = "plan.csv"',
    )
