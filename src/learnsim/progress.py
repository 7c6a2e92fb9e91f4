"""Progress: the state of a long job, on standard error.
A bar with runs per second and remaining time, or a plain line every few seconds.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

EVERY = 5.0  # seconds between plain lines


class Progress:
    """Shows nothing; the base class."""

    def expect(self, runs: int, *, finished: int = 0) -> None:
        """Set the number of runs, and how many of them are finished already."""

    def advance(self, runs: int) -> None:
        """Count so many more finished runs."""


class Lines(Progress):
    """A plain line every few seconds: for logs."""

    def __init__(self) -> None:
        self._start = self._last = time.monotonic()
        self._runs = self._finished = self._new = 0

    def expect(self, runs: int, *, finished: int = 0) -> None:
        """Set the number of runs."""
        self._runs, self._finished = runs, finished

    def advance(self, runs: int) -> None:
        """Count, and write a line if it is time."""
        self._finished += runs
        self._new += runs
        now = time.monotonic()
        if now - self._last >= EVERY and self._finished < self._runs:
            self._last = now
            rate = self._new / (now - self._start)
            left = (self._runs - self._finished) / rate
            sys.stderr.write(f"{self._finished:,} of {self._runs:,} runs, {rate:,.0f} per second, {left:,.0f} s left\n")
            sys.stderr.flush()


class Bar(Progress):
    """A bar: for a terminal."""

    def __init__(self, bar: Any) -> None:
        self._bar, self._task = bar, bar.add_task("runs", total=None, rate="")

    def expect(self, runs: int, *, finished: int = 0) -> None:
        """Set the bar's length."""
        self._bar.update(self._task, total=runs, completed=finished)

    def advance(self, runs: int) -> None:
        """Move the bar on."""
        speed = self._bar.tasks[0].speed
        self._bar.update(self._task, advance=runs, rate=f"{speed:,.0f} runs/s" if speed else "")


def counted(things: Sequence[Any], what: str, *, quiet: bool = False) -> Iterator[Any]:
    """Yield things one by one; if that takes long, report progress every few seconds."""
    start = last = time.monotonic()
    for number, thing in enumerate(things):
        yield thing
        if number % 1000 or quiet:
            continue
        now = time.monotonic()
        if now - last >= EVERY:
            last = now
            left = (now - start) / (number + 1) * (len(things) - number - 1)
            sys.stderr.write(f"{what}: {number + 1:,} of {len(things):,}, {left:,.0f} s left\n")
            sys.stderr.flush()


@contextmanager
def progress_shown(*, quiet: bool) -> Iterator[Progress]:
    """The kind of progress that fits the terminal."""
    if quiet:
        yield Progress()
    elif not sys.stderr.isatty():
        yield Lines()
    else:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as RichProgress

        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
        )
        with RichProgress(*columns, console=Console(stderr=True), transient=True) as bar:
            yield Bar(bar)
