"""Runner: gives the missing runs of a design to the workers, and their outcomes to the store.
The order in which they finish has no effect on the results.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Future, wait

from learnsim.errors import ResultsError, WorkError
from learnsim.experiments.design.design import Design
from learnsim.experiments.execution.executors import WorkerPool
from learnsim.experiments.execution.outcome import Outcome, failure_of
from learnsim.experiments.execution.tasks import Task, perform_there, tasks_of, version_of
from learnsim.experiments.storage.store import Store
from learnsim.progress import Progress
from learnsim.signals import check_stopped

WAITING = 4  # submitted tasks per worker

Tasks = Iterator[tuple[Task, list[Outcome]]]
Waiting = dict[Future[list[Outcome]], Task]


def run_missing(design: Design, store: Store, pool: WorkerPool, progress: Progress) -> None:
    """Run the missing runs, until the store has all runs of the design.

    Parameters
    ----------
    design : Design
    store : Store
    pool : WorkerPool
        The workers.
    progress : Progress

    Raises
    ------
    WorkError
        If the workers are lost; finished runs are kept.
    """
    points = range(len(design.points))
    progress.expect(store.runs, finished=sum(map(store.finished, points)))
    _run_stage(store, pool, progress, lambda point: design.replicates)
    if design.precision:
        wanted = [store.wanted(point) for point in points]
        progress.expect(sum(wanted) * len(design.arms), finished=sum(map(store.finished, points)))
        _run_stage(store, pool, progress, wanted.__getitem__)


def _run_stage(store: Store, pool: WorkerPool, progress: Progress, replicates: Callable[[int], int]) -> None:
    waiting: Waiting = {}
    try:
        for task, outcomes in _done(_missing(store, pool.seconds, replicates), pool, waiting, store.design):
            store.add(task, outcomes)
            progress.advance(task.runs)
            check_stopped()
    except ResultsError:  # nothing more can be written
        raise
    except BaseException:
        for future, task in waiting.items():
            if future.done() and not future.cancelled() and not future.exception():
                store.add(task, future.result())
        store.flush()
        raise
    finally:
        for future in waiting:
            future.cancel()
    store.flush()


def _missing(store: Store, seconds: float, replicates: Callable[[int], int]) -> Iterator[Task]:
    points = store.design.points
    for number in range(len(points)):
        missing = store.missing(number, replicates(number))
        if missing:
            yield from tasks_of(points[number], missing, seconds)


def _done(tasks: Iterator[Task], pool: WorkerPool, waiting: Waiting, design: Design) -> Tasks:
    """Yield finished tasks, with only as many submitted as keep all workers busy."""
    version = version_of(design.settings)
    if pool.executor is None:
        for task in tasks:
            yield task, perform_there(task, version)
        return
    try:
        for task in tasks:
            waiting[pool.executor.submit(perform_there, task, version)] = task
            if len(waiting) >= WAITING * pool.workers:
                yield from _take(waiting)
        while waiting:
            yield from _take(waiting)
    except (BrokenExecutor, CancelledError) as error:
        reason = f"{type(error).__name__}: {error}".removesuffix(": ")
        raise WorkError(
            f"the workers were lost ({reason}); finished runs are kept: "
            "run the same command again, with fewer --workers if there was not enough memory"
        ) from None


def _take(waiting: Waiting) -> Tasks:
    done, _ = wait(waiting, return_when=FIRST_COMPLETED)
    for future in done:
        task = waiting.pop(future)
        try:
            outcomes = future.result()
        except (WorkError, BrokenExecutor, CancelledError):
            raise
        except Exception as error:  # the task could not be sent, or killed its worker again and again
            outcomes = [
                failure_of(task.point, arm, replicate, "handing over", error)
                for replicate in task.replicates
                for arm in task.arms
            ]
        yield task, outcomes
