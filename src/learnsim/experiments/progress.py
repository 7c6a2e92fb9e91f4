"""Progress: how far a long job is, on standard error.
Knows the terminal only: a bar with runs per second and time left, or a plain line every few seconds.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

EVERY = 5.0  # seconds between plain lines


@contextmanager
def progress_of(runs: int, *, quiet: bool) -> Iterator[Callable[[int], None]]:
    """Give a function to call with the number of runs finished since its last call."""
    if quiet:
        yield lambda done: None
    elif sys.stderr.isatty():
        with _bar(runs) as advance:
            yield advance
    else:
        yield _plain(runs)


@contextmanager
def _bar(runs: int) -> Iterator[Callable[[int], None]]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("runs", total=runs, rate="")

        def advance(done: int) -> None:
            speed = progress.tasks[0].speed
            progress.update(task, advance=done, rate=f"{speed:,.0f} runs/s" if speed else "")

        yield advance


def _plain(runs: int) -> Callable[[int], None]:
    start = last = time.monotonic()
    finished = 0

    def advance(done: int) -> None:
        nonlocal finished, last
        finished += done
        now = time.monotonic()
        if now - last >= EVERY and finished < runs:
            last = now
            rate = finished / (now - start)
            left = (runs - finished) / rate
            sys.stderr.write(f"{finished:,} of {runs:,} runs, {rate:,.0f} a second, {left:,.0f} s left\n")
            sys.stderr.flush()

    return advance
