"""Progress: the state of a long job, on standard error.
A bar with runs per second and time left, or a plain line every few seconds.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

EVERY = 5.0  # seconds between plain lines
SOONEST = 0.5  # seconds of work from which a pace is shown


class Progress:
    """Shows nothing; the base class."""

    def expect(self, runs: int, *, finished: int = 0, stage: str | None = None) -> None:
        """Set the number of runs, and how many of them are finished already; with a stage, the number is an estimate."""

    def advance(self, runs: int) -> None:
        """Count so many more finished runs."""


class Counting(Progress):
    """Counts, and measures the pace from the end of the first work on, since that may have waited for a compiler."""

    def __init__(self) -> None:
        self._start = self._last = time.monotonic()
        self._runs = self._finished = self._timed = 0
        self._since: float | None = None
        self._stage: str | None = None

    def expect(self, runs: int, *, finished: int = 0, stage: str | None = None) -> None:
        """Set the number of runs."""
        self._runs, self._finished, self._stage = runs, finished, stage

    def _count(self, runs: int) -> float:
        """Count, and return the time."""
        now = time.monotonic()
        self._finished += runs
        if self._since is None:
            self._since = now
        else:
            self._timed += runs
        return now

    def _rate(self, now: float) -> float:
        """Return the runs per second; 0 as long as nothing can be said."""
        seconds = 0.0 if self._since is None else now - self._since
        return self._timed / seconds if seconds >= SOONEST else 0.0


class Lines(Counting):
    """A plain line every few seconds: for logs."""

    def advance(self, runs: int) -> None:
        """Count, and write a line if it is time."""
        now = self._count(runs)
        if now - self._last >= EVERY and self._finished < self._runs:
            self._last = now
            stage, about = (f"{self._stage}: ", "about ") if self._stage else ("", "")
            rate = self._rate(now)
            pace = ""
            if rate:
                pace = f", {rate:,.0f} per second, {(self._runs - self._finished) / rate:,.0f} s left"
            sys.stderr.write(f"{stage}{self._finished:,} of {about}{self._runs:,} runs{pace}\n")
            sys.stderr.flush()


class Bar(Counting):
    """A bar: for a terminal."""

    def __init__(self, bar: Any) -> None:
        super().__init__()
        self._bar, self._task = bar, bar.add_task("runs", total=None, rate="", left="")

    def expect(self, runs: int, *, finished: int = 0, stage: str | None = None) -> None:
        """Set the bar's length."""
        super().expect(runs, finished=finished, stage=stage)
        self._bar.update(self._task, total=runs, completed=finished, description=stage or "runs")

    def advance(self, runs: int) -> None:
        """Move the bar on."""
        rate = self._rate(self._count(runs))
        texts = {"rate": "", "left": ""}
        if rate:
            texts = {"rate": f"{rate:,.0f} runs/s", "left": f"{(self._runs - self._finished) / rate:,.0f} s left"}
        self._bar.update(self._task, advance=runs, **texts)


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
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
        from rich.progress import Progress as RichProgress

        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TextColumn("{task.fields[left]}"),
        )
        with RichProgress(*columns, console=Console(stderr=True), transient=True) as bar:
            yield Bar(bar)
