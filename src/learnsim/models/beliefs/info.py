"""Info: what the beliefs model declares of itself: its question, tables, measures and what reports show."""

from __future__ import annotations

from learnsim.models.info import SETTLING, ModelInfo
from learnsim.settings.beliefs import Beliefs

SESSION_MEASURES: dict[str, tuple[str, str]] = {
    "code_knowledge": ("right less wrong in the code, over the dimensions (as March's figures show it)", "share"),
    "mean_knowledge": ("right less wrong in people's beliefs, over the dimensions, mean over people", "share"),
    "diversity": ("share of dimensions on which two people differ, mean over pairs", "share"),
    "mean_payoff": ("payoff with interdependence, mean over people (Fang, Lee & Schilling 2010)", "share"),
    "best_payoff": ("the highest payoff of anybody", "share"),
}
RUN_MEASURES: dict[str, tuple[str, str]] = SETTLING

BELIEFS = ModelInfo(
    name="beliefs",
    meaning="a reality that nobody knows (March 1991; Fang, Lee & Schilling 2010)",
    question="Which organization finds out most about a reality that nobody knows?",
    tables={"beliefs": Beliefs},
    reads=("measures",),
    state={
        "beliefs": "what everybody believes: -1, 0 or 1 (people, dimensions)",
        "code": "what the code believes (dimensions,)",
        "reality": "what is true (dimensions,)",
        "rates": "everybody's chance to learn from the code (people,)",
    },
    arm_fields=("rewiring",),
    without_effect=("instructor", "briefing", "exchange"),
    periods="beliefs.periods",
    session_measures=SESSION_MEASURES,
    run_measures=RUN_MEASURES,
    headline=("mean_payoff", "diversity", "mean_knowledge", "code_knowledge"),
    standing="payoff of a person",
    columns=(
        ("mean_payoff", "mean\npayoff", 3),
        ("best_payoff", "best\npayoff", 3),
        ("mean_knowledge", "mean\nknowledge", 3),
        ("code_knowledge", "code\nknowledge", 3),
        ("diversity", "diversity", 3),
        ("settled", "settled", 2),
        ("periods_to_settle", "periods\nto settle", 1),
    ),
    titles={"settled": "share of runs that settled"},
    limits={"mean_knowledge": (-1.0, 1.0), "code_knowledge": (-1.0, 1.0)},
    by_stratum=("mean_payoff", "best_payoff", "mean_knowledge", "diversity"),
    more_is_better=("mean_payoff", "best_payoff", "mean_knowledge", "code_knowledge"),
    examples=(
        '# "beliefs.interdependence" = [1, 2, 5]        # a list of values',
        '# "beliefs.adoption" = {low = 0.1, high = 0.9}          # or a range, where the design draws points',
    ),
    notes=(
        "# Here a lecture stands for the organization's code, groups for people who see each other, and a council for",
        "# officers who see each other; how long each takes does not matter.",
    ),
    run="learnsim.models.beliefs.run",
    effective_settings="learnsim.models.beliefs.effective_settings",
    cost="learnsim.models.beliefs.cost",
    playback="learnsim.models.beliefs.playback",
)
