"""Info: what the training model declares of itself: its question, tables, measures and what reports show."""

from __future__ import annotations

import math

from learnsim.models.info import ModelInfo, Quarters
from learnsim.settings.training import Curriculum, Learning, People, Prior, Training

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

TRAINING = ModelInfo(
    name="training",
    meaning="a curriculum that some people master already",
    question="Which way of training spreads knowledge best, and for whom?",
    tables={"curriculum": Curriculum, "people": People, "prior": Prior, "learning": Learning, "training": Training},
    effects=("learning", "curriculum", "people", "prior"),
    periods="training.sessions",
    clock="session",
    session_measures=SESSION_MEASURES,
    run_measures=RUN_MEASURES,
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
    },
    limits={
        "sd_mastery": (0.0, 0.5),
        "slow_fast_gap": (-1.0, 1.0),
        "quiet_outgoing_gap": (-1.0, 1.0),
        "gain": (-math.inf, 1.0),  # whoever forgets has lost
        "evenness_speed": (-math.inf, math.inf),
    },
    more_is_better=(
        *("mean_mastery", "p10", "p90", "proficient", "slow_mean", "fast_mean", "quiet_mean", "outgoing_mean", "gain"),
        "mean_over_time",
    ),
    less_is_better=("sd_mastery", "gini", "sessions_to_half", "sessions_to_0_8"),
    spread="sd_mastery",
    spread_words="spread of their mastery (standard deviation)",
    band=("p10", "p90"),
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
    run="learnsim.models.training.run",
    effective_settings="learnsim.models.training.effective_settings",
    cost="learnsim.models.training.cost",
    page=True,
)
