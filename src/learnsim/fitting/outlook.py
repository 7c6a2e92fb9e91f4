"""Outlook: how much of a fit is done, in runs, and how much is probably left: nobody knows when a search will end."""

from __future__ import annotations

from collections.abc import Iterable
from statistics import median
from typing import NamedTuple

from learnsim.progress import Progress


class Stage(NamedTuple):
    """A part of a fit: what a person reads of it, which stages take as long as it does, and how many runs are expected."""

    words: str
    kind: str
    runs: int


class Outlook:
    """The stages of a fit; a stage that is still to come takes as many runs as the middle one of its kind has taken.

    Parameters
    ----------
    stages : iterable of Stage
        In their order.
    progress : Progress
        Where it is shown.
    """

    def __init__(self, stages: Iterable[Stage] = (), progress: Progress | None = None) -> None:
        self._waiting = list(stages)
        self._progress = progress or Progress()
        self._current: Stage | None = None
        self._taken: dict[str, list[int]] = {}
        self._done = self._finished = 0

    def begin(self, words: str) -> None:
        """Go on to the stage with these words, if it is still to come; those before it are over."""
        place = next((place for place, stage in enumerate(self._waiting) if stage.words == words), None)
        if place is None:  # a stage inside another one
            return
        if self._current and self._done:
            self._taken.setdefault(self._current.kind, []).append(self._done)
        self._current, self._done = self._waiting[place], 0
        del self._waiting[: place + 1]

    def advance(self, runs: int, *, new: bool = True) -> None:
        """Count runs of the current stage; those that are not new were written down by a fit that was killed."""
        left = max(self._expected(self._current) - self._done, runs) if self._current else runs
        total = self._finished + left + sum(map(self._expected, self._waiting))
        finished = self._finished + (0 if new else runs)
        self._progress.expect(total, finished=finished, stage=self._current and self._current.words)
        self._done += runs
        self._finished += runs
        if new:
            self._progress.advance(runs)

    def _expected(self, stage: Stage) -> int:
        taken = self._taken.get(stage.kind)
        return round(median(taken)) if taken else stage.runs
