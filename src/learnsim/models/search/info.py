"""Info: what the search model declares of itself: its question, tables, measures and what reports show."""

from __future__ import annotations

from learnsim.models.info import SETTLING, ModelInfo
from learnsim.settings.search import Search

SESSION_MEASURES: dict[str, tuple[str, str]] = {
    "mean_score": ("mean over people of their solution's score, (value / best value)^exponent", "score"),
    "best_score": ("score of the best solution that anybody has", "score"),
    "distinct_solutions": ("different solutions that people have", "solutions"),
    "at_optimum": ("share of people whose solution is the best there is", "share"),
}
RUN_MEASURES: dict[str, tuple[str, str]] = {
    **SETTLING,
    "score_over_time": ("mean of mean_score over all periods", "score"),
}

SEARCH = ModelInfo(
    name="search",
    meaning="a rugged problem that nobody has solved (Lazer & Friedman 2007)",
    question="Which organization finds the best solution of a rugged problem?",
    tables={"search": Search},
    reads=(
        "people.learning_speed",
        "people.sociability",
        "people.helpfulness",
        "people.interest_concentration",
        "measures",
    ),
    state={
        "solutions": "everybody's solution, whose bit i is locus i (people,)",
        "values": "the values of their solutions (people,)",
        "highest": "the best value there is",
    },
    arm_fields=("network", "rewiring", "density"),
    without_effect=("instructor", "briefing", "exchange"),
    periods="search.periods",
    session_measures=SESSION_MEASURES,
    run_measures=RUN_MEASURES,
    headline=("mean_score", "distinct_solutions", "best_score", "at_optimum"),
    standing="score of a person",
    columns=(
        ("mean_score", "mean\nscore", 3),
        ("best_score", "best\nscore", 3),
        ("at_optimum", "at the\noptimum", 3),
        ("distinct_solutions", "distinct\nsolutions", 1),
        ("score_over_time", "mean over\ntime", 3),
        ("settled", "settled", 2),
        ("periods_to_settle", "periods\nto settle", 1),
    ),
    titles={"at_optimum": "share at the optimum", "settled": "share of runs that settled"},
    by_stratum=("mean_score", "best_score", "at_optimum", "distinct_solutions"),
    more_is_better=("mean_score", "best_score", "at_optimum", "score_over_time"),
    examples=(
        '# "search.interactions" = [0, 5, 10]           # a list of values',
        '# "organisation.cell_size" = {low = 2, high = 20}       # or a range, where the design draws points',
    ),
    notes=(
        "# Here groups are people who see each other's solutions, and a council is officers who do; a lecture is nothing.",
    ),
    sources=("a rugged problem is a landscape of the NK model (Kauffman 1993)",),
    lists={"networks (network = ..., kind = search)": "learnsim.models.search.networks:NETWORKS"},
    run="learnsim.models.search.run",
    effective_settings="learnsim.models.search.effective_settings",
    cost="learnsim.models.search.cost",
    playback="learnsim.models.search.playback",
)
