"""What docs/RESULTS.md says of the results: each sentence with its numbers, and what must be true for it to be said.

``test_claims.py`` reads the numbers from the committed results. A sentence has to survive other random numbers as well:
``python tests/claims.py --seed 2`` runs every experiment that a sentence is about with another seed (about half an hour)
and says which sentences no longer hold (``--only NAME`` for some of them); ``python tests/claims.py --print`` writes all sentences with today's numbers.
"""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

HOME = Path(__file__).parents[1]
REFERENCE = HOME / "results" / "reference"


class Interval(NamedTuple):
    """A mean over replicates with its 95 % interval."""

    mean: float
    low: float
    high: float

    def __neg__(self) -> "Interval":
        return Interval(-self.mean, -self.high, -self.low)


def number(value: Interval | float, digits: int = 1, times: float = 1.0) -> str:
    """A number, or an estimate with its interval."""
    if isinstance(value, Interval):
        return f"{number(value.mean, digits, times)} [{number(value.low, digits, times)}, {number(value.high, digits, times)}]"
    return f"{round(times * value, digits) + 0.0:.{digits}f}"  # + 0.0: no minus before a zero


def points(value: Interval | float, digits: int = 1) -> str:
    """Points of 100, or a share in per cent: a number, or an estimate with its interval."""
    return number(value, digits, times=100.0)


def share(value: Interval) -> str:
    """A share of one with its interval, as papers print it."""
    return f"{value.mean:.2f} [{value.low:.2f}, {value.high:.2f}]".replace("0.", ".")


class Study:
    """The tables of one experiment's results."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @cached_property
    def contrasts(self) -> pd.DataFrame:
        return pd.read_csv(self.folder / "contrasts.csv")

    @cached_property
    def summary(self) -> pd.DataFrame:
        return pd.read_csv(self.folder / "summary.csv")

    @cached_property
    def strata(self) -> pd.DataFrame:
        return pd.read_csv(self.folder / "strata.csv")

    @cached_property
    def runs(self) -> pd.DataFrame:
        return pd.read_parquet(self.folder / "runs.parquet")

    def mean(self, arm: str, measure: str = "mean_mastery", **where: Any) -> Interval:
        """An arm's own mean; ``where`` are swept settings, dots written as two underscores."""
        row = _one(self.summary, arm=arm, measure=measure, **where)
        return Interval(row["mean"], row["low"], row["high"])

    def row(self, arm: str, measure: str = "mean_mastery", **where: Any) -> pd.Series:
        """An arm's line in contrasts.csv."""
        return _one(self.contrasts, arm=arm, measure=measure, **where)

    def difference(self, arm: str, over: str, measure: str = "mean_mastery", **where: Any) -> Interval:
        """The paired difference of two arms: from contrasts.csv, or from the runs if neither is the baseline."""
        baseline = self.contrasts["baseline"].iloc[0]
        if baseline == over:
            row = self.row(arm, measure, **where)
            return Interval(row["difference"], row["low"], row["high"])
        if baseline == arm:
            return -self.difference(over, arm, measure, **where)
        from learnsim.analysis.estimates import estimates_of

        table = self.runs.pivot(index="replicate", columns="arm", values=measure)
        estimates = estimates_of((table[arm] - table[over]).to_numpy())
        return Interval(float(estimates.mean), float(estimates.low), float(estimates.high))

    def total(self, setting: str, arm: str = "hybrid", measure: str = "mean_mastery") -> Interval:
        """A setting's total sensitivity index."""
        row = _one(pd.read_csv(self.folder / "sensitivity.csv"), arm=arm, measure=measure, setting=setting, kind="total")
        return Interval(row["value"], row["low"], row["high"])


def _one(table: pd.DataFrame, **where: Any) -> pd.Series:
    for name, value in where.items():
        table = table[table[name.replace("__", ".")] == value]
    assert len(table) == 1, f"{len(table)} lines for {where}"
    return table.iloc[0]


class Results(dict[str, Study]):
    """Studies by name, below a folder."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder

    def __missing__(self, name: str) -> Study:
        self[name] = Study(self.folder / name)
        return self[name]


@dataclass(frozen=True)
class Claim:
    """A sentence with places for numbers, the numbers, and what must be true of the results."""

    words: str
    numbers: Callable[[Results], tuple[str, ...]]
    holds: Callable[[Results], bool]


MAIN, CYCLES, SHUFFLES, GOOD = "hybrid_vs_lecture", "cycle_length", "shuffle_policies", "how_good_a_lecture"
DECIDES, BELIEFS = "what_decides", "beliefs_hybrid"
COMMON = "common_random_numbers"
GROUPS = ("peer-instruction", "collective", "isolated-cells", "shuffled-cells", "linked-cells", "hybrid")
SPREAD, BORDERS, WITHIN, LEAVES = "containment", "containment_communities", "wrong_from_within", "who_leaves"
HOURS, SMALL, EVOLVING, SOURCES = "instructor_hours", "small_cells", "evolving_communities", "where_knowledge_comes_from"
SCHEDULES, TOGETHER = "schedules", "wrong_together"
FIRM, ADVICE = "lazega_firm", "lazega_advice"
NEWER = (SPREAD, BORDERS, WITHIN, LEAVES, HOURS, SMALL, EVOLVING, SOURCES, SCHEDULES, TOGETHER, FIRM, ADVICE)
ALONE = "Providence litigation"  # a community of one person
IN_CELLS = ("isolated-cells", "shuffled-cells", "linked-cells", "hybrid")
GAP, GAP_EQUAL = "slow_fast_gap", "slow_fast_gap_at_equal_mean"
QUIET, QUIET_EQUAL = "quiet_outgoing_gap", "quiet_outgoing_gap_at_equal_mean"


def _range(study: Study, measure: str, arms: tuple[str, ...] = GROUPS) -> tuple[str, str]:
    means = sorted(study.mean(arm, measure).mean for arm in arms)
    return points(means[0]), points(means[-1])


def _cost(results: Results, length: int, by: str = "item") -> Interval:
    return -results[CYCLES].difference("hybrid", "hybrid-fixed", organisation__cycle_length=length, prior__by=by)


def _payoff(results: Results, arm: str, communities: int, length: int) -> float:
    where = {"organisation__communities": communities, "organisation__cycle_length": length}
    return results[BELIEFS].mean(arm, "mean_payoff", **where).mean


def _versus_random(results: Results, arm: str, communities: int) -> list[float]:
    lengths = (1, 2, 5, 10, 20, 50, 100)
    return [_payoff(results, arm, communities, n) - _payoff(results, "random-network", communities, n) for n in lengths]


def _above(results: Results, arm: str, size: int, length: int, rapport: float = 0.6) -> Interval:
    """How far an arm ends above fixed cells of the same size."""
    where = {"organisation__cell_size": size, "organisation__cycle_length": length, "learning__initial_rapport": rapport}
    return results[SMALL].difference(arm, "isolated-cells", **where)


def _source(results: Results, arm: str, known: float, joint: float, by: str = "item") -> Interval:
    """An arm's mean mastery where ``known`` of all items is known before, and so much can be worked out together."""
    return results[SOURCES].mean(arm, prior__share=known, learning__joint_effect=joint, prior__by=by)


def _over_cells(results: Results, arm: str, known: float, joint: float, by: str = "item") -> Interval:
    where = {"prior__share": known, "learning__joint_effect": joint, "prior__by": by}
    return results[SOURCES].difference(arm, "isolated-cells", **where)


def _hours(results: Results, arm: str, known: float, joint: float, span: int = 0, council: float = 0.5) -> Interval:
    where = {"prior__share": known, "learning__joint_effect": joint}
    return results[HOURS].mean(arm, **where, organisation__span=span, learning__council_effect=council)


def _over_lecture(results: Results, arm: str, known: float, joint: float, span: int = 0, council: float = 0.5) -> Interval:
    where = {"prior__share": known, "learning__joint_effect": joint}
    return results[HOURS].difference(arm, "flat-lecture", **where, organisation__span=span, learning__council_effect=council)


def _each_session(results: Results, arm: str, sessions: int, span: int = 0, council: float = 0.5) -> float:
    """Mastery per session of the instructor above cells without one, where nothing is known and nothing can be worked out."""
    above = _hours(results, arm, 0.0, 0.0, span, council).mean - _hours(results, "isolated-cells", 0.0, 0.0, span, council).mean
    return above / sessions


def _councils(results: Results) -> list[float]:
    """What each session in council is worth, for every span and every effect of the council that was tried."""
    return [_each_session(results, "council-30", 9, span, effect) for span in (0, 10, 35) for effect in (0.25, 0.5, 1.0)]


def _struck(who: str, item: int = 1) -> dict[str, str]:
    return {"shocks__0__who": who, "shocks__0__items": f"[{item}]"}


def _spread(results: Results, arm: str, measure: str, who: str = "trainees", item: int = 1) -> Interval:
    return results[SPREAD].mean(arm, measure, **_struck(who, item))


def _reach(results: Results, arm: str, communities: int, length: int = 10, measure: str = "reached") -> Interval:
    where = {"organisation__communities": communities, "organisation__cycle_length": length}
    return results[BORDERS].mean(arm, measure, **where, misconceptions__persistence=0.5)


def _larger(results: Results, length: int, persistence: float) -> Interval:
    """How much larger the hybrid's outbreak is than that of fixed cells, with four communities."""
    where = {"organisation__communities": 4, "organisation__cycle_length": length, "misconceptions__persistence": persistence}
    return results[BORDERS].difference("hybrid", "isolated-cells", "outbreak_area", **where)


def _within(results: Results, arm: str, held: float, joint_wrong: float) -> Interval:
    """The containment of what is wrong from within."""
    where = {"misconceptions__share": held, "misconceptions__joint_wrong": joint_wrong}
    return results[WITHIN].mean(arm, "containment", **where)


def _together(results: Results, arm: str, wrong: float, persistence: float = 0.5) -> Interval:
    where = {"misconceptions__joint_wrong": wrong, "misconceptions__persistence": persistence}
    return results[TOGETHER].difference(arm, "half-and-half", **where)


def _loss(results: Results, arm: str, leavers: str, absence: float = 0.0) -> Interval:
    """What those who stay lose."""
    where = {"training__leavers": leavers, "training__absence": absence}
    return -results[LEAVES].mean(arm, "stayers_loss", **where)


def _formed(results: Results, mobility: float, weight: float = 0.3, drift: float = 0.0) -> Interval:
    """How far communities that formed by interest end above those that formed at random."""
    where = {"communities__mobility": mobility, "communities__drift": drift, "people__interest_weight": weight}
    return results[EVOLVING].difference("by-interest", "at-random", **where)


def _evolved(results: Results, arm: str, measure: str, mobility: float) -> Interval:
    where = {"communities__mobility": mobility, "communities__drift": 0.0, "people__interest_weight": 0.3}
    return results[EVOLVING].mean(arm, measure, **where)


def _recovered(results: Results, mobility: float) -> float:
    return 1.0 - _formed(results, mobility).mean / _formed(results, 0.0).mean


def _schedule(results: Results, arm: str, begins: int) -> Interval:
    return results[SCHEDULES].difference(arm, "hybrid", **{f"arms.{arm}.phases.0.from": begins})


def _in_firm(results: Results, arm: str, community: str, measure: str = "mean_mastery") -> Interval:
    """The people of one community of the law firm."""
    row = _one(results[FIRM].strata, arm=arm, value=community, measure=measure)
    return Interval(row["mean"], row["low"], row["high"])


def _advice(results: Results, arm: str, measure: str, mean: float = 0.7, sd: float = 0.15) -> Interval:
    """With helpfulness of this mean and standard deviation."""
    return results[ADVICE].mean(arm, measure, people__helpfulness__mean=mean, people__helpfulness__sd=sd)


def _fixed(results: Results) -> list[Interval]:
    """Mean mastery of fixed cells of two, three, four, six and eight."""
    where = {"organisation__cycle_length": 10, "learning__initial_rapport": 0.6}
    return [results[SMALL].mean("isolated-cells", organisation__cell_size=size, **where) for size in (2, 3, 4, 6, 8)]


CLAIMS = (
    # The hybrid and the lecture
    Claim(
        "The lecture gains {} of what there was to learn and peer instruction {}",
        lambda r: tuple(f"{r[MAIN].mean(arm, 'gain').mean:.2f}".replace("0.", ".") for arm in ("flat-lecture", "peer-instruction")),
        lambda r: all(r[MAIN].difference(arm, "flat-lecture").low > 0.0 for arm in GROUPS),
    ),
    Claim(
        "The hybrid ends at {} of 100 points, {} more than the lecture",
        lambda r: (points(r[MAIN].mean("hybrid").mean), points(r[MAIN].difference("hybrid", "flat-lecture"))),
        lambda r: r[MAIN].difference("hybrid", "flat-lecture").low > 0.0,
    ),
    Claim(
        "peer instruction is {:.1f} standard deviations of trainees above the lecture, where 225 studies found .47",
        lambda r: (r[MAIN].row("peer-instruction")["effect_in_sd"],),
        lambda r: r[MAIN].row("peer-instruction")["effect_in_sd"] > 1.0,
    ),
    Claim(
        "A council of officers adds {} points to plain cells with officers",
        lambda r: (points(r[MAIN].difference("linked-cells", "isolated-cells")),),
        lambda r: r[MAIN].difference("linked-cells", "isolated-cells").low > 0.0,
    ),
    Claim(
        "Where cells are shuffled every 10 sessions a council costs {} points",
        lambda r: (points(-r[MAIN].difference("hybrid", "shuffled-cells")),),
        lambda r: r[MAIN].difference("hybrid", "shuffled-cells").high < 0.0,
    ),
    Claim(
        "shuffling every 10 sessions takes {} away again",
        lambda r: (points(-r[MAIN].difference("hybrid", "linked-cells")),),
        lambda r: r[MAIN].difference("hybrid", "linked-cells").high < 0.0,
    ),
    Claim(
        "The full hybrid ends {} points below plain cells that are neither linked nor shuffled",
        lambda r: (points(-r[MAIN].difference("hybrid", "isolated-cells")),),
        lambda r: r[MAIN].difference("hybrid", "isolated-cells").high < 0.0,
    ),
    Claim(
        "Communities that form by interest are worth {} points of the hybrid's lead",
        lambda r: (points(r[MAIN].difference("hybrid", "hybrid-random-communities")),),
        lambda r: r[MAIN].difference("hybrid", "hybrid-random-communities").low > 0.0,
    ),
    # Evenness
    Claim(
        "at the end the fastest quarter is {} points ahead of the slowest under the lecture and {} to {} in groups",
        lambda r: (points(r[MAIN].mean("flat-lecture", GAP)), *_range(r[MAIN], GAP)),
        lambda r: all(r[MAIN].difference(arm, "flat-lecture", GAP).low > 0.0 for arm in GROUPS),
    ),
    Claim(
        "Where everybody has got to a mean of 30 points it is the other way round: {} under the lecture, {} to {} in groups",
        lambda r: (points(r[MAIN].mean("flat-lecture", GAP_EQUAL)), *_range(r[MAIN], GAP_EQUAL)),
        lambda r: all(r[MAIN].difference(arm, "flat-lecture", GAP_EQUAL).high < 0.0 for arm in GROUPS),
    ),
    Claim(
        "A lecture twice as good as the calibrated one is as even there as the hybrid: the gap differs by {} points",
        lambda r: (points(r[GOOD].difference("hybrid", "flat-lecture", GAP_EQUAL, learning__lecture_effect=0.234)),),
        lambda r: abs(r[GOOD].difference("hybrid", "flat-lecture", GAP_EQUAL, learning__lecture_effect=0.234).mean) < 0.005,
    ),
    Claim(
        "the most outgoing quarter ends {} points from the quietest under the lecture, and {} to {} ahead of it in groups",
        lambda r: (points(r[MAIN].mean("flat-lecture", QUIET)), *_range(r[MAIN], QUIET)),
        lambda r: all(r[MAIN].difference(arm, "flat-lecture", QUIET).low > 0.05 for arm in GROUPS)
        and abs(r[MAIN].mean("flat-lecture", QUIET).mean) < 0.02,
    ),
    Claim(
        "at a mean of 30 points by {} to {}",
        lambda r: _range(r[MAIN], QUIET_EQUAL),
        lambda r: all(r[MAIN].difference(arm, "flat-lecture", QUIET_EQUAL).low > 0.02 for arm in GROUPS),
    ),
    # How good a lecture
    Claim(
        "against one that is half as good again, as the best lectured courses are, the hybrid is still {} points ahead",
        lambda r: (points(r[GOOD].difference("hybrid", "flat-lecture", learning__lecture_effect=0.17)),),
        lambda r: r[GOOD].difference("hybrid", "flat-lecture", learning__lecture_effect=0.17).low > 0.0,
    ),
    Claim(
        "at twice it leads by {}, at two and a half times by {}, and at three times it is {} behind",
        lambda r: (
            *(points(r[GOOD].difference("hybrid", "flat-lecture", learning__lecture_effect=x)) for x in (0.234, 0.293)),
            points(-r[GOOD].difference("hybrid", "flat-lecture", learning__lecture_effect=0.351)),
        ),
        lambda r: r[GOOD].difference("hybrid", "flat-lecture", learning__lecture_effect=0.234).low > 0.0
        and abs(r[GOOD].difference("hybrid", "flat-lecture", learning__lecture_effect=0.293).mean) < 0.01
        and r[GOOD].difference("hybrid", "flat-lecture", learning__lecture_effect=0.351).high < 0.0,
    ),
    # What decides
    Claim(
        "how readily people approach each other (total index {}), what they work out together ({}) and the lecture ({})",
        lambda r: tuple(
            share(r[DECIDES].total(name))
            for name in ("people.sociability.mean", "learning.joint_effect", "learning.lecture_effect")
        ),
        lambda r: min(
            r[DECIDES].total(name).mean
            for name in ("people.sociability.mean", "learning.joint_effect", "learning.lecture_effect")
        )
        > max(r[DECIDES].total(name).mean for name in ("organisation.cycle_length", "people.helpfulness.mean", "learning.initial_rapport")),
    ),
    Claim(
        "The length of a cycle follows with {}, how well people explain with {}",
        lambda r: tuple(share(r[DECIDES].total(name)) for name in ("organisation.cycle_length", "people.helpfulness.mean")),
        lambda r: min(r[DECIDES].total(name).mean for name in ("organisation.cycle_length", "people.helpfulness.mean"))
        > max(r[DECIDES].total(name).mean for name in ("organisation.cell_size", "organisation.communities")),
    ),
    Claim(
        "cell size ({}) and the number of communities ({}) hardly matter",
        lambda r: tuple(share(r[DECIDES].total(name)) for name in ("organisation.cell_size", "organisation.communities")),
        lambda r: max(r[DECIDES].total(name).high for name in ("organisation.cell_size", "organisation.communities")) < 0.05,
    ),
    # Shuffling
    Claim(
        "A shuffle every session costs {} points, every 5 sessions {}, every 10 {} and every 20 {}",
        lambda r: tuple(points(_cost(r, length)) for length in (1, 5, 10, 20)),
        lambda r: _cost(r, 1).low > _cost(r, 5).high > _cost(r, 10).high > _cost(r, 20).high > 0.0,
    ),
    Claim(
        "A single shuffle half-way through makes no difference that would matter: {} points",
        lambda r: (points(-_cost(r, 30), 2),),
        lambda r: abs(_cost(r, 30).low) < 0.003 and abs(_cost(r, 30).high) < 0.003,
    ),
    Claim(
        "Where expertise sits in a few people shuffling costs more, not less: {} points every session, {} every 5",
        lambda r: (points(_cost(r, 1, "person")), points(_cost(r, 5, "person"))),
        lambda r: all(_cost(r, length, "person").low > _cost(r, length).high for length in (1, 2, 3, 5)),
    ),
    Claim(
        "no policy ends higher than fixed cells: `complementary` cells differ from them by {} points",
        lambda r: (points(r[SHUFFLES].difference("complementary", "none"), 2),),
        lambda r: abs(r[SHUFFLES].difference("complementary", "none").mean) < 0.002,
    ),
    Claim(
        "`random`, `rotate`, `least-met`, `mixed-speed` and `officers-rotate` cost {} to {} points",
        lambda r: tuple(
            points(value)
            for value in (min, max)
            for value in [value(-r[SHUFFLES].difference(name, "none").mean for name in COSTLY)]
        ),
        lambda r: all(r[SHUFFLES].difference(name, "none").high < 0.0 for name in COSTLY),
    ),
    Claim(
        "Cells of equal speed (`streamed`) are the most uneven: the fastest quarter is {} points further ahead than in fixed cells",
        lambda r: (points(r[SHUFFLES].difference("streamed", "none", GAP)),),
        lambda r: r[SHUFFLES].difference("streamed", "none", GAP).low > 0.03,
    ),
    # Cells of other sizes
    Claim(
        "Fixed cells of two end at {} points, of three at {}, of four at {}, of six at {} and of eight at {}",
        lambda r: tuple(points(mean.mean) for mean in _fixed(r)),
        lambda r: all(small.high < large.low for small, large in pairwise(_fixed(r)[:4])) and _fixed(r)[3].mean < _fixed(r)[4].mean,
    ),
    Claim(
        "In pairs shuffling every 10 sessions is worth {} points, in threes {}, in fours {}; in cells of eight it costs {}",
        lambda r: (*(points(_above(r, "shuffled-cells", n, 10)) for n in (2, 3, 4)), points(-_above(r, "shuffled-cells", 8, 10))),
        lambda r: all(_above(r, "shuffled-cells", n, 10).low > 0.008 for n in (2, 3, 4)) and _above(r, "shuffled-cells", 8, 10).high < -0.008,
    ),
    Claim(
        "In cells of six it makes no difference that would matter: {} points",
        lambda r: (points(_above(r, "shuffled-cells", 6, 10)),),
        lambda r: abs(_above(r, "shuffled-cells", 6, 10).mean) < 0.004,
    ),
    Claim(
        "Every 5 sessions is too often from four on: pairs gain {} points by it and threes {}, cells of six lose {} and cells of eight {}",
        lambda r: (
            *(points(_above(r, "shuffled-cells", n, 5)) for n in (2, 3)),
            *(points(-_above(r, "shuffled-cells", n, 5)) for n in (6, 8)),
        ),
        lambda r: min(_above(r, "shuffled-cells", n, 5).low for n in (2, 3)) > 0.0
        and _above(r, "shuffled-cells", 4, 5).mean < 0.0
        and max(_above(r, "shuffled-cells", n, 5).high for n in (6, 8)) < 0.0,
    ),
    Claim(
        "every 20 sessions cells of six gain {}",
        lambda r: (points(_above(r, "shuffled-cells", 6, 20)),),
        lambda r: _above(r, "shuffled-cells", 6, 20).low > 0.0,
    ),
    Claim(
        "where people who have just met work at .9 of full rapport, shuffling pays at every size and length that was tried "
        "(cells of six every 10 sessions: {}), and where they work at .3 of it, it pays in cells of six at none (the same: {})",
        lambda r: tuple(points(_above(r, "shuffled-cells", 6, 10, rapport)) for rapport in (0.9, 0.3)),
        lambda r: min(_above(r, "shuffled-cells", n, m, 0.9).low for n in (2, 3, 4, 6, 8) for m in (5, 10, 20)) > 0.0
        and max(_above(r, "shuffled-cells", 6, m, 0.3).mean for m in (5, 10, 20)) < 0.0,
    ),
    Claim(
        "A council is worth {} points in fixed pairs, {} in threes, {} in fours and {} in cells of six",
        lambda r: tuple(points(_above(r, "linked-cells", n, 10)) for n in (2, 3, 4, 6)),
        lambda r: all(_above(r, "linked-cells", n, 10).low > _above(r, "linked-cells", m, 10).high for n, m in ((2, 3), (3, 4), (4, 6)))
        and _above(r, "linked-cells", 6, 10).low > 0.0,
    ),
    Claim(
        "With a council shuffling every 10 sessions still pays in pairs (the hybrid ends {} points above fixed cells), "
        "and no longer in cells of four ({}, against {} for linked cells that are not shuffled)",
        lambda r: (*(points(_above(r, "hybrid", n, 10)) for n in (2, 4)), points(_above(r, "linked-cells", 4, 10))),
        lambda r: _above(r, "hybrid", 2, 10).low > _above(r, "linked-cells", 2, 10).high
        and _above(r, "hybrid", 4, 10).mean < _above(r, "linked-cells", 4, 10).mean,
    ),
    Claim(
        "with a council shuffling costs in cells of four, six and eight every 5 or 10 sessions, and in threes every 5; it pays in pairs and "
        "threes every 10, and in pairs, threes and fours every 20",
        lambda r: (),
        lambda r: all(
            _above(r, "hybrid", n, m).high < _above(r, "linked-cells", n, m).low for n, m in [(n, m) for n in (6, 8) for m in (5, 10)] + [(4, 5), (3, 5)]
        )
        and _above(r, "hybrid", 4, 10).mean < _above(r, "linked-cells", 4, 10).mean
        and all(_above(r, "hybrid", n, m).mean > _above(r, "linked-cells", n, m).mean for n, m in [(2, 10), (3, 10), (2, 20), (3, 20), (4, 20)]),
    ),
    # Where knowledge must come from
    Claim(
        "Where nobody knows anything and nothing can be worked out together, cells alone end at {} points, about where they began; "
        "the lecture ends at {}, the hybrid at {}, linked cells at {}",
        lambda r: tuple(points(_source(r, arm, 0.0, 0.0)) for arm in ("isolated-cells", "flat-lecture", "hybrid", "linked-cells")),
        lambda r: _source(r, "isolated-cells", 0.0, 0.0).high < 0.04
        and _source(r, "flat-lecture", 0.0, 0.0).low > max(_source(r, arm, 0.0, 0.0).high for arm in ("peer-instruction", *IN_CELLS)),
    ),
    Claim(
        "Where 15 % of all items are known and nothing can be worked out, the hybrid ends {} points above fixed cells, "
        "linked cells {}, shuffled cells {} and the lecture {}",
        lambda r: tuple(points(_over_cells(r, arm, 0.15, 0.0)) for arm in ("hybrid", "linked-cells", "shuffled-cells", "flat-lecture")),
        lambda r: all(
            _over_cells(r, "hybrid", known, 0.0).low
            > max(_over_cells(r, arm, known, 0.0).high for arm in ("linked-cells", "shuffled-cells", "flat-lecture", "peer-instruction"))
            for known in (0.05, 0.15, 0.3)
        ),
    ),
    Claim(
        "Where 2 % are known, the lecture is still ahead, at {} points against {} for the hybrid",
        lambda r: tuple(points(_source(r, arm, 0.02, 0.0)) for arm in ("flat-lecture", "hybrid")),
        lambda r: _source(r, "flat-lecture", 0.02, 0.0).low > _source(r, "hybrid", 0.02, 0.0).high,
    ),
    Claim(
        "at a quarter of the calibrated `joint_effect` the hybrid is {} points above fixed cells, at half {}, and at all of it {}",
        lambda r: tuple(points(_over_cells(r, "hybrid", 0.15, joint)) for joint in (0.058, 0.116, 0.232)),
        lambda r: _over_cells(r, "hybrid", 0.15, 0.058).low > _over_cells(r, "hybrid", 0.15, 0.116).high > 0.02
        and _over_cells(r, "hybrid", 0.15, 0.116).low > 0.0 > _over_cells(r, "hybrid", 0.15, 0.232).high,
    ),
    Claim(
        "Where nothing can be worked out shuffles alone are worth {} points if nobody knows anything, {} if 2 % of all items are known, "
        "{} at 15 % and {} at 30 %",
        lambda r: tuple(points(_over_cells(r, "shuffled-cells", known, 0.0)) for known in (0.0, 0.02, 0.15, 0.3)),
        lambda r: _over_cells(r, "shuffled-cells", 0.0, 0.0).high < 0.005
        and _over_cells(r, "shuffled-cells", 0.15, 0.0).low > max(_over_cells(r, "shuffled-cells", x, 0.0).high for x in (0.02, 0.3)),
    ),
    Claim(
        "at all of the calibrated `joint_effect` they cost {} points if nobody knows anything and {} at 15 %",
        lambda r: tuple(points(-_over_cells(r, "shuffled-cells", known, 0.232)) for known in (0.0, 0.15)),
        lambda r: _over_cells(r, "shuffled-cells", 0.0, 0.232).high < -0.01 and _over_cells(r, "shuffled-cells", 0.15, 0.232).mean < 0.002,
    ),
    Claim(
        "where the same 15 % sit in a few people, shuffles are worth less, {} points",
        lambda r: (points(_over_cells(r, "shuffled-cells", 0.15, 0.0, "person")),),
        lambda r: all(
            _over_cells(r, "shuffled-cells", known, 0.0, "person").mean < _over_cells(r, "shuffled-cells", known, 0.0).mean
            for known in (0.02, 0.05, 0.15, 0.3)
        )
        and _over_cells(r, "shuffled-cells", 0.15, 0.0, "person").high < _over_cells(r, "shuffled-cells", 0.15, 0.0).low,
    ),
    Claim(
        "Cells that can work things out end at {} points without any source, and the lecture at {}",
        lambda r: tuple(points(_source(r, arm, 0.0, 0.232)) for arm in ("isolated-cells", "flat-lecture")),
        lambda r: _source(r, "isolated-cells", 0.0, 0.232).low > _source(r, "flat-lecture", 0.0, 0.232).high,
    ),
    # The instructor's time
    Claim(
        "Where knowledge is neither there nor can be worked out, a lecturer's 60 sessions bring people to {} points, and 9 sessions in "
        "council to {}",
        lambda r: tuple(points(_hours(r, arm, 0.0, 0.0)) for arm in ("flat-lecture", "council-30")),
        lambda r: all(
            _over_lecture(r, arm, 0.0, 0.0, span, council).high < 0.0
            for arm in ("council-10", "council-30", "council-60")
            for span in (0, 10, 35)
            for council in (0.25, 0.5, 1.0)
        ),
    ),
    Claim(
        "Above what cells reach alone, each session in council is worth {} points, and each session of lecture {}",
        lambda r: (points(_each_session(r, "council-30", 9), 2), points(_each_session(r, "flat-lecture", 60), 2)),
        lambda r: _each_session(r, "council-30", 9) > 2.0 * _each_session(r, "flat-lecture", 60),
    ),
    Claim(
        "over every `council_effect` from .25 to 1 and every span that was tried a session in council is worth {} to {} points",
        lambda r: tuple(points(f(_councils(r)), 2) for f in (min, max)),
        lambda r: min(_councils(r)) > 1.3 * _each_session(r, "flat-lecture", 60),
    ),
    Claim(
        "a span of 35 officers leaves {} points of the {}, and a span of 10 only {}",
        lambda r: tuple(points(_hours(r, "council-30", 0.0, 0.0, span)) for span in (35, 0, 10)),
        lambda r: _hours(r, "council-30", 0.0, 0.0, 10).high < _hours(r, "council-30", 0.0, 0.0, 35).low
        and _hours(r, "council-30", 0.0, 0.0, 35).mean < _hours(r, "council-30", 0.0, 0.0).mean,
    ),
    Claim(
        "Where knowledge is scattered but cannot be worked out, the same council ends {} points above the lecture",
        lambda r: (points(_over_lecture(r, "council-30", 0.15, 0.0)),),
        lambda r: _over_lecture(r, "council-30", 0.15, 0.0).low > 0.0,
    ),
    Claim(
        "at a `council_effect` of .25 by {}, at 1 by {}, and at the default with a span of 10 by {}",
        lambda r: (
            *(points(_over_lecture(r, "council-30", 0.15, 0.0, council=council)) for council in (0.25, 1.0)),
            points(_over_lecture(r, "council-30", 0.15, 0.0, span=10)),
        ),
        lambda r: _over_lecture(r, "council-30", 0.15, 0.0, council=0.25).low > 0.0
        and _over_lecture(r, "council-30", 0.15, 0.0, council=1.0).low > _over_lecture(r, "council-30", 0.15, 0.0).high
        and _over_lecture(r, "council-30", 0.15, 0.0, span=10).high < _over_lecture(r, "council-30", 0.15, 0.0).low,
    ),
    Claim(
        "Where it can be worked out, cells without any instructor end {} points above the lecture if nobody knows anything before; with the "
        "council they end {} above it, at a `council_effect` of 1 {}, but at .25 {} and with a span of 10 {}",
        lambda r: (
            points(_over_lecture(r, "isolated-cells", 0.0, 0.232)),
            *(points(_over_lecture(r, "council-30", 0.0, 0.232, council=council)) for council in (0.5, 1.0, 0.25)),
            points(_over_lecture(r, "council-30", 0.0, 0.232, span=10)),
        ),
        lambda r: _over_lecture(r, "council-30", 0.0, 0.232, council=1.0).low
        > _over_lecture(r, "council-30", 0.0, 0.232).high
        > _over_lecture(r, "council-30", 0.0, 0.232).low
        > _over_lecture(r, "isolated-cells", 0.0, 0.232).high
        and max(
            _over_lecture(r, "council-30", 0.0, 0.232, council=0.25).high, _over_lecture(r, "council-30", 0.0, 0.232, span=10).high
        )
        < _over_lecture(r, "isolated-cells", 0.0, 0.232).low,
    ),
    # Schedules
    Claim(
        "A lecture first and the hybrid after it ends {} points below the hybrid all the time if the lecture lasts 10 sessions, and {} "
        "below it at 40",
        lambda r: tuple(points(-_schedule(r, "lecture-first", begins)) for begins in (10, 40)),
        lambda r: all(
            _schedule(r, arm, begins).high < 0.0 for arm in ("lecture-first", "cells-first", "officers-first") for begins in (10, 20, 30, 40)
        ),
    ),
    Claim(
        "10 sessions for the officers alone cost {} points, 40 cost {}",
        lambda r: tuple(points(-_schedule(r, "officers-first", begins)) for begins in (10, 40)),
        lambda r: _schedule(r, "officers-first", 40).high < _schedule(r, "officers-first", 10).low < 0.0,
    ),
    Claim(
        "20 sessions of lecture and 40 of the hybrid end {} points below it if the lecture comes first, and {} if it comes last",
        lambda r: (points(-_schedule(r, "lecture-first", 20)), points(-_schedule(r, "cells-first", 40))),
        lambda r: all(_schedule(r, "lecture-first", n).low > _schedule(r, "cells-first", 60 - n).high for n in (20, 30, 40)),
    ),
    # Containment
    Claim(
        "What one of 240 trainees holds wrong reaches {} % of all people in fixed cells, {} % in linked cells, {} % in shuffled cells, {} % in "
        "the hybrid and {} % in one large group for each community",
        lambda r: tuple(points(_spread(r, arm, "reached")) for arm in ("isolated-cells", "linked-cells", "shuffled-cells", "hybrid", "collective")),
        lambda r: _spread(r, "isolated-cells", "reached").high < 0.03
        and _spread(r, "linked-cells", "reached").low > 0.1
        and _spread(r, "hybrid", "reached").mean > _spread(r, "collective", "reached").mean > _spread(r, "linked-cells", "reached").high,
    ),
    Claim(
        "An outbreak is as many persons who hold one item wrong: on average over the course {} in the hybrid and {} in one large group",
        lambda r: tuple(number(_spread(r, arm, "outbreak_area")) for arm in ("hybrid", "collective")),
        lambda r: _spread(r, "hybrid", "outbreak_area").low > _spread(r, "collective", "outbreak_area").high,
    ),
    Claim(
        "The hybrid's outbreak is {} % larger, and a wrong officer's {} %",
        lambda r: tuple(points(-_spread(r, "hybrid", "containment", who)) for who in ("trainees", "officers")),
        lambda r: _spread(r, "hybrid", "containment").high < -0.2 and _spread(r, "hybrid", "containment", "officers").high < -0.4,
    ),
    Claim(
        "In fixed and in linked cells it is about as large as in one large group: it differs by {} % and {} %",
        lambda r: tuple(points(-_spread(r, arm, "containment")) for arm in ("isolated-cells", "linked-cells")),
        lambda r: all(abs(_spread(r, arm, "containment").mean) < 0.2 for arm in ("isolated-cells", "linked-cells")),
    ),
    Claim(
        "Whoever holds a tenth of an item wrong or more is touched: {} % in fixed cells, {} % in linked cells, {} % in one large group, {} % in "
        "the hybrid and {} % in shuffled cells",
        lambda r: tuple(points(_spread(r, arm, "touched")) for arm in ("isolated-cells", "linked-cells", "collective", "hybrid", "shuffled-cells")),
        lambda r: _spread(r, "linked-cells", "touched").high < _spread(r, "collective", "touched").low
        and _spread(r, "collective", "touched").high < _spread(r, "hybrid", "touched").low,
    ),
    Claim(
        "Peer instruction keeps away {} % of the outbreak, the lecture {} %",
        lambda r: tuple(points(_spread(r, arm, "containment")) for arm in ("peer-instruction", "flat-lecture")),
        lambda r: _spread(r, "flat-lecture", "containment").low > _spread(r, "peer-instruction", "containment").high
        and _spread(r, "peer-instruction", "containment").low > 0.05,
    ),
    Claim(
        "With the last item in place of the first the hybrid's outbreak is {} % larger",
        lambda r: (points(-_spread(r, "hybrid", "containment", item=6)),),
        lambda r: _spread(r, "hybrid", "containment", item=6).high < -0.1,
    ),
    Claim(
        "One wrong trainee costs the hybrid {} points of mean mastery",
        lambda r: (points(-_spread(r, "hybrid", "damage")),),
        lambda r: -0.01 < _spread(r, "hybrid", "damage").low < _spread(r, "hybrid", "damage").high < 0.0,
    ),
    Claim(
        "In none of these runs is an outbreak corrected to a twentieth of its peak within the 60 sessions",
        lambda r: (),
        lambda r: r[SPREAD].summary.query("measure == 'sessions_to_corrected'")["count"].max() == 0,
    ),
    Claim(
        "A lecturer who teaches the first item wrong for ten sessions costs the lecture {} points; instructors who do so cost linked cells {} "
        "and the hybrid {}, though they reach nearly everybody",
        lambda r: (
            points(-_spread(r, "flat-lecture", "damage", "lecturer")),
            *(points(-_spread(r, arm, "damage", "instructor")) for arm in ("linked-cells", "hybrid")),
        ),
        lambda r: _spread(r, "flat-lecture", "damage", "lecturer").high < 2.0 * _spread(r, "linked-cells", "damage", "instructor").low
        and _spread(r, "hybrid", "reached", "instructor").low > 0.98,
    ),
    Claim(
        "in the hybrid one wrong trainee reaches {} % of all people if they are one community, {} % with four communities and {} % with ten",
        lambda r: tuple(points(_reach(r, "hybrid", communities)) for communities in (1, 4, 10)),
        lambda r: _reach(r, "hybrid", 1).low > 0.5 and _reach(r, "hybrid", 4).high < 0.26 and _reach(r, "hybrid", 10).high < 0.11,
    ),
    Claim(
        "With shuffles across communities it is {} % with four and {} % with ten",
        lambda r: tuple(points(_reach(r, "hybrid-across", communities)) for communities in (4, 10)),
        lambda r: min(_reach(r, "hybrid-across", communities).low for communities in (4, 10)) > 0.5,
    ),
    Claim(
        "In one community a wrong trainee reaches {} % with a shuffle every 5 sessions, {} % with one every 20 and {} % without any",
        lambda r: tuple(points(_reach(r, "hybrid", 1, length)) for length in (5, 20, 60)),
        lambda r: _reach(r, "hybrid", 1, 5).low > _reach(r, "hybrid", 1, 20).high
        and _reach(r, "hybrid", 1, 20).low > _reach(r, "hybrid", 1, 60).high,
    ),
    Claim(
        "with four communities the hybrid's is {} persons larger than that of fixed cells with a shuffle every 5 sessions, {} every 10 and {} "
        "every 20",
        lambda r: tuple(number(_larger(r, length, 0.5)) for length in (5, 10, 20)),
        lambda r: all(_larger(r, length, 0.5).low > 0.0 for length in (5, 10, 20))
        and max(_larger(r, n, 0.5).low for n in (5, 10, 20)) < min(_larger(r, n, 0.5).high for n in (5, 10, 20)),
    ),
    Claim(
        "every 10 sessions {} where `persistence` is 0, and {} where it is .9",
        lambda r: tuple(number(_larger(r, 10, persistence)) for persistence in (0.0, 0.9)),
        lambda r: _larger(r, 10, 0.0).low > 0.0 and _larger(r, 10, 0.0).high < _larger(r, 10, 0.9).low,
    ),
    Claim(
        "If 5 % of all items are held wrong at the start, the lecture has {} % less of it than one large group, fixed cells {} % more and the "
        "hybrid {} % more",
        lambda r: (
            points(_within(r, "flat-lecture", 0.05, 0.0)),
            *(points(-_within(r, arm, 0.05, 0.0)) for arm in ("isolated-cells", "hybrid")),
        ),
        lambda r: _within(r, "flat-lecture", 0.05, 0.0).low > 0.0
        and _within(r, "hybrid", 0.05, 0.0).high < _within(r, "isolated-cells", 0.05, 0.0).low < 0.0,
    ),
    Claim(
        "If a fifth of what people work out together is wrong, fixed cells have {} % more and the hybrid {} % more, and at two fifths {} % and {} %",
        lambda r: tuple(points(-_within(r, arm, 0.0, x)) for x in (0.2, 0.4) for arm in ("isolated-cells", "hybrid")),
        lambda r: all(_within(r, "isolated-cells", 0.0, x).high < _within(r, "hybrid", 0.0, x).low < 0.0 for x in (0.2, 0.4)),
    ),
    Claim(
        "At two fifths the hybrid ends {} points above one large group and fixed cells only {}",
        lambda r: tuple(
            points(r[WITHIN].difference(arm, "collective", misconceptions__share=0.0, misconceptions__joint_wrong=0.4))
            for arm in ("hybrid", "isolated-cells")
        ),
        lambda r: r[WITHIN].difference("hybrid", "collective", misconceptions__share=0.0, misconceptions__joint_wrong=0.4).low
        > r[WITHIN].difference("isolated-cells", "collective", misconceptions__share=0.0, misconceptions__joint_wrong=0.4).high,
    ),
    # Wrong together
    Claim(
        "At the defaults, where nothing that is worked out together is wrong, discussion alone ends {} points above half and half, and the "
        "lecture alone {} below it",
        lambda r: (points(_together(r, "discussion", 0.0)), points(-_together(r, "lecture", 0.0))),
        lambda r: _together(r, "discussion", 0.0).low > 0.0 > _together(r, "lecture", 0.0).high,
    ),
    Claim(
        "With `joint_wrong` at .2 discussion alone is still {} points ahead, at .4 {}, at .6 {}, and at .8 it is {} behind",
        lambda r: (*(points(_together(r, "discussion", x)) for x in (0.2, 0.4, 0.6)), points(-_together(r, "discussion", 0.8))),
        lambda r: all(_together(r, "discussion", x, p).low > 0.0 for x in (0.1, 0.2, 0.3, 0.4, 0.6) for p in (0.0, 0.5, 0.9))
        and all(_together(r, "discussion", 0.8, p).high < 0.0 for p in (0.0, 0.5, 0.9)),
    ),
    Claim(
        "at .6 discussion leads by {} points where `persistence` is 0 and by {} where it is .9, and at .8 it is {} and {} behind",
        lambda r: (
            *(points(_together(r, "discussion", 0.6, p)) for p in (0.0, 0.9)),
            *(points(-_together(r, "discussion", 0.8, p)) for p in (0.0, 0.9)),
        ),
        lambda r: _together(r, "discussion", 0.6, 0.9).high < _together(r, "discussion", 0.6, 0.0).low,
    ),
    Claim(
        "even at .8 it ends {} points below half and half",
        lambda r: (points(-_together(r, "lecture", 0.8)),),
        lambda r: max(_together(r, "lecture", 0.8, p).high for p in (0.0, 0.5, 0.9)) < 0.0,
    ),
    # Losses
    Claim(
        "If 5 % of all leave at random at each cycle's end, those who stay in the hybrid end {} points lower; if officers leave, {}; if those "
        "who know most, {}",
        lambda r: tuple(points(_loss(r, "hybrid", leavers)) for leavers in ("random", "officers", "most-knowledgeable")),
        lambda r: all(
            0.0 < _loss(r, arm, "random").high < _loss(r, arm, "officers").low < _loss(r, arm, "officers").high < _loss(r, arm, "most-knowledgeable").low
            for arm in IN_CELLS
        ),
    ),
    Claim(
        "Where those who know most leave, shuffled cells without a council lose most, {} points, and fixed cells {}",
        lambda r: tuple(points(_loss(r, arm, "most-knowledgeable")) for arm in ("shuffled-cells", "isolated-cells")),
        lambda r: _loss(r, "shuffled-cells", "most-knowledgeable").low
        > _loss(r, "isolated-cells", "most-knowledgeable").high
        > _loss(r, "isolated-cells", "most-knowledgeable").low
        > max(_loss(r, arm, "most-knowledgeable").high for arm in ("hybrid", "linked-cells")),
    ),
    Claim(
        "Peer instruction, which has a lecture for half of the time, loses {}, and the lecture nothing at all",
        lambda r: (points(_loss(r, "peer-instruction", "most-knowledgeable")),),
        lambda r: _loss(r, "peer-instruction", "most-knowledgeable").high < _loss(r, "hybrid", "most-knowledgeable").low
        and all(_loss(r, "flat-lecture", leavers) == Interval(0.0, 0.0, 0.0) for leavers in ("random", "officers", "most-knowledgeable")),
    ),
    Claim(
        "Officers who are absent from a fifth of all sessions cost the hybrid {} points, from half of them {}; fixed cells lose {} and {}",
        lambda r: tuple(points(_loss(r, arm, "each", absence)) for arm in ("hybrid", "isolated-cells") for absence in (0.2, 0.5)),
        lambda r: all(_loss(r, "hybrid", "each", a).low > _loss(r, "isolated-cells", "each", a).high for a in (0.2, 0.5))
        and _loss(r, "hybrid", "each", 0.2).low > _loss(r, "hybrid", "most-knowledgeable").high,
    ),
    # Communities that evolve
    Claim(
        "Where nobody moves, communities that formed by interest end {} points above those that formed at random; if one in ten may move at each "
        "cycle's end {}, if every second may {}",
        lambda r: tuple(points(_formed(r, mobility)) for mobility in (0.0, 0.1, 0.5)),
        lambda r: _formed(r, 0.0).low > _formed(r, 0.1).high > _formed(r, 0.1).low > _formed(r, 0.5).high > _formed(r, 0.5).low > 0.0,
    ),
    Claim(
        "So moves recover {} % and {} % of the gap",
        lambda r: tuple(points(_recovered(r, mobility), 0) for mobility in (0.1, 0.5)),
        lambda r: 0.15 < _recovered(r, 0.1) < 0.4 and _recovered(r, 0.5) > 0.6,
    ),
    Claim(
        "where `interest_weight` is 0 there is nothing to recover: {} points without moves, {} where every second may",
        lambda r: tuple(points(_formed(r, mobility, 0.0)) for mobility in (0.0, 0.5)),
        lambda r: all(abs(_formed(r, mobility, 0.0).mean) < 0.003 for mobility in (0.0, 0.1, 0.5)),
    ),
    Claim(
        "Communities that formed by interest end at {} points without moves, and at {} where every second may move",
        lambda r: tuple(points(_evolved(r, "by-interest", "mean_mastery", mobility).mean) for mobility in (0.0, 0.5)),
        lambda r: abs(_evolved(r, "by-interest", "mean_mastery", 0.5).mean - _evolved(r, "by-interest", "mean_mastery", 0.0).mean) < 0.005,
    ),
    Claim(
        "None of the communities had to close",
        lambda r: (),
        lambda r: r[EVOLVING].summary.query("measure == 'living_communities'")["low"].min() == 4.0,
    ),
    Claim(
        "people's interest in their own community rises from {} to {} of full interest",
        lambda r: tuple(share(_evolved(r, "at-random", "interest_fit", mobility)) for mobility in (0.0, 0.5)),
        lambda r: _evolved(r, "at-random", "interest_fit", 0.0).high < 0.5 and _evolved(r, "at-random", "interest_fit", 0.5).low > 0.95,
    ),
    Claim(
        "there are {} moves among the 240, and {} where communities formed by interest",
        lambda r: tuple(number(_evolved(r, arm, "moves", 0.5), 0) for arm in ("at-random", "by-interest")),
        lambda r: _evolved(r, "by-interest", "moves", 0.5).high < 24 < 120 < _evolved(r, "at-random", "moves", 0.5).low,
    ),
    Claim(
        "Where interests also drift towards those of the cell, by a tenth of the way in each cycle, the gap is {} points without moves and {} "
        "where every second may move",
        lambda r: tuple(points(_formed(r, mobility, drift=0.1)) for mobility in (0.0, 0.5)),
        lambda r: _formed(r, 0.0, drift=0.1).mean < _formed(r, 0.0).mean and _formed(r, 0.5, drift=0.1).low > 0.0,
    ),
    # A real firm
    Claim(
        "The lawyer who is alone in a community ends at {} points in fixed cells, at {} in the hybrid and at {} under the lecture",
        lambda r: tuple(points(_in_firm(r, arm, ALONE)) for arm in ("isolated-cells", "hybrid", "flat-lecture")),
        lambda r: _in_firm(r, "isolated-cells", ALONE).high < 0.2 < _in_firm(r, "hybrid", ALONE).low
        and _in_firm(r, "isolated-cells", ALONE).high < _in_firm(r, "flat-lecture", ALONE).low,
    ),
    Claim(
        "the hybrid with communities of an equal size brings the same lawyer to {}",
        lambda r: (points(_in_firm(r, "hybrid-even", ALONE)),),
        lambda r: _in_firm(r, "hybrid-even", ALONE).low > _in_firm(r, "hybrid", ALONE).high,
    ),
    Claim(
        "On average the sizes hardly matter: the hybrid ends {} points above the lecture in the real communities and {} in equal ones",
        lambda r: tuple(points(r[FIRM].difference(arm, "flat-lecture")) for arm in ("hybrid", "hybrid-even")),
        lambda r: abs(r[FIRM].difference("hybrid", "flat-lecture").mean - r[FIRM].difference("hybrid-even", "flat-lecture").mean) < 0.01,
    ),
    Claim(
        "fixed cells end {} points above the lecture, linked cells {}, shuffled cells {} and one large group for each community {}",
        lambda r: tuple(
            points(r[FIRM].difference(arm, "flat-lecture")) for arm in ("isolated-cells", "linked-cells", "shuffled-cells", "collective")
        ),
        lambda r: min(r[FIRM].difference(arm, "flat-lecture").low for arm in ("isolated-cells", "linked-cells"))
        > r[FIRM].difference("shuffled-cells", "flat-lecture").mean
        > r[FIRM].difference("collective", "flat-lecture").high > 0.0,
    ),
    Claim(
        "The coefficient of variation of how often people are asked is {} in one large group for each community, {} in fixed cells and {} in "
        "the hybrid",
        lambda r: tuple(share(_advice(r, arm, "asked_cv")) for arm in ("collective", "isolated-cells", "hybrid")),
        lambda r: all(_advice(r, arm, "asked_cv").high < 0.5 for arm in ("collective", "isolated-cells", "hybrid")),
    ),
    Claim(
        "that of the help that people give is {}, {} and {}",
        lambda r: tuple(share(_advice(r, arm, "help_cv")) for arm in ("collective", "isolated-cells", "hybrid")),
        lambda r: all(_advice(r, arm, "help_cv").low > 0.66 for arm in ("collective", "isolated-cells", "hybrid")),
    ),
    Claim(
        "it makes help in fixed cells more unequal, {} against {} with the same mean and the default's variation",
        lambda r: tuple(share(_advice(r, "isolated-cells", "help_cv", 0.34, sd)) for sd in (0.225, 0.073)),
        lambda r: _advice(r, "isolated-cells", "help_cv", 0.34, 0.225).low > _advice(r, "isolated-cells", "help_cv", 0.34, 0.073).high,
    ),
    Claim(
        "and people end at {} points in place of {}",
        lambda r: tuple(points(_advice(r, "isolated-cells", "mean_mastery", 0.34, sd)) for sd in (0.225, 0.073)),
        lambda r: abs(
            _advice(r, "isolated-cells", "mean_mastery", 0.34, 0.225).mean - _advice(r, "isolated-cells", "mean_mastery", 0.34, 0.073).mean
        )
        < 0.015,
    ),
    Claim(
        "With the default, a mean of .7, they end at {}",
        lambda r: (points(_advice(r, "isolated-cells", "mean_mastery")),),
        lambda r: _advice(r, "isolated-cells", "mean_mastery").low > _advice(r, "isolated-cells", "mean_mastery", 0.34, 0.225).high,
    ),
    # Finding out what nobody knows
    Claim(
        "a random network of as many ties ends at {} to {} points",
        lambda r: tuple(points(f(_payoff(r, "random-network", n, 1) for n in (1, 4, 10))) for f in (min, max)),
        lambda r: min(_payoff(r, "random-network", n, 1) for n in (1, 4, 10)) > 0.5,
    ),
    Claim(
        "With one community the hybrid ends at {} points when cells are shuffled every period and {} when every hundred",
        lambda r: tuple(points(_payoff(r, "hybrid", 1, length)) for length in (1, 100)),
        lambda r: max(_versus_random(r, "hybrid", 1)) < 0.0,
    ),
    Claim(
        "with ten communities and shuffles inside them at {} and {}",
        lambda r: tuple(points(_payoff(r, "hybrid", 10, length)) for length in (1, 100)),
        lambda r: max(_versus_random(r, "hybrid", 10)) < -0.3,
    ),
    Claim(
        "with ten communities and shuffles across the organisation at {} and {}",
        lambda r: tuple(points(_payoff(r, "hybrid-across", 10, length)) for length in (1, 100)),
        lambda r: min(_versus_random(r, "hybrid-across", 10)) > 0.0,
    ),
    # Common random numbers
    Claim(
        "Against the lecture a contrast needs {:.1f} times fewer runs, and all of that comes from having the same people: "
        "{:.1f} times with people in common and nothing else",
        lambda r: tuple(r[f"{COMMON}/{c}"].row("flat-lecture")["reduction"] for c in ("everything", "people")),
        lambda r: abs(
            r[f"{COMMON}/everything"].row("flat-lecture")["reduction"] / r[f"{COMMON}/people"].row("flat-lecture")["reduction"] - 1
        )
        < 0.15,
    ),
    Claim(
        "Between the hybrid and the same cells without shuffles it is {:.0f} times with everything in common and {:.0f} times with "
        "people only",
        lambda r: tuple(r[f"{COMMON}/{c}"].row("hybrid")["reduction"] for c in ("everything", "people")),
        lambda r: r[f"{COMMON}/everything"].row("hybrid")["reduction"] > 1.3 * r[f"{COMMON}/people"].row("hybrid")["reduction"],
    ),
)
COSTLY = ("random", "rotate", "least-met", "mixed-speed", "officers-rotate")


def sentence(claim: Claim, results: Results) -> str:
    """Return a claim's words with its numbers."""
    return claim.words.format(*claim.numbers(results))


def holding(results: Results) -> int:
    """Print every sentence whose experiments have results, say whether it holds, and return how many do not."""
    failed = 0
    for claim in CLAIMS:
        try:
            good = claim.holds(results)
        except FileNotFoundError:
            continue
        failed += not good
        print(f"{'holds' if good else 'FAILS'}  {sentence(claim, results)}")
    return failed


def main() -> int:
    """Say every sentence, or run its experiments with another seed and say which no longer hold."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--print", action="store_true", dest="printed")
    parser.add_argument("--seed", type=int)
    parser.add_argument("--only", nargs="+", metavar="NAME", help="run these experiments, and say only what is about them")
    parser.add_argument("--out", type=Path, help="keep the results here")
    asked = parser.parse_args()
    if asked.seed is None:
        holding(Results(REFERENCE))
        return 0
    with tempfile.TemporaryDirectory() as scratch:
        folder = asked.out or Path(scratch)
        names = [MAIN, CYCLES, SHUFFLES, GOOD, DECIDES, BELIEFS, *NEWER]
        for name, options in [(name, []) for name in names] + [
            (f"{COMMON}/{common}", ["--set", f"experiment.common={common}"]) for common in ("everything", "people")
        ]:
            experiment = name.partition("/")[0]
            if asked.only and experiment not in asked.only:
                continue
            file = next((HOME / "experiments").rglob(f"{experiment}.toml"))
            command = [sys.executable, "-m", "learnsim", "run", str(file), "--seed", str(asked.seed), *options]
            subprocess.run([*command, "--quiet", "--out", str(folder / name)], check=True)
        return min(1, holding(Results(folder)))


if __name__ == "__main__":
    sys.exit(main())
