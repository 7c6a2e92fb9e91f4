"""March's organization: many runs of one flat organization with a code, drawn and played in one piece of machine code.
Knows the loops and the terms; gives the same numbers as :func:`learnsim.beliefs.run.run_beliefs`, and no record.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from learnsim.beliefs.loops import begin, play
from learnsim.beliefs.measures import SESSION_MEASURES, describe
from learnsim.beliefs.run import new_state
from learnsim.beliefs.terms import terms_of
from learnsim.chance import Chance
from learnsim.compiled import long_kernel
from learnsim.settings import PRESETS
from learnsim.settings.beliefs import Beliefs

PEOPLE = 50  # March (1991)
RATES = tuple(k / 10 for k in range(1, 10))
TOGETHER = 250  # runs a thread plays before it looks up


class Estimate(NamedTuple):
    """A mean over independent runs with its standard error, and the mean period at which the runs ended."""

    mean: float
    error: float
    ended: float
    runs: int


def final_code(
    beliefs: Beliefs, replicates: Sequence[int], *, people: int = PEOPLE, seed: int = 1
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]]:
    """Play these replicates of a flat organization.

    Returns
    -------
    knowledge : array (runs,)
        The code's knowledge at the end.
    ended : array (runs,)
        The period at which the run ended.
    """
    terms = terms_of(beliefs, PRESETS["flat-lecture"][1], max(1, beliefs.periods))
    keys = np.array([Chance(seed, replicate).key for replicate in replicates], dtype=np.int64)
    rows = np.empty((beliefs.periods + 1, len(SESSION_MEASURES)))
    knowledge, ended = np.empty(len(keys)), np.empty(len(keys), dtype=np.int64)
    nobody = np.zeros(people + 1, dtype=np.int32)
    _play_all(keys, new_state(beliefs, people), terms, nobody, nobody[:0], rows, knowledge, ended)
    return knowledge, ended


def estimate(
    tables: Iterable[Beliefs], runs: int, *, people: int = PEOPLE, seed: int = 1, threads: int = 1
) -> list[Estimate]:
    """Return the code's mean final knowledge in a flat organization, for each of these settings.

    Parameters
    ----------
    tables : iterable of Beliefs
    runs : int
        Replicates 0 .. runs-1 of each.
    people, seed : int
    threads : int
        The numbers do not depend on it.
    """
    tables = list(tables)
    parts = [range(first, min(first + TOGETHER, runs)) for first in range(0, runs, TOGETHER)]
    with ThreadPoolExecutor(threads) as pool:
        work = [pool.submit(final_code, table, part, people=people, seed=seed) for table in tables for part in parts]
        done = [future.result() for future in work]
    found = []
    for x in range(len(tables)):
        mine = done[x * len(parts) : (x + 1) * len(parts)]
        knowledge = np.concatenate([values for values, _ in mine])
        ended = np.concatenate([periods for _, periods in mine])
        error = float(knowledge.std(ddof=1)) / runs**0.5 if runs > 1 else float("nan")
        found.append(Estimate(float(knowledge.mean()), error, float(ended.mean()), runs))
    return found


def figure_1(
    runs: int = 2000,
    *,
    p1: Sequence[float] = RATES,
    p2: Sequence[float] = (0.1, 0.5),
    reading: str = "figures",
    threads: int = 2,
    seed: int = 1,
) -> dict[tuple[float, float], Estimate]:
    """Return March's Figure 1, equilibrium knowledge of the code, by (p2, p1)."""
    points = list(product(p2, p1))
    tables = [Beliefs.model_validate({"reading": reading, "learning_from_code": b, "code_learning": a}) for a, b in points]
    return dict(zip(points, estimate(tables, runs, threads=threads, seed=seed), strict=True))


def figure_2(runs: int = 2000, *, threads: int = 2, seed: int = 1) -> dict[tuple[float, str], Estimate]:
    """Return March's Figure 2: by mean p1, people ``alike`` and a ``mix`` of p1 = .1 and .9 (p2 = .5)."""
    shares = {0.2: 0.125, 0.5: 0.5, 0.8: 0.875}
    tables = {(mean, "alike"): Beliefs(learning_from_code=mean) for mean in shares}
    for mean, share in shares.items():
        tables[mean, "mix"] = Beliefs(learning_from_code=0.1, fast_learning=0.9, fast_share=share)
    return dict(zip(tables, estimate(tables.values(), runs, threads=threads, seed=seed), strict=True))


def figure_4(
    runs: int = 2000, *, p1: float = 0.9, p3: Sequence[float] = (0.0, 0.2, 0.3, 0.4, 1.0), periods: int = 19, seed: int = 1
) -> dict[float, Estimate]:
    """Return March's Figure 4, by turnover p3: the code's knowledge after so many updates (p2 = .5)."""
    tables = [Beliefs(learning_from_code=p1, turnover=share, periods=periods) for share in p3]
    return dict(zip(p3, estimate(tables, runs, threads=2, seed=seed), strict=True))


@long_kernel
def _play_all(keys, state, terms, starts, contacts, rows, knowledge, ended):  # type: ignore[no-untyped-def]
    for x in range(len(keys)):
        key = (keys[x, 0], keys[x, 1])
        state.code[:] = 0
        begin(state.beliefs, state.reality, state.rates, terms, key)
        describe(state.beliefs, state.code, state.reality, terms.interdependence, state.room, state.scores, rows[0])
        last = len(rows) - 1
        ended[x] = play(0, last, state, terms, key, starts, contacts, rows)
        knowledge[x] = rows[ended[x], 0]
