"""Executors: who does the work: threads, processes, or a Dask cluster; anything that is a concurrent.futures.Executor."""

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

TASK_SECONDS = 0.25  # work in a task: handing one over costs some 2 ms at most
DASK_SECONDS = 1.0  # and by Dask some 6 ms
PATIENCE = 10  # seconds to wait for a scheduler, and for its first worker
JOINING = 100  # workers for whom there is work if they come later


class Door(NamedTuple):
    """Where tasks are handed in: an executor, or ``None`` for this thread; how many run at a time; seconds of one."""

    executor: Executor | None
    workers: int
    seconds: float = TASK_SECONDS


def default_workers() -> int:
    """Return the number of processors this process may use, or of threads that it has memory for."""
    return min(processors(), threads_that_fit() or processors())


@contextmanager
def local_door(engine: str, workers: int) -> Iterator[Door]:
    """Threads for the compiled engine, which lets go of the interpreter lock; processes for the agents engine.

    Who leaves by an error or an interruption does not wait for work that is still being done.
    """
    if workers == 1:
        yield Door(None, 1)
    elif engine == "compiled":
        check_threads(workers)
        threads = ThreadPoolExecutor(workers)
        with _quick_switching(), _shut_down(threads):
            yield Door(threads, workers)
    else:
        context = multiprocessing.get_context("spawn")  # a fork would inherit threads and the compiler's locks
        watched, held = context.Pipe(duplex=False)
        processes = ProcessPoolExecutor(workers, mp_context=context, initializer=_stay_with_parent, initargs=(watched,))
        with held, watched:
            _start(processes, workers)
            with _shut_down(processes, held):
                yield Door(processes, workers)


@contextmanager
def _shut_down(executor: Executor, held: Connection | None = None) -> Iterator[None]:
    try:
        yield
    except BaseException:
        if held is not None:
            held.close()
        executor.shutdown(wait=held is not None, cancel_futures=True)
        raise
    executor.shutdown()


def _start(processes: ProcessPoolExecutor, workers: int) -> None:
    """Start the workers where Ctrl-C does not reach them: it is the parent that stops."""
    masked = {signal.SIGINT} if hasattr(signal, "pthread_sigmask") else set()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, masked) if masked else None
    for _ in range(workers):
        processes.submit(int)
    if before is not None:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _stay_with_parent(watched: Connection) -> None:
    """In a worker: end as soon as the parent lets go of its end of the line, or is killed."""

    def follow() -> None:
        watched.poll(None)
        os._exit(1)

    Thread(target=follow, daemon=True).start()


@contextmanager
def dask_door(address: str) -> Iterator[Door]:
    """Give the workers of a Dask scheduler.

    Raises
    ------
    WorkError
        If ``distributed`` is missing, the scheduler does not answer, has no workers, or one with other versions.
    """
    try:
        from distributed import Client
    except ImportError:
        raise WorkError('--scheduler needs Dask; pip install "learnsim[dask]"') from None
    for name in ("distributed", "distributed.client"):  # what goes wrong is said in one sentence
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        client = Client(address, timeout=PATIENCE)
    except (OSError, ValueError, TypeError) as error:
        raise WorkError(
            f"--scheduler {address}: no scheduler answers there ({type(error).__name__}); "
            "give its address as the scheduler prints it, for example tcp://10.0.0.1:8786"
        ) from None
    with client:
        try:
            client.wait_for_workers(1, timeout=PATIENCE)
        except TimeoutError:
            raise WorkError(f"--scheduler {address}: has no workers; start some with: dask worker {address}") from None
        try:
            there = client.run(installed)
        except Exception as error:
            raise WorkError(
                f"--scheduler {address}: a worker cannot run learnsim ({type(error).__name__}: {error}); install it there"
            ) from None
        changed = [told for one in there.values() for told in changed_since(one, installed())]
        if changed:
            raise WorkError(
                f"--scheduler {address}: a worker has other versions ({'; '.join(dict.fromkeys(changed))}); "
                "install the same everywhere"
            )
        workers = sum(client.nthreads().values())
        yield Door(client.get_executor(pure=False), max(workers, JOINING), DASK_SECONDS)


@contextmanager
def _quick_switching() -> Iterator[None]:
    """Let threads that come back from compiled code wait .5 ms for the interpreter instead of 5."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(0.0005)
    try:
        yield
    finally:
        sys.setswitchinterval(before)
