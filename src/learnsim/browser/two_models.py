"""Two models: two arms of an experiment on a Mesa model of the user's own, played live, with the seed of a run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import RLock
from typing import Any, NamedTuple

from learnsim.errors import RunError
from learnsim.grouping.preparation import Prepared
from learnsim.models.mesa.run import Run, number_of, run_of
from learnsim.models.record import Setup

# a model at work has Python's and NumPy's random numbers, and what it prints is caught: only one at a time in a process
AT_WORK = RLock()


class ModelMoment(NamedTuple):
    """How far two models are.

    Attributes
    ----------
    arms : two str
    session, sessions : int
        Steps made, and how many there are at most.
    stopped : two ints
        After which step each model stopped by itself; -1 if it did not.
    """

    arms: tuple[str, ...]
    session: int
    sessions: int
    stopped: tuple[int, ...]

    @property
    def finished(self) -> bool:
        """Whether there is no step left."""
        return self.session >= self.sessions or min(self.stopped) >= 0


class TwoModels:
    """Two models of one replicate in step, with the same seed: both make the steps that ``learnsim run`` lets them make.

    Parameters
    ----------
    prepared : Prepared
        With both arms.
    arms : two str
        The names, left and right.
    run_of : callable
        Returns the run of a setup, as ``learnsim run`` makes it; that of a Mesa model as it is if left out.

    Attributes
    ----------
    runs : two Runs
        ``runs[0].model`` is the model on the left.

    Raises
    ------
    RunError
        If a model cannot be made, with its arm.
    """

    def __init__(
        self, prepared: Prepared, arms: tuple[str, ...], run_of: Callable[[Setup], Run] = run_of
    ) -> None:
        self.settings, self.arms = prepared.settings, arms
        settings = prepared.settings
        self.runs: tuple[Run, ...] = ()
        try:
            for name in arms:
                self.runs += (run_of(Setup(prepared, name, settings.arm(name))),)
                with AT_WORK, _named(name):
                    self.runs[-1].begin()
        except BaseException:
            self.release()
            raise

    @property
    def models(self) -> tuple[Any, ...]:
        """The Mesa models, left and right."""
        return tuple(run.model for run in self.runs)

    @property
    def now(self) -> ModelMoment:
        """How far they are."""
        most = self.settings.model.steps
        stopped = tuple(-1 if run.model.running or run.steps >= most else run.steps for run in self.runs)
        return ModelMoment(self.arms, self.session, most, stopped)

    @property
    def session(self) -> int:
        """The steps that have been made; a model that stopped by itself has made fewer."""
        return max(run.steps for run in self.runs)

    @property
    def finished(self) -> bool:
        """Whether there is no step left."""
        return self.now.finished

    def step(self, steps: int = 1) -> None:
        """Let both make so many steps, up to the last one.

        Raises
        ------
        RunError
            If a model raises an error: with the arm, the step, the file and the line.
        """
        for _ in range(steps):
            if self.finished:
                return
            for name, run in zip(self.arms, self.runs, strict=True):
                if run.model.running:
                    with AT_WORK, _named(name):
                        run.advance()

    @property
    def reporters(self) -> tuple[str, ...]:
        """The model reporters that both have and that gave nothing but numbers, or those that the file chooses."""
        chosen = self.settings.model.reporters
        left, right = (run.reporters for run in self.runs)
        names = [name for name in left if name in right and (not chosen or name in chosen)]
        names.sort(key=lambda name: name != self.settings.experiment.measure)  # what the experiment is about comes first
        return tuple(name for name in names if not any(number_of(x) is None for x in (*left[name], *right[name])))

    def values(self, reporter: str) -> tuple[float, ...]:
        """Return what a model reporter gave last, left and right; NaN where it gave nothing."""
        every = (run.reporters.get(reporter) or [None] for run in self.runs)
        numbers = (number_of(values[-1]) for values in every)
        return tuple(float("nan") if number is None else number for number in numbers)

    def release(self) -> None:
        """Release both models: Mesa 3.3 would keep them in memory."""
        for run in self.runs:
            run.release()


@contextmanager
def _named(arm: str) -> Iterator[None]:
    """Put the name of the arm, and where it was, before an error."""
    try:
        yield
    except RunError as error:
        raise RunError(f"{arm}, {error.stage}: {error}", error.stage) from None
