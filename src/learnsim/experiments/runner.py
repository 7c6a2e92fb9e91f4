"""Runner: hands the missing runs of a design to whoever does the work, and what comes back to the store.
Knows designs, work and stores; the order in which work comes back changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Future, wait

from learnsim.compiled import source_hash
from learnsim.errors import ResultsError, WorkError
from learnsim.experiments.design import Design
from learnsim.experiments.executors import Door
from learnsim.experiments.outcome import RUN_COLUMNS, Outcome, failure_of
from learnsim.experiments.progress import Progress
from learnsim.experiments.stopping import replicates_needed
from learnsim.experiments.store import Store
from learnsim.experiments.work import TASK_SECONDS, Task, perform, tasks_of

WAITING = 4  # tasks handed in for each that can run


def play(design: Design, store: Store, door: Door, progress: Progress, *, seconds: float = TASK_SECONDS) -> None:
    """Run what is missing, until the store has every run that the design asks for.

    Parameters
    ----------
    design : Design
    store : Store
    door : Door
        Where the work is done.
    progress : Progress
    seconds : float
        Work in one task.

    Raises
    ------
    WorkError
        If the workers are lost; what was finished is kept.
    """
    progress.expect(design.runs, finished=_finished(design, store))
    try:
        _play(store, door, progress, seconds, lambda number: design.replicates)
        if design.precision:
            store.flush()
            needed = [replicates_of(design, store, number) for number in range(len(design.points))]
            progress.expect(sum(needed) * len(design.arms), finished=_finished(design, store))
            _play(store, door, progress, seconds, needed.__getitem__)
    except ResultsError:  # nothing more can be written
        raise
    except BaseException:
        store.flush()
        raise
    store.flush()


def replicates_of(design: Design, store: Store, number: int) -> int:
    """Return how many replicates a point takes in all, once its first stage is finished."""
    precision = design.precision
    if precision is None:
        return design.replicates
    values = store.first_values(number, RUN_COLUMNS.index(precision.measure), precision.arms, precision.min)
    return replicates_needed(values[0] - values[1] if len(values) > 1 else values[0], precision)


def _finished(design: Design, store: Store) -> int:
    return sum(store.finished(number) for number in range(len(design.points)))


def _play(
    store: Store, door: Door, progress: Progress, seconds: float, replicates: Callable[[int], int]
) -> None:
    for task, outcomes in _done(_missing(store, seconds, replicates), door):
        store.add(task, outcomes)
        progress.advance(task.runs)


def _missing(store: Store, seconds: float, replicates: Callable[[int], int]) -> Iterator[Task]:
    points = store.design.points
    for number in range(len(points)):
        missing = store.missing(number, replicates(number))
        if missing:
            yield from tasks_of(points[number], missing, seconds)


def _done(tasks: Iterator[Task], door: Door) -> Iterator[tuple[Task, list[Outcome]]]:
    """Yield what finishes, with no more tasks handed in than keep everybody busy."""
    if door.executor is None:
        for task in tasks:
            yield task, perform(task)
        return
    waiting: dict[Future[list[Outcome]], Task] = {}
    here = source_hash()
    try:
        for task in tasks:
            waiting[door.executor.submit(perform_there, task, here)] = task
            if len(waiting) >= WAITING * door.workers:
                yield from _take(waiting)
        while waiting:
            yield from _take(waiting)
    finally:
        for future in waiting:
            future.cancel()


def _take(waiting: dict[Future[list[Outcome]], Task]) -> Iterator[tuple[Task, list[Outcome]]]:
    done, _ = wait(waiting, return_when=FIRST_COMPLETED)
    for future in done:
        task = waiting.pop(future)
        try:
            yield task, future.result()
        except WorkError:
            raise
        except (BrokenExecutor, CancelledError) as error:
            raise WorkError(
                f"the workers were lost ({type(error).__name__}: {error}); what was finished is kept: "
                "give the same command again, with fewer --workers if memory was short"
            ) from None
        except Exception as error:  # the task could not be handed over, or killed its worker again and again
            yield task, [
                failure_of(task.point.number, arm, replicate, "handing over", error)
                for replicate in task.replicates
                for arm in task.arms
            ]


def perform_there(task: Task, source: str) -> list[Outcome]:
    """Run a task where the worker is, if it has the same sources as whoever asks.

    Raises
    ------
    WorkError
        If it has others: their numbers might differ.
    """
    if source_hash() != source:
        raise WorkError("a worker has another version of learnsim installed; install the same one everywhere")
    return perform(task)
