"""The tables of an experiment file: every parameter of the training model, declared once."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from learnsim.errors import did_you_mean
from learnsim.settings.declare import Table, setting
from learnsim.settings.readers import models
from learnsim.settings.sampling import Precision
from learnsim.settings.traits import Trait, beta

Engine = Literal["compiled", "agents"]
Common = Literal["everything", "people"]
Formation = Literal["interest", "random", "given"]
Range = Annotated[list[Annotated[float, Field(ge=0.0, le=1.0)]], Field(min_length=2, max_length=2)]

MOST = 1_000_000_000  # people, sessions or runs: more would not fit the kernels' whole numbers
NAME = r"^[A-Za-z0-9][A-Za-z0-9_.-]*$"


class Model(Table):
    """Which model is played."""

    kind: str = setting(lambda: next(iter(models())), "which model (learnsim list)")

    @field_validator("kind")
    @classmethod
    def _registered(cls, kind: str) -> str:
        if kind not in models():
            hint = did_you_mean(kind, models())
            raise ValueError(f"must be one of {', '.join(models())}" + hint * ("did you mean" in hint))
        return kind


class Experiment(Table):
    """What is asked, and how often it is tried."""

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
    replicates: int = setting(100, "independent repetitions, on the same people in every arm", unit="runs", ge=1, le=MOST)
    precision: Precision | None = setting(
        None,
        "in place of replicates: as many as this interval needs (Stein's two-stage rule)",
        source="Stein 1945",
        example='precision = {measure = "mean_mastery", contrast = "hybrid - flat-lecture", half_width = 0.005}',
    )
    seed: int = setting(1, "seed of all chance", ge=0, lt=2**64)
    common: Common = setting(
        "everything",
        "what all arms of a replicate have in common: everything (people, problem, start, and every random number after "
        "that), or people (people, problem and start; after that each arm has random numbers of its own)",
    )
    engine: Engine = setting("compiled", "which telling of the model runs: compiled (fast) or agents (Mesa)")
    policies: str = setting(
        "", "a Python file that registers policies of your own, beside this file", example='policies = "my.py"'
    )
    targets: str = setting(
        "", "a CSV file of numbers that results are held against, beside this file", example='targets = "published.csv"'
    )


class Organisation(Table):
    """Who there is, and how they are divided."""

    trainees: int = setting(240, "people in training", unit="people", usual=(12, 2400), ge=1, le=MOST)
    communities: int = setting(4, "communities of practice", unit="communities", usual=(1, 12), ge=1, le=MOST)
    cell_size: int = setting(
        6, "people aimed at in a knowledge-management cell", unit="people", usual=(2, 24), ge=1, le=MOST
    )
    formation: Formation = setting(
        "interest", "how communities form: by interest, at random, or as the roster's column says"
    )
    roster: str = setting(
        "", "a CSV file of real people, beside this file", example='roster = "people.csv"'
    )


class Curriculum(Table):
    """What there is to learn."""

    items: int = setting(
        6,
        "curriculum items; each builds on the one before",
        unit="items",
        source="conceptual dimensions of the Force Concept Inventory (Hestenes, Wells & Swackhamer 1992)",
        usual=(1, 12),
        ge=1,
        le=1_000_000,
    )
    sessions_per_item: int = setting(
        10, "sessions the lecture stays with an item", unit="sessions", usual=(1, 30), ge=1, le=MOST
    )
    prerequisite: float = setting(
        0.7, "share of an item that cannot be learned without the item before", unit="share", ge=0.0, le=1.0
    )
    mastery_threshold: float = setting(
        0.6, "mastery at which an item, or a trainee, counts as proficient", unit="mastery", ge=0.0, le=1.0
    )
    equal_mean: float = setting(
        0.3,
        "mean mastery at which arms are compared in the measures that end with _at_equal_mean",
        unit="mastery",
        source="declared assumption: what every preset reaches at the defaults, the lecture (0.33) last",
        ge=0.0,
        le=1.0,
    )


class People(Table):
    """How trainees differ."""

    learning_speed: Trait = setting(
        lambda: beta(0.5, 0.2), "share of the gap to a helper closed by one session of one-to-one help", unit="share"
    )
    sociability: Trait = setting(
        lambda: beta(0.6, 0.2), "chance of approaching a cellmate in a session", unit="probability"
    )
    helpfulness: Trait = setting(lambda: beta(0.7, 0.15), "how well they explain", unit="share")
    interest_concentration: float = setting(
        0.5, "Dirichlet concentration of interests; small means one topic each", usual=(0.05, 5.0), gt=0.0, le=1000.0
    )
    interest_weight: float = setting(
        0.3, "share of learning that is lost on a topic of no interest", unit="share", ge=0.0, le=1.0
    )


class Prior(Table):
    """What people know before the training."""

    share: float = setting(0.15, "chance that an item, or a person, is known before", unit="probability", ge=0.0, le=1.0)
    known: Range = setting(lambda: [0.5, 1.0], "mastery where known, uniform", unit="mastery")
    unknown: Range = setting(lambda: [0.0, 0.05], "mastery where not known, uniform", unit="mastery")
    by: Literal["item", "person"] = setting(
        "item", "whether expertise is scattered over items or concentrated in persons"
    )

    @model_validator(mode="after")
    def _ordered(self) -> Prior:
        for name, (low, high) in (("known", self.known), ("unknown", self.unknown)):
            if low > high:
                raise ValueError(f"{name} = [{low}, {high}] must be written [low, high]")
        return self


class Learning(Table):
    """How much a session teaches."""

    lecture_effect: float = setting(
        0.117,
        "effect of a lecture, against one-to-one help",
        unit="ratio",
        source="calibrated: flat-lecture gains .23 (Hake 1998)",
        usual=(0.0, 1.0),
        ge=0.0,
    )
    council_effect: float = setting(
        0.5, "effect of the instructor's work with the officers", unit="ratio", usual=(0.0, 2.0), ge=0.0
    )
    help_effect: float = setting(
        1.0, "effect of one-to-one help", unit="ratio", source="by definition", usual=(0.0, 2.0), ge=0.0
    )
    joint_effect: float = setting(
        0.232,
        "effect of working something out together",
        unit="ratio",
        source="calibrated: peer-instruction gains .48 (Hake 1998); the mechanism: Smith et al. 2009",
        usual=(0.0, 1.0),
        ge=0.0,
    )
    forgetting: float = setting(
        0.002, "share of mastery lost each session", unit="share a session", usual=(0.0, 0.05), ge=0.0, le=1.0
    )
    r0: float = setting(
        0.6,
        "rapport of people just put together, against 1 for people who know each other",
        unit="ratio",
        source="declared assumption; the mechanism: Liang, Moreland & Argote 1995",
        ge=0.0,
        le=1.0,
    )
    rapport_sessions: float = setting(
        0.6, "sessions it takes to know one more cellmate", unit="sessions a cellmate", usual=(0.0, 5.0), ge=0.0
    )


class Training(Table):
    """How the training is run."""

    sessions: int = setting(60, "sessions in a run", unit="sessions", usual=(5, 120), ge=0, le=MOST)
    cycle_length: int = setting(
        10, "sessions from shuffle to shuffle", unit="sessions", usual=(1, 30), ge=1, le=MOST
    )
    throttle: Literal["slowest", "median", "mean", "fastest", "calendar"] = setting(
        "mean", "whose mastery decides when a cell goes on to its next item (calendar: the lecture's item)"
    )
    turnover: float = setting(
        0.0, "chance that a trainee is replaced by a novice at a cycle's end", unit="probability", ge=0.0, le=1.0
    )
