"""Executors: who does the work: threads, processes, or a Dask cluster; anything that is a concurrent.futures.Executor.
Knows where work runs; not what it is.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from typing import NamedTuple

from learnsim.errors import WorkError


class Door(NamedTuple):
    """Where tasks are handed in: an executor, or ``None`` for this thread, and how many run at a time."""

    executor: Executor | None
    workers: int


def default_workers() -> int:
    """Return the number of processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def local_door(engine: str, workers: int) -> Iterator[Door]:
    """Threads for the compiled engine, which lets go of the interpreter lock; processes for the agents engine."""
    if workers == 1:
        yield Door(None, 1)
    elif engine == "compiled":
        threads, patient = ThreadPoolExecutor(workers), True
        try:
            with _quick_switching():
                yield Door(threads, workers)
        except KeyboardInterrupt:  # do not wait for runs that nobody wants any more
            patient = False
            raise
        finally:
            threads.shutdown(wait=patient, cancel_futures=True)
    else:
        # spawned, not forked: a fork would inherit threads and the compiler's locks
        with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as processes:
            yield Door(processes, workers)


@contextmanager
def dask_door(address: str) -> Iterator[Door]:
    """Give the workers of a Dask scheduler.

    Raises
    ------
    WorkError
        If ``distributed`` is missing, the scheduler does not answer, or it has no workers.
    """
    try:
        from distributed import Client
    except ImportError:
        raise WorkError('--scheduler needs Dask; pip install "learnsim[dask]"') from None
    try:
        client = Client(address, timeout=10)
    except (OSError, ValueError, TypeError) as error:
        raise WorkError(
            f"--scheduler {address}: no scheduler answers there ({type(error).__name__}); "
            "give its address as the scheduler prints it, for example tcp://10.0.0.1:8786"
        ) from None
    with client:
        workers = sum(client.nthreads().values())
        if workers == 0:
            raise WorkError(f"--scheduler {address}: has no workers; start some with: dask worker {address}")
        yield Door(client.get_executor(), workers)


@contextmanager
def _quick_switching() -> Iterator[None]:
    """Let threads that come back from compiled code wait .5 ms for the interpreter instead of 5."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(0.0005)
    try:
        yield
    finally:
        sys.setswitchinterval(before)
