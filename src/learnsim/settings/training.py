"""Training: the tables of the training model: curriculum, people, prior knowledge, learning, and the training itself."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from learnsim.settings.arms import Throttle
from learnsim.settings.declare import MOST, Table, setting
from learnsim.settings.traits import Trait, beta

Range = Annotated[list[Annotated[float, Field(ge=0.0, le=1.0)]], Field(min_length=2, max_length=2)]


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
        10, "sessions that the lecture spends on an item", unit="sessions", usual=(1, 30), ge=1, le=MOST
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
    questions: int = setting(
        0,
        "questions of a test that everybody takes before the training and after it; 0: no test",
        unit="questions",
        source="off by default",
        usual=(0, 60),
        ge=0,
        le=1000,
    )
    pass_mark: float = setting(
        0.5, "share of right answers below which a trainee fails the test after the training", unit="share", ge=0.0, le=1.0
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
        "effect of a lecture, relative to one-to-one help",
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
        0.002, "share of mastery lost each session", unit="share per session", usual=(0.0, 0.05), ge=0.0, le=1.0
    )
    initial_rapport: float = setting(
        0.6,
        "rapport of people who have just met, relative to 1 for people who know each other",
        unit="ratio",
        source="declared assumption; the mechanism: Liang, Moreland & Argote 1995",
        ge=0.0,
        le=1.0,
    )
    rapport_sessions: float = setting(
        0.6, "sessions it takes to know one more cellmate", unit="sessions per cellmate", usual=(0.0, 5.0), ge=0.0
    )


class Training(Table):
    """How the training is run."""

    sessions: int = setting(60, "sessions in a run", unit="sessions", usual=(5, 120), ge=0, le=MOST)
    throttle: Throttle = setting(
        "mean", "whose mastery decides when a cell goes on to its next item (calendar: the lecture's item)"
    )
    turnover: float = setting(
        0.0, "chance that a trainee is replaced by a novice at a cycle's end", unit="probability", ge=0.0, le=1.0
    )
    leavers: Literal["each", "random", "officers", "most-knowledgeable", "most-helpful"] = setting(
        "each",
        "who is replaced at a cycle's end: each with chance turnover; or a share turnover of all, who are drawn at random, "
        "or officers first, or those who know or help most",
        source="declared assumption; the question: Carley 1992; Albert, Jeong & Barabasi 2000; Morone & Lopolito 2023",
    )
    absence: float = setting(
        0.0, "chance that a person is absent from a session", unit="probability", ge=0.0, le=1.0
    )
    absent: Literal["all", "officers"] = setting("all", "who is absent with that chance: anybody, or only officers")
    advice: Literal["uncounted", "counted"] = setting(
        "uncounted", "whether it is counted who is asked how often, and how much others learn from each"
    )


class Misconceptions(Table):
    """What people hold wrong, and how that spreads."""

    share: float = setting(
        0.0, "chance that an item is held wrong at the start", unit="probability", source="off by default", ge=0.0, le=1.0
    )
    held: Range = setting(
        lambda: [0.5, 1.0],
        "level of the misconception where an item is held wrong, uniform; mastery is at most 1 minus that",
        unit="level",
        source="declared assumption, the mirror of [prior] known",
    )
    persistence: float = setting(
        0.5,
        "share of right learning that a fully held misconception blocks",
        unit="share",
        source="declared assumption; misconceptions are suppressed, not replaced: Shtulman & Valcarcel 2012",
        ge=0.0,
        le=1.0,
    )
    joint_wrong: float = setting(
        0.0,
        "share of what people work out together that is wrong",
        unit="share",
        source="off by default; against it: discussion alone is not enough (Smith et al. 2011)",
        usual=(0.0, 0.4),
        ge=0.0,
        le=1.0,
    )
    noticed: float = setting(
        0.1, "level of a misconception from which a person counts as touched by it", unit="level", gt=0.0, le=1.0
    )

    @model_validator(mode="after")
    def _ordered(self) -> Misconceptions:
        low, high = self.held
        if low > high:
            raise ValueError(f"held = [{low}, {high}] must be written [low, high]")
        return self


class Communities(Table):
    """How interests, and with them communities, change from cycle to cycle."""

    drift: float = setting(
        0.0,
        "share of the way that interests move each cycle towards those of the cell, or towards what is mastered",
        unit="share per cycle",
        source="off by default; the mechanism: Carley 1991; Holme & Newman 2006",
        ge=0.0,
        le=1.0,
    )
    towards: Literal["cell", "mastery"] = setting(
        "cell", "what interests drift towards: the cell's mean, or one's own mastery of each community's topic"
    )
    mobility: float = setting(
        0.0,
        "chance in each cycle of moving to a community of more interest, if it has room",
        unit="probability",
        source="off by default; the mechanism: Centola et al. 2007",
        ge=0.0,
        le=1.0,
    )
    slack: float = setting(
        0.0,
        "how much larger than an even size a community may grow by moves",
        unit="share",
        usual=(0.0, 1.0),
        ge=0.0,
        le=1_000_000.0,
    )
    minimum: int = setting(
        0, "people below which a community closes, and its members move", unit="people", usual=(0, 30), ge=0, le=MOST
    )
