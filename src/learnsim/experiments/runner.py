"""Runner: plays every arm of every point on every replicate's people and luck.
Knows designs and the model; writes nothing.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from learnsim.chance import Chance
from learnsim.experiments.design import Design, Point
from learnsim.people import draw_people
from learnsim.training.measures import SESSION_MEASURES, histogram, run_measures
from learnsim.training.run import run_arm

RUNS_A_TASK = 64

Progress = Callable[[int], None]


@dataclass(frozen=True)
class Outcome:
    """What is kept of one run.

    Attributes
    ----------
    point : int
    arm : str
    replicate : int
    sessions : array (sessions + 1, session measures)
    totals : dict
        The final session's measures, and those of the run as a whole.
    distribution : array (20,)
        Trainees in each bin of final mean mastery.
    clipped : int
        Trait values that had to be clipped.
    """

    point: int
    arm: str
    replicate: int
    sessions: npt.NDArray[np.float64]
    totals: dict[str, float]
    distribution: npt.NDArray[np.int64]
    clipped: int


def default_workers() -> int:
    """Return the number of processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def play_replicate(point: Point, arms: tuple[str, ...], replicate: int) -> list[Outcome]:
    """Run every arm of one replicate: the same people, drawn once, and the same luck."""
    settings = point.settings
    people = draw_people(settings, Chance(settings.experiment.seed, replicate), point.roster)
    outcomes = []
    for name in arms:
        record = run_arm(settings, name, replicate, people=people, roster=point.roster)
        outcomes.append(
            Outcome(
                point.number,
                name,
                replicate,
                np.column_stack([record.measures[measure] for measure in SESSION_MEASURES]),
                run_measures(record.measures),
                histogram(_row_means(record.mastery)),
                record.clipped,
            )
        )
    return outcomes


def play(design: Design, workers: int, progress: Progress) -> list[Outcome]:
    """Run the whole design; return the outcomes by point, arm and replicate, whatever the order of work.

    Parameters
    ----------
    design : Design
    workers : int
        Replicates at a time. The compiled engine runs without the interpreter lock, so threads do.
    progress : callable
        Called with the number of runs finished since the last call.
    """
    outcomes: list[Outcome] = []
    if workers == 1:
        for point in design.points:
            for replicate in range(design.replicates):
                outcomes += play_replicate(point, design.arms, replicate)
                progress(len(design.arms))
    else:
        with _quick_switching(), ThreadPoolExecutor(workers) as executor:
            for done in _bounded(executor, design.arms, _tasks(design, workers), 4 * workers):
                outcomes += done
                progress(len(done))
    place = {name: number for number, name in enumerate(design.arms)}
    return sorted(outcomes, key=lambda o: (o.point, place[o.arm], o.replicate))


@contextmanager
def _quick_switching() -> Iterator[None]:
    """Let threads that come back from compiled code wait .5 ms for the interpreter instead of 5."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(0.0005)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


def _tasks(design: Design, workers: int) -> Iterator[tuple[Point, range]]:
    """Some replicates of a point at a time: enough work that handing it over costs little, and for every worker."""
    chunk = max(1, min(RUNS_A_TASK // len(design.arms), design.replicates // (4 * workers)))
    for point in design.points:
        for first in range(0, design.replicates, chunk):
            yield point, range(first, min(first + chunk, design.replicates))


def _play_some(point: Point, arms: tuple[str, ...], replicates: range) -> list[Outcome]:
    return [outcome for replicate in replicates for outcome in play_replicate(point, arms, replicate)]


def _bounded(
    executor: Executor, arms: tuple[str, ...], tasks: Iterator[tuple[Point, range]], most: int
) -> Iterator[list[Outcome]]:
    """Yield what finishes, with at most so many tasks waiting."""
    waiting: set[Future[list[Outcome]]] = set()
    try:
        for point, replicates in tasks:
            waiting.add(executor.submit(_play_some, point, arms, replicates))
            if len(waiting) >= most:
                done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                yield from (future.result() for future in done)
        while waiting:
            done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            yield from (future.result() for future in done)
    finally:
        for future in waiting:
            future.cancel()


def _row_means(mastery: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Each trainee's mean, summed from left to right as everywhere."""
    total = np.zeros(len(mastery))
    for column in mastery.T:
        total += column
    return total / mastery.shape[1]
