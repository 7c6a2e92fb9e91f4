"""What docs/RESULTS.md says of the results: each sentence with its numbers, and what must be true for it to be said.

``test_claims.py`` reads the numbers from the committed results. A sentence has to survive other random numbers as well:
``python tests/claims.py --seed 2`` runs every experiment that a sentence is about with another seed (about twenty minutes)
and says which sentences no longer hold; ``python tests/claims.py --print`` writes all sentences with today's numbers.
"""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
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


def points(value: Interval | float, digits: int = 1) -> str:
    """Points of 100: a number, or an estimate with its interval."""
    if isinstance(value, Interval):
        return f"{points(value.mean, digits)} [{points(value.low, digits)}, {points(value.high, digits)}]"
    return f"{round(100.0 * value, digits) + 0.0:.{digits}f}"  # + 0.0: no minus before a zero


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


def main() -> int:
    """Say every sentence, or run its experiments with another seed and say which no longer hold."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--print", action="store_true", dest="printed")
    parser.add_argument("--seed", type=int)
    parser.add_argument("--out", type=Path, help="keep the results here")
    asked = parser.parse_args()
    if asked.seed is None:
        results = Results(REFERENCE)
        for claim in CLAIMS:
            print(f"{'holds' if claim.holds(results) else 'FAILS'}  {sentence(claim, results)}")
        return 0
    with tempfile.TemporaryDirectory() as scratch:
        folder = asked.out or Path(scratch)
        names = [MAIN, CYCLES, SHUFFLES, GOOD, DECIDES, BELIEFS]
        for name, options in [(name, []) for name in names] + [
            (f"{COMMON}/{common}", ["--set", f"experiment.common={common}"]) for common in ("everything", "people")
        ]:
            file = HOME / "experiments" / f"{name.partition('/')[0]}.toml"
            command = [sys.executable, "-m", "learnsim", "run", str(file), "--seed", str(asked.seed), *options]
            subprocess.run([*command, "--quiet", "--out", str(folder / name)], check=True)
        results, failed = Results(folder), 0
        for claim in CLAIMS:
            good = claim.holds(results)
            failed += not good
            print(f"{'holds' if good else 'FAILS'}  {sentence(claim, results)}")
    return min(1, failed)


if __name__ == "__main__":
    sys.exit(main())
