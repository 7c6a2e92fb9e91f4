"""PRIM: our peeling beside that of the EMA workbench, on the same points with the same share peeled.

python benchmarks/prim.py [data sets of a kind]; needs ema_workbench, which nothing else does: pip install ema_workbench
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from ema_workbench.analysis.prim import Prim

from learnsim.analysis.boxes import LEAST, PEEL, _Axis, _inside, _peel

POINTS, SETTINGS = 500, 4


class Chosen(NamedTuple):
    """A box: which points are inside, and which settings it limits."""

    inside: np.ndarray
    limited: frozenset[str]

    def quality(self, wins: np.ndarray) -> tuple[float, float, float]:
        """Return coverage, density, and coverage less the share of the other points inside (Youden 1950)."""
        coverage = float((wins & self.inside).sum() / wins.sum())
        return coverage, float(wins[self.inside].mean()), coverage - float((~wins & self.inside).sum() / (~wins).sum())


def ours(x: pd.DataFrame, wins: np.ndarray) -> Chosen:
    axes, columns = [], []
    for name in x:
        if x[name].dtype.kind in "fi":
            axes += [_Axis(name, "from"), _Axis(name, "to")]
            columns += [x[name].to_numpy(float), -x[name].to_numpy(float)]
        else:
            kinds = sorted(set(x[name]))
            axes += [_Axis(name, "without", kind) for kind in kinds]
            columns += [(x[name] != kind).to_numpy(float) for kind in kinds]
    table = np.array(columns).T
    found = _peel(table, wins)
    return Chosen(_inside(table, found.cuts), frozenset(axes[number].setting for number in found.cuts))


def theirs(x: pd.DataFrame, wins: np.ndarray) -> Chosen:
    """The step of their trajectory, pasting included, that our rule would choose."""
    box = Prim(x, wins, peel_alpha=PEEL, mass_min=LEAST).find_box()
    return max((_of_limits(x, limits, box.box_lims[0]) for limits in box.box_lims), key=lambda one: one.quality(wins)[2])


def _of_limits(x: pd.DataFrame, limits: pd.DataFrame, whole: pd.DataFrame) -> Chosen:
    inside, limited = np.ones(len(x), dtype=bool), []
    for name in x:
        low, high = limits[name]
        here = x[name].isin(low) if isinstance(low, set) else (x[name] >= low) & (x[name] <= high)
        inside &= here.to_numpy()
        limited += [name] * (list(limits[name]) != list(whole[name]))
    return Chosen(inside, frozenset(limited))


def uniform(rng: np.random.Generator) -> pd.DataFrame:
    return pd.DataFrame(rng.random((POINTS, SETTINGS)), columns=[f"s{n}" for n in range(SETTINGS)])


def noisy_box(rng: np.random.Generator) -> tuple[pd.DataFrame, np.ndarray]:
    x = uniform(rng)
    inside = (x["s0"] > 0.5) & x["s1"].between(0.2, 0.7)
    return x, rng.random(POINTS) < np.where(inside, 0.9, 0.1)


def exact_box(rng: np.random.Generator) -> tuple[pd.DataFrame, np.ndarray]:
    x = uniform(rng)
    return x, ((x["s0"] > 0.5) & x["s1"].between(0.2, 0.7)).to_numpy()


def slope(rng: np.random.Generator) -> tuple[pd.DataFrame, np.ndarray]:
    x = uniform(rng)
    return x, rng.random(POINTS) < 1.0 / (1.0 + np.exp(-8.0 * (x["s0"] + x["s1"] - 1.2)))


def whole_numbers(rng: np.random.Generator) -> tuple[pd.DataFrame, np.ndarray]:
    x = uniform(rng).assign(s0=rng.integers(2, 13, POINTS).astype(float))  # their whole-number columns fail on pandas 3
    return x, rng.random(POINTS) < np.where((x["s0"] <= 4) & (x["s1"] > 0.3), 0.9, 0.1)


def categories(rng: np.random.Generator) -> tuple[pd.DataFrame, np.ndarray]:
    x = uniform(rng).assign(s0=rng.choice(["a", "b", "c"], POINTS))
    return x, rng.random(POINTS) < np.where((x["s0"] != "b") & (x["s1"] > 0.3), 0.9, 0.1)


def compared(made: Callable[..., Any], seed: int) -> list[float]:
    x, wins = made(np.random.default_rng(seed))
    wins = np.asarray(wins)
    mine, other = ours(x, wins), theirs(x, wins)
    overlap = (mine.inside & other.inside).sum() / (mine.inside | other.inside).sum()
    return [overlap, mine.limited == other.limited, *mine.quality(wins), *other.quality(wins)]


if __name__ == "__main__":
    many = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    print(f"{POINTS} points, {SETTINGS} settings, {many} data sets of each kind; means; ours first, theirs second")
    heads = ("overlap", "same settings", *("coverage", "density", "Youden") * 2)
    print(f"{'data':14}" + "".join(f"{head:>14}" for head in heads))
    for kind in (exact_box, noisy_box, slope, whole_numbers, categories):
        means = np.mean([compared(kind, seed) for seed in range(many)], axis=0)
        print(f"{kind.__name__:14}" + "".join(f"{mean:14.3f}" for mean in means))
