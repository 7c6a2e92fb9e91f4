"""Run: one run of a user's own Mesa model, and what it collects on the way."""

from __future__ import annotations

import inspect
import io
import math
import random
import signal
import threading
import traceback
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from learnsim.arrays import Floats
from learnsim.chance import OWN_MODEL
from learnsim.errors import RunError
from learnsim.models.base import release
from learnsim.models.mesa.parameters import SIMULATOR, Declared, declared_by
from learnsim.models.mesa.record import MesaRecord
from learnsim.models.mesa.source import class_of
from learnsim.models.record import Setup
from learnsim.settings.arms import ParameterArm
from learnsim.settings.readers import model_of

MAKING = "making the model"
SEED = OWN_MODEL  # purpose of the random number that becomes a model's seed


def simulate(setup: Setup) -> MesaRecord:
    """Run one arm once.

    Raises
    ------
    RunError
        If the model raises an error, takes too long, or collects what is no number.
    """
    settings = setup.settings
    reporters = tuple(model_of(settings).session_measures)
    run = run_of(setup)
    run.play(settings.model.steps)
    measures = run.measures(reporters)
    nobody = np.empty(0, dtype=np.int32)
    return MesaRecord(
        **setup.identity("agents"),
        measures=measures,
        community=nobody,
        cell=nobody,
        officers=nobody,
        branches=np.zeros(1, dtype=np.int32),
        steps=run.steps,
    )


def run_of(setup: Setup) -> Run:
    """Return one run of one arm, whose model is still to be made."""
    model = class_of(setup.settings.model.class_name)
    return Run(model, declared_by(model), values_of(setup), seed_of(setup), setup.settings.model.time_limit)


def values_of(setup: Setup) -> dict[str, Any]:
    """Return the parameters of an arm: those of all arms, with its own in place of them."""
    arm = setup.settings.arms.get(setup.name)
    return {**setup.settings.parameters, **(arm.parameters if isinstance(arm, ParameterArm) else {})}


def seed_of(setup: Setup) -> int:
    """Return the seed of a run: the same for all arms of a replicate, unless ``common = "people"``."""
    return int(setup.chance.uniforms(SEED, 0, np.zeros(1, dtype=np.int64))[0] * 2**32)


class Run:
    """One model and its run.

    Parameters
    ----------
    model : type
        The class.
    declared : Declared
    values : dict
        Its parameters.
    seed : int
    time_limit : float
        Seconds; 0 means any number.
    state : int, optional
        Of Python's and NumPy's global random numbers; the seed if left out.

    Attributes
    ----------
    steps : int
        Steps made so far.
    model : mesa.Model
        The model, once it is made.
    """

    def __init__(
        self,
        model: type[Any],
        declared: Declared,
        values: Mapping[str, Any],
        seed: int,
        time_limit: float = 0.0,
        state: int | None = None,
    ) -> None:
        self._class, self._declared, self._values, self._seed, self._limit = model, declared, values, seed, time_limit
        self._numbers = _GlobalNumbers(seed if state is None else state)
        self._sink, self._stage, self._by_itself = _Sink(), MAKING, False
        self._collected: list[int] = []  # the step of each row that the model collected
        self.steps = 0
        self.model: Any = None
        self._collector: Any = None
        self._next: Callable[[], Any]

    def play(self, steps: int) -> None:
        """Make the model, and let it step until it stops or has made so many steps."""
        try:
            with self._in_its_world():
                self._make()
                if self._collector is None:
                    name = self._class.__name__
                    raise RunError(
                        f"{name} has no DataCollector: give it self.datacollector = mesa.DataCollector(model_reporters="
                        "{...}) in its constructor, whose model reporters are the measures",
                        MAKING,
                    )
                while self.model.running and self.steps < steps:
                    self._step()
        finally:
            self.release()

    def begin(self) -> None:
        """Make the model, to be watched step by step; it may have no DataCollector."""
        with self._in_its_world():
            self._make()

    def advance(self) -> None:
        """Let the model make one step more: the same one as in :meth:`play`."""
        with self._in_its_world():
            self._step()

    def release(self) -> None:
        """Free the model; what it has collected stays."""
        if self.model is not None:
            release(self.model)

    @property
    def printed(self) -> str:
        """What the model printed, which nobody sees: its first part."""
        return self._sink.first

    @contextmanager
    def _in_its_world(self) -> Iterator[None]:
        """Let the model work; an error of its own becomes one sentence, with the step, the file and the line."""
        try:
            with _own_world(self._numbers, self._sink), _at_most(self._limit):
                yield
        except RunError:
            raise
        except _OutOfTimeError:
            cure = "raise [model] time_limit if it may take longer"
            raise RunError(f"took longer than {self._limit:g} seconds; {cure}", self._stage) from None
        except Exception as error:
            raise RunError(f"{type(error).__name__}: {error}{_line_of(error, self._class)}", self._stage) from None

    def _make(self) -> None:
        words = self._declared.arguments(self._values, self._seed)
        self.model = self._class(**words)
        self._watch()
        self._next = partial(words[SIMULATOR].run_for, 1) if SIMULATOR in words else self.model.step

    def _step(self) -> None:
        self._stage = f"step {self.steps + 1}"
        before = len(self._collected)
        self._next()
        self.steps += 1
        if self.steps == 1:
            self._by_itself = len(self._collected) > before
        if not self._by_itself and self._collector is not None:
            self._collector.collect(self.model)

    def _watch(self) -> None:
        """Take note of when the model collects its data; it may have done so when it was made."""
        collector: Any = getattr(self.model, "datacollector", None)
        if not hasattr(collector, "model_vars") or not hasattr(collector, "collect"):
            return
        self._collector, collect = collector, collector.collect
        self._collected = [0] * max(map(len, collector.model_vars.values()), default=0)

        def note(model: Any) -> None:
            collect(model)
            self._collected.append(self._now())

        collector.collect = note

    def _now(self) -> int:
        """The step that is going on; Mesa counts it before what the class does in it."""
        return min(int(getattr(self.model, "steps", self.steps + 1)), self.steps + 1)

    @property
    def reporters(self) -> dict[str, list[Any]]:
        """What each model reporter gave, row by row."""
        return dict(self._collector.model_vars) if self._collector is not None else {}

    def measures(self, names: tuple[str, ...]) -> dict[str, Floats]:
        """Return the measures after each step, shape (steps + 1,); where nothing was collected, what was last.

        Raises
        ------
        RunError
            If a reporter gave what is no number.
        """
        there = self.reporters
        return {name: self._curve(name, there.get(name, [])) for name in names}

    def _curve(self, name: str, values: list[Any]) -> Floats:
        rows = np.full(self.steps + 1, np.nan)
        for step, value in zip(self._collected, values, strict=False):
            number = number_of(value)
            if number is None:
                what = f"{type(value).__name__} {str(value)[:40]!r}"
                raise RunError(f"the model reporter {name!r} gave no number but {what}", f"step {step}")
            rows[step] = number
        seen = np.maximum.accumulate(np.where(np.isnan(rows), -1, np.arange(len(rows))))
        return np.where(seen >= 0, rows[seen], np.nan)


def number_of(value: Any) -> float | None:
    """Return a number, NaN for None and for what is infinite or not known, or None for what is no number."""
    if value is None:
        return math.nan
    if isinstance(value, np.ndarray) and value.shape == ():
        value = value.item()
    if not isinstance(value, (bool, int, float, np.bool_, np.integer, np.floating)):
        return None
    return float(value) if math.isfinite(value) else math.nan


class _OutOfTimeError(BaseException):
    """Raised within a model that takes too long; not an error that it could catch."""


class _Sink(io.TextIOBase):
    """Takes what a model prints, and keeps the beginning."""

    def __init__(self) -> None:
        self.first = ""

    def writable(self) -> bool:
        """Whether it can be written to."""
        return True

    def write(self, text: str) -> int:
        """Take a text."""
        if len(self.first) < 80:
            self.first += text[:80]
        return len(text)


class _GlobalNumbers:
    """Python's and NumPy's global random numbers as one model finds them, from one step to the next."""

    def __init__(self, seed: int) -> None:
        self._seed: int | None = seed
        self._python: Any = None
        self._numpy: Any = None

    def enter(self) -> None:
        """Let the model find its own: from its seed at first, and then as it left them."""
        if self._seed is not None:
            random.seed(self._seed)
            np.random.seed(self._seed % 2**32)  # noqa: NPY002 - those that models may use
            self._seed = None
        else:
            random.setstate(self._python)
            np.random.set_state(self._numpy)  # noqa: NPY002

    def leave(self) -> None:
        """Keep them as the model leaves them."""
        self._python, self._numpy = random.getstate(), np.random.get_state()  # noqa: NPY002


@contextmanager
def _own_world(numbers: _GlobalNumbers, sink: _Sink) -> Iterator[None]:
    """Let a model draw from global random numbers of its own, print and warn without being heard.

    Nothing of the caller's is changed afterwards.
    """
    python, numpy_state = random.getstate(), np.random.get_state()  # noqa: NPY002
    numbers.enter()
    try:
        with warnings.catch_warnings(), redirect_stdout(sink), redirect_stderr(sink):
            warnings.simplefilter("ignore")
            yield
    finally:
        numbers.leave()
        random.setstate(python)
        np.random.set_state(numpy_state)  # noqa: NPY002


@contextmanager
def _at_most(seconds: float) -> Iterator[None]:
    """Interrupt what takes longer, where the system can: in the main thread of a process, not on Windows."""
    if not seconds or threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield
        return

    def stop(number: int, frame: Any) -> None:
        raise _OutOfTimeError

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        signal.signal(signal.SIGALRM, before)


def _line_of(error: BaseException, model: type[Any]) -> str:
    """Return where in the model's own file an error was raised."""
    try:
        folder = Path(inspect.getfile(model)).parent
    except (TypeError, OSError):
        return ""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if Path(frame.filename).parent == folder:
            return f" ({Path(frame.filename).name}, line {frame.lineno})"
    return ""
