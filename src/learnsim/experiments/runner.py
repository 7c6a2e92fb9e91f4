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
from learnsim.people import count_trainees, draw_people
from learnsim.record import Record
from learnsim.training.measures import SESSION_MEASURES, histogram, run_measures
from learnsim.training.run import TOGETHER, run_arm, run_together

RUNS_A_TASK = 64
CROWD = 10_000  # trainees above which a run fills a thread by itself

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


def play_replicates(point: Point, arms: tuple[str, ...], replicates: range) -> list[Outcome]:
    """Run every arm of some replicates: each has its people, drawn once, and its luck."""
    settings = point.settings
    seed = settings.experiment.seed
    outcomes = []
    crowd = count_trainees(settings, point.roster) > CROWD
    together = TOGETHER if settings.experiment.engine == "compiled" and not crowd else 1
    for first in range(replicates.start, replicates.stop, together):
        some = range(first, min(first + together, replicates.stop))
        people = [draw_people(settings, Chance(seed, replicate), point.roster) for replicate in some]
        for name in arms:
            if len(some) == TOGETHER:
                records = run_together(settings, name, some, people, point.roster)
            else:
                records = [
                    run_arm(settings, name, replicate, people=drawn, roster=point.roster)
                    for replicate, drawn in zip(some, people, strict=True)
                ]
            outcomes += [_outcome(point.number, record) for record in records]
    return outcomes


def _outcome(point: int, record: Record) -> Outcome:
    return Outcome(
        point,
        record.arm,
        record.replicate,
        np.column_stack([record.measures[measure] for measure in SESSION_MEASURES]),
        run_measures(record.measures),
        histogram(_row_means(record.mastery)),
        record.clipped,
    )


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
    tasks = _tasks(design, workers)
    if workers == 1:
        for point, replicates in tasks:
            outcomes += play_replicates(point, design.arms, replicates)
            progress(len(design.arms) * len(replicates))
    else:
        with _quick_switching(), ThreadPoolExecutor(workers) as executor:
            for done in _bounded(executor, design.arms, tasks, 4 * workers):
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
    if chunk > TOGETHER:
        chunk -= chunk % TOGETHER
    for point in design.points:
        for first in range(0, design.replicates, chunk):
            yield point, range(first, min(first + chunk, design.replicates))


def _bounded(
    executor: Executor, arms: tuple[str, ...], tasks: Iterator[tuple[Point, range]], most: int
) -> Iterator[list[Outcome]]:
    """Yield what finishes, with at most so many tasks waiting."""
    waiting: set[Future[list[Outcome]]] = set()
    try:
        for point, replicates in tasks:
            waiting.add(executor.submit(play_replicates, point, arms, replicates))
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
