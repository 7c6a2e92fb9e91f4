"""Columns: what a model's table shows of each arm, and what its answer dwells on beside the measure compared."""

from __future__ import annotations

from learnsim.experiments.design import Design

Column = tuple[str, str, int]  # measure, heading, digits

COLUMNS: dict[str, tuple[Column, ...]] = {
    "training": (
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
        ("instructor_hours", "instructor\nsessions", 1),
        ("helper_hours", "helper\nsessions", 0),
    ),
    "beliefs": (
        ("mean_payoff", "mean\npayoff", 3),
        ("best_payoff", "best\npayoff", 3),
        ("mean_knowledge", "mean\nknowledge", 3),
        ("code_knowledge", "code\nknowledge", 3),
        ("diversity", "diversity", 3),
        ("equilibrium", "at\nequilibrium", 2),
        ("sessions_to_equilibrium", "periods to\nequilibrium", 1),
    ),
    "search": (
        ("mean_score", "mean\nscore", 3),
        ("best_score", "best\nscore", 3),
        ("at_optimum", "at the\noptimum", 3),
        ("distinct_solutions", "distinct\nsolutions", 1),
        ("score_over_time", "mean over\ntime", 3),
        ("periods_to_rest", "periods\nto rest", 1),
    ),
}
MORE_IS_BETTER = (
    *("mean_mastery", "p10", "p90", "proficient", "slow_mean", "fast_mean", "quiet_mean", "outgoing_mean", "gain"),
    *("mean_over_time", "mean_payoff", "best_payoff", "mean_knowledge", "code_knowledge"),
    *("mean_score", "best_score", "at_optimum", "score_over_time"),
)
LESS_IS_BETTER = ("sd_mastery", "gini", "sessions_to_half", "sessions_to_0_8")  # others are higher or lower only
SPREAD = {"training": "sd_mastery"}  # how unevenly people end
QUARTERS = {
    "training": (
        ("slow_mean", "slowest quarter"),
        ("fast_mean", "fastest quarter"),
        ("quiet_mean", "quietest quarter"),
        ("outgoing_mean", "most outgoing quarter"),
    )
}


def columns_of(design: Design) -> tuple[Column, ...]:
    """Return the columns of a design's table: the measure that arms are compared by is one of them."""
    usual = COLUMNS[design.kind.name]
    if design.measure in (name for name, _, _ in usual):
        return usual
    return ((design.measure, design.measure.replace("_", "\n", 1).replace("_", " "), 3), *usual)
