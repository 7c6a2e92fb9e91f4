"""Info: what the training model declares of itself: its question, tables, measures and what reports show."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from learnsim.models.info import MeasureGroup, ModelInfo, Quarters
from learnsim.settings.training import Communities, Curriculum, Learning, Misconceptions, People, Prior, Training

if TYPE_CHECKING:
    from learnsim.settings import Settings

SESSION_MEASURES: dict[str, tuple[str, str]] = {
    "mean_mastery": ("mean over trainees of their mean mastery", "mastery"),
    "sd_mastery": ("standard deviation over trainees (ddof 0)", "mastery"),
    "gini": ("Gini coefficient over trainees; 0 if the mean is 0", "ratio"),
    "p10": ("10th percentile over trainees", "mastery"),
    "p90": ("90th percentile over trainees", "mastery"),
    "proficient": ("share of trainees whose mean is at the mastery threshold", "share"),
    "slow_fast_gap": ("fastest minus slowest quarter by learning speed", "mastery"),
    "quiet_outgoing_gap": ("most minus least sociable quarter", "mastery"),
    "evenness_speed": ("rate of learning of the slowest over the fastest quarter; 1 = the same", "ratio"),
    "slow_mean": ("mean of the slowest quarter", "mastery"),
    "fast_mean": ("mean of the fastest quarter", "mastery"),
    "quiet_mean": ("mean of the least sociable quarter", "mastery"),
    "outgoing_mean": ("mean of the most sociable quarter", "mastery"),
    "gain": ("normalised gain: share of what was missing that was learned (Hake 1998)", "share"),
    "partners": ("distinct people still here with whom a trainee has shared a cell; mean over trainees", "people"),
    "instructor_time": ("the instructor's time so far", "sessions"),
    "helper_time": ("trainees' time spent helping so far", "sessions"),
}
RUN_MEASURES: dict[str, tuple[str, str]] = {
    "sessions_to_half": ("first session after which mean mastery is at least 0.5", "sessions"),
    "sessions_to_0_8": ("first session after which mean mastery is at least 0.8", "sessions"),
    "mean_over_time": ("mean of mean_mastery over all recorded rows", "mastery"),
    "sd_at_equal_mean": ("sd_mastery where mean mastery first reaches [curriculum] equal_mean", "mastery"),
    "slow_fast_gap_at_equal_mean": ("slow_fast_gap where mean mastery first reaches [curriculum] equal_mean", "mastery"),
    "quiet_outgoing_gap_at_equal_mean": (
        "quiet_outgoing_gap where mean mastery first reaches [curriculum] equal_mean",
        "mastery",
    ),
}

MISLED: dict[str, tuple[str, str]] = {
    "wrong": ("mean over trainees of their mean misconception", "level"),
    "wrong_people": ("share of trainees with a misconception that is noticed ([misconceptions] noticed)", "share"),
    "touched": ("share of trainees who ever had a misconception that is noticed", "share"),
    "reached": ("share of trainees who ever had any misconception", "share"),
    "touched_cells": ("share of cells in which somebody is touched; missing where there are none", "share"),
    "touched_communities": ("share of communities in which somebody is touched", "share"),
    "wrong_mass": ("sum of all misconceptions: as many persons who hold one item wrong", "people"),
}
STAYING: dict[str, tuple[str, str]] = {
    "stayers_mean": ("mean mastery of the trainees who have never left", "mastery"),
    "officers_lost": ("officers who have left so far", "people"),
}
EVOLVING: dict[str, tuple[str, str]] = {
    "interest_fit": ("mean interest of trainees in the topic of their own community", "share"),
    "best_fit": ("share of trainees who are in the community that interests them most, of those there are", "share"),
    "moves": ("moves from community to community so far", "moves"),
    "living_communities": ("communities that have not closed", "communities"),
    "largest_community": ("people in the largest community", "people"),
}
OUTBREAK: dict[str, tuple[str, str]] = {
    "outbreak_peak": ("largest wrong_mass", "people"),
    "outbreak_area": ("mean of wrong_mass over all recorded rows", "people"),
    "sessions_to_corrected": ("first session after the peak of wrong_mass at which it is at most 5 % of that", "sessions"),
}
TESTED: dict[str, tuple[str, str]] = {
    "pretest": ("mean share of right answers in the test before the training", "share"),
    "posttest": ("mean share of right answers in the test after the training", "share"),
    "sd_posttest": ("standard deviation over trainees of that share (ddof 0)", "share"),
    "failing": ("share of trainees who are below [curriculum] pass_mark in the test after the training", "share"),
    "low_posttest": ("mean of posttest in the quarter that was worst in the test before", "share"),
    "high_posttest": ("mean of posttest in the quarter that was best in the test before", "share"),
    "score_gap": ("high_posttest minus low_posttest", "share"),
    "gain_on_pretest": (
        "correlation over trainees of normalised gain with the test before; without those who had everything right",
        "ratio",
    ),
}
ADVISED: dict[str, tuple[str, str]] = {
    "asked_cv": ("how unequally people are asked: how often each was, standard deviation over mean", "ratio"),
    "help_cv": ("how unequally people help: what others learned from each, standard deviation over mean", "ratio"),
}
ONE_BY_ONE = {"misconceptions", "losses", "advice"}  # groups of measures for which people are gone through one by one
DAMAGE = ("final mean mastery with the shocks minus without them, in the same run otherwise", "mastery")
LOSS = (
    "final mean mastery of those who never left, minus that of the same people in the same run in which nobody leaves or is "
    "absent",
    "mastery",
)



def _swept(settings: Settings, *names: str) -> bool:
    """Whether any of these settings is swept."""
    return bool(settings.sweep) and any(name in settings.sweep for name in names)


def _kinds(settings: Settings) -> set[str]:
    """Return what the shocks of an experiment do, at any of its points."""
    if not settings.shocks:
        return set()
    swept = {str(one) for name, values in settings.sweep.items() if _of_kind(name) for one in _listed(values)}
    return swept | {shock.kind for shock in settings.shocks}


def _of_kind(name: str) -> bool:
    return name.startswith("shocks.") and name.endswith(".kind")


def _listed(values: Any) -> list[Any]:
    return values if isinstance(values, list) else []


def misconceptions_asked(settings: Settings) -> bool:
    """Whether anybody may have a misconception."""
    about = settings.misconceptions
    if about.share > 0.0 or about.joint_wrong > 0.0:
        return True
    return _swept(settings, "misconceptions.share", "misconceptions.joint_wrong") or "wrong" in _kinds(settings)


def absences_asked(settings: Settings) -> bool:
    """Whether the roster says who is absent when."""
    return bool(settings.roster.absent)


def losses_asked(settings: Settings) -> bool:
    """Whether anybody may be absent, or leave otherwise than each with the same chance."""
    training = settings.training
    if absences_asked(settings):
        return True
    if training.absence > 0.0 or training.leavers != "each":
        return True
    return _swept(settings, "training.absence", "training.leavers") or bool(_kinds(settings) & {"leave", "absent"})


def communities_asked(settings: Settings) -> bool:
    """Whether communities may change."""
    about = settings.communities
    if about.drift > 0.0 or about.mobility > 0.0 or about.minimum > 0:
        return True
    return _swept(settings, "communities.drift", "communities.mobility", "communities.minimum")


def test_asked(settings: Settings) -> bool:
    """Whether everybody takes a test."""
    return settings.curriculum.questions > 0 or _swept(settings, "curriculum.questions")


def advice_asked(settings: Settings) -> bool:
    """Whether it is counted who is asked."""
    return settings.training.advice == "counted" or _swept(settings, "training.advice")


def shocks_asked(settings: Settings) -> bool:
    """Whether there are shocks."""
    return bool(settings.shocks)


TRAINING = ModelInfo(
    name="training",
    meaning="a curriculum that some people master already",
    question="Which way of training spreads knowledge best, and for whom?",
    tables={
        "curriculum": Curriculum,
        "people": People,
        "prior": Prior,
        "learning": Learning,
        "training": Training,
        "misconceptions": Misconceptions,
        "communities": Communities,
    },
    reads=("shocks", "measures"),
    state={
        "mastery": "everybody's mastery of each item (people, items)",
        "misconception": "how firmly everybody holds each item wrong (people, items)",
        "tenure": "everybody's sessions in the cell (people,)",
        "learning_speed": "a trait (people,)",
        "sociability": "a trait (people,)",
        "helpfulness": "a trait (people,)",
    },
    arm_fields=("idle", "phases"),
    effects=("learning", "curriculum", "people", "prior", "misconceptions"),
    periods="training.sessions",
    clock="session",
    session_measures=SESSION_MEASURES,
    run_measures=RUN_MEASURES,
    groups={
        "misconceptions": MeasureGroup(
            misconceptions_asked,
            "[misconceptions] share or joint_wrong above 0, or a shock of kind = 'wrong'",
            MISLED,
            OUTBREAK,
            against="outbreak_area",
        ),
        "losses": MeasureGroup(
            losses_asked,
            "[training] absence above 0, leavers other than 'each', [roster] absent, or a shock of kind = 'leave' or "
            "'absent'",
            STAYING,
            {"stayers_loss": LOSS},
        ),
        "communities": MeasureGroup(communities_asked, "[communities] drift, mobility or minimum above 0", EVOLVING, {}),
        "test": MeasureGroup(test_asked, "[curriculum] questions above 0", {}, TESTED),
        "advice": MeasureGroup(advice_asked, "[training] advice = 'counted'", {}, ADVISED),
        "shocks": MeasureGroup(shocks_asked, "a shock ([[shocks]])", {}, {"damage": DAMAGE}),
    },
    relative={
        "containment": (
            "outbreak_area",
            "1 - outbreak_area / that of the baseline in the same replicate: how much of the outbreak there is kept away",
            "ratio",
        ),
        "failing_avoided": (
            "failing",
            "1 - failing / that of the baseline in the same replicate: how many of its failures there are not",
            "ratio",
        ),
        "gap_narrowed": (
            "score_gap",
            "1 - score_gap / that of the baseline in the same replicate: how much of the gap between those who began best "
            "and worst is gone",
            "ratio",
        ),
    },
    headline=("mean_mastery", "sd_mastery", "slow_fast_gap", "quiet_outgoing_gap"),
    standing="mean mastery of a trainee",
    columns=(
        ("mean_mastery", "mean\nmastery", 3),
        ("gain", "gain", 3),
        ("sd_mastery", "sd", 3),
        ("gini", "Gini", 3),
        ("p10", "p10", 3),
        ("slow_fast_gap", "fast -\nslow", 3),
        ("slow_fast_gap_at_equal_mean", "the same at\nequal mean", 3),
        ("quiet_outgoing_gap", "outgoing\n- quiet", 3),
        ("quiet_outgoing_gap_at_equal_mean", "the same at\nequal mean", 3),
        ("sessions_to_0_8", "sessions\nto 0.8", 1),
        ("instructor_time", "instructor\nsessions", 1),
        ("helper_time", "helper\nsessions", 0),
    ),
    titles={
        "sd_mastery": "sd of mastery",
        "slow_fast_gap": "fastest minus slowest quarter",
        "quiet_outgoing_gap": "most outgoing minus quietest quarter",
        "sd_at_equal_mean": "sd of mastery at equal mean",
        "slow_fast_gap_at_equal_mean": "fastest minus slowest quarter at equal mean",
        "quiet_outgoing_gap_at_equal_mean": "most outgoing minus quietest quarter at equal mean",
        "pretest": "test before the training",
        "posttest": "test after the training",
        "sd_posttest": "sd of the test after the training",
        "low_posttest": "test after the training, worst quarter before",
        "high_posttest": "test after the training, best quarter before",
        "score_gap": "best minus worst quarter before in the test after",
        "gain_on_pretest": "correlation of gain and test before",
        "asked_cv": "variation of how often people are asked",
        "help_cv": "variation of how much people help",
    },
    limits={
        "sd_mastery": (0.0, 0.5),
        "slow_fast_gap": (-1.0, 1.0),
        "quiet_outgoing_gap": (-1.0, 1.0),
        "gain": (-math.inf, 1.0),  # whoever forgets has lost
        "evenness_speed": (-math.inf, math.inf),
        "containment": (-math.inf, 1.0),
        "score_gap": (-1.0, 1.0),
        "gain_on_pretest": (-1.0, 1.0),
        "gap_narrowed": (-math.inf, math.inf),
        "failing_avoided": (-math.inf, 1.0),
        "damage": (-1.0, 1.0),
        "stayers_loss": (-1.0, 1.0),
    },
    more_is_better=(
        *("mean_mastery", "p10", "p90", "proficient", "slow_mean", "fast_mean", "quiet_mean", "outgoing_mean", "gain"),
        *("mean_over_time", "stayers_mean", "interest_fit", "best_fit", "containment", "damage", "stayers_loss"),
        *("posttest", "low_posttest", "high_posttest"),
    ),
    less_is_better=(
        *("sd_mastery", "gini", "sessions_to_half", "sessions_to_0_8", "failing"),
        *MISLED,
        *OUTBREAK,
    ),
    spread="sd_mastery",
    spread_words="spread of their mastery (standard deviation)",
    means={
        "sd_mastery": ("mean_mastery", "slow_mean", "fast_mean", "quiet_mean", "outgoing_mean"),
        "sd_posttest": ("posttest", "low_posttest", "high_posttest"),
    },
    band=("p10", "p90"),
    by_stratum=(
        *("mean_mastery", "sd_mastery", "gini", "p10", "p90", "proficient"),
        *("slow_mean", "fast_mean", "quiet_mean", "outgoing_mean", "gain", "partners"),
    ),
    quarters=(
        Quarters(
            "Learning speed",
            *("slowest", "fastest"),
            *("slow", "fast", "learners"),
            *("slow_mean", "fast_mean", "slow_fast_gap", "slow_fast_gap_at_equal_mean"),
        ),
        Quarters(
            "Sociability",
            *("quietest", "most outgoing"),
            *("quiet", "outgoing", "people"),
            *("quiet_mean", "outgoing_mean", "quiet_outgoing_gap", "quiet_outgoing_gap_at_equal_mean"),
        ),
    ),
    examples=(
        '# "organisation.cell_size" = [3, 6, 12]        # a list of values',
        '# "people.helpfulness.mean" = {low = 0.3, high = 0.9}   # or a range, where the design draws points',
    ),
    notes=(
        "# [[shocks]]                                    # a single event; as many as you like",
        "# at = 0                                        # one trainee holds the first item wrong from session 0 on",
        '# who = "trainees"',
        "",
        "# [[arms.hybrid.phases]]                        # an arm can change at the beginning of a cycle",
        "# from = 30",
        '# preset = "isolated-cells"',
        "",
    ),
    run="learnsim.models.training.run",
    effective_settings="learnsim.models.training.effective_settings",
    cost="learnsim.models.training.cost",
    playback="learnsim.models.training.playback",
)
