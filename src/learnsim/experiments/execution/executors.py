"""Executors: threads, processes or a Dask cluster that do the work; any concurrent.futures.Executor is possible."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import sys
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing.connection import Connection
from threading import Thread
from typing import NamedTuple

from learnsim.errors import WorkError
from learnsim.machine import check_threads, processors, threads_that_fit
from learnsim.provenance import changed_since, installed

TASK_SECONDS = 0.25  # work per task: sending one costs 2 ms at most
DASK_SECONDS = 1.0  # with Dask, sending one costs about 6 ms
PATIENCE = 10  # seconds to wait for a scheduler, and for its first worker
JOINING = 100  # workers that get work if they join later


class WorkerPool(NamedTuple):
    """An executor, or ``None`` for this thread; the number of tasks that run at a time; the seconds of work per task."""

    executor: Executor | None
    workers: int
    seconds: float = TASK_SECONDS


def default_workers() -> int:
    """Return the number of processors this process may use, or of threads that fit into its memory."""
    return min(processors(), threads_that_fit() or processors())


@contextmanager
def local_pool(engine: str, workers: int) -> Iterator[WorkerPool]:
    """Threads for the compiled engine, which releases the interpreter lock; processes for the agents engine.

    After an error or an interruption it does not wait for unfinished work.
    """
    if workers == 1:
        yield WorkerPool(None, 1)
    elif engine == "compiled":
        check_threads(workers)
        threads = ThreadPoolExecutor(workers)
        with _quick_switching(), _shut_down(threads):
            yield WorkerPool(threads, workers)
    else:
        context = multiprocessing.get_context("spawn")  # a fork would inherit threads and the compiler's locks
        watched, parent_end = context.Pipe(duplex=False)
        processes = ProcessPoolExecutor(workers, mp_context=context, initializer=_stay_with_parent, initargs=(watched,))
        with parent_end, watched:
            _start(processes, workers)
            with _shut_down(processes, parent_end):
                yield WorkerPool(processes, workers)


@contextmanager
def _shut_down(executor: Executor, parent_end: Connection | None = None) -> Iterator[None]:
    try:
        yield
    except BaseException:
        if parent_end is not None:
            parent_end.close()
        executor.shutdown(wait=parent_end is not None, cancel_futures=True)
        raise
    executor.shutdown()


def _start(processes: ProcessPoolExecutor, workers: int) -> None:
    """Start the workers so that Ctrl-C does not reach them: the parent stops them."""
    masked = {signal.SIGINT} if hasattr(signal, "pthread_sigmask") else set()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, masked) if masked else None
    for _ in range(workers):
        processes.submit(int)
    if before is not None:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _stay_with_parent(watched: Connection) -> None:
    """In a worker: end as soon as the parent closes its end of the pipe, or is killed."""

    def follow() -> None:
        watched.poll(None)
        os._exit(1)

    Thread(target=follow, daemon=True).start()


@contextmanager
def dask_pool(address: str) -> Iterator[WorkerPool]:
    """The workers of a Dask scheduler.

    Raises
    ------
    WorkError
        If ``distributed`` is missing, the scheduler does not answer, has no workers, or one with other versions.
    """
    try:
        from distributed import Client
    except ImportError:
        raise WorkError('--scheduler needs Dask; pip install "learnsim[dask]"') from None
    for name in ("distributed", "distributed.client"):  # errors are reported in one sentence
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        client = Client(address, timeout=PATIENCE)
    except (OSError, ValueError, TypeError) as error:
        raise WorkError(
            f"--scheduler {address}: no scheduler answers there ({type(error).__name__}); "
            "use the address that the scheduler prints, for example tcp://10.0.0.1:8786"
        ) from None
    with client:
        try:
            client.wait_for_workers(1, timeout=PATIENCE)
        except TimeoutError:
            raise WorkError(f"--scheduler {address}: has no workers; start some with dask worker {address}") from None
        try:
            there = client.run(installed)
        except Exception as error:
            raise WorkError(
                f"--scheduler {address}: a worker cannot run learnsim ({type(error).__name__}: {error}); install it there"
            ) from None
        changed = [difference for one in there.values() for difference in changed_since(one, installed())]
        if changed:
            raise WorkError(
                f"--scheduler {address}: a worker has other versions ({'; '.join(dict.fromkeys(changed))}); "
                "install the same versions everywhere"
            )
        workers = sum(client.nthreads().values())
        yield WorkerPool(client.get_executor(pure=False), max(workers, JOINING), DASK_SECONDS)


@contextmanager
def _quick_switching() -> Iterator[None]:
    """Let threads that come back from compiled code wait .5 ms for the interpreter instead of 5."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(0.0005)
    try:
        yield
    finally:
        sys.setswitchinterval(before)
