"""Experiment: the tables that every model reads: the question, the model, the people and how they are divided."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import create_model, field_validator, model_validator

from learnsim.errors import did_you_mean
from learnsim.settings.declare import MOST, Table, setting
from learnsim.settings.readers import models
from learnsim.settings.sampling import Precision

Engine = Literal["compiled", "agents"]
Common = Literal["everything", "people"]
Formation = Literal["interest", "random", "given"]
NAME = r"^[A-Za-z0-9][A-Za-z0-9_.-]*$"


class _Model(Table):
    kind: str = setting(lambda: next(iter(models())), "which model (learnsim list)")
    steps: int = setting(
        100,
        "at most this many steps; a run also ends when the model stops itself (kind = mesa)",
        unit="steps",
        ge=1,
        le=MOST,
    )
    time_limit: float = setting(
        3600.0, "a run that takes longer has failed (kind = mesa; 0: no limit)", unit="seconds", ge=0.0
    )
    reporters: list[str] = setting(
        list,
        "the model reporters that are measures, all that give numbers if left out (kind = mesa)",
        example='reporters = ["Gini"]',
    )

    @field_validator("kind")
    @classmethod
    def _registered(cls, kind: str) -> str:
        if kind not in models():
            hint = did_you_mean(kind, models())
            own = "; if it is a model of your own, import its module first (CONTRIBUTING, Add a model)"
            raise ValueError(f"must be one of {', '.join(models())}" + (hint if "did you mean" in hint else own))
        return kind

    @model_validator(mode="after")
    def _class_if_needed(self) -> _Model:
        if models()[self.kind].of_class and not self.class_name:
            raise ValueError(f"kind = {self.kind!r} needs the class; write for example {CLASS_EXAMPLE}")
        return self

    @property
    def class_name(self) -> str:
        """The class of a model of the user's own: a file or a module, a colon, and the name of the class."""
        return str(getattr(self, "class", ""))


CLASS_EXAMPLE = 'class = "schelling.py:Schelling"'
if TYPE_CHECKING:  # one of its fields has the name of a keyword of Python

    class Model(_Model):
        """Which model is run."""

else:
    _CLASS = setting(
        "",
        "a Mesa model: the file or the package that it is in, a colon, and the name of its class (kind = mesa)",
        example=CLASS_EXAMPLE,
    )
    Model = create_model("Model", __base__=_Model, __doc__="Which model is run.", **{"class": (str, _CLASS)})


class Measure(Table):
    """What a measure of your own measures: a model reporter of your Mesa model, or a function (learnsim.measure)."""

    meaning: str = setting("", "what it measures, in a few words")
    unit: str = setting("", "its unit, for example people, or share for a number from 0 to 1")
    better: Literal["", "more", "less"] = setting("", "which end is good, if one is: more or less")


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
    measures: str = setting(
        "", "a Python file that registers measures of your own, beside this file", example='measures = "my.py"'
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
