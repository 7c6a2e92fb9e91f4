"""World: simulated moments of settings at any values of those that are free, remembered and written down as they come."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from learnsim.arrays import Floats
from learnsim.experiments.execution.executors import WorkerPool
from learnsim.fitting.folder import written_to
from learnsim.fitting.observed import Observed, Runs
from learnsim.fitting.outlook import Outlook
from learnsim.grouping.preparation import prepare
from learnsim.settings import Settings

CHUNK = 10  # replicates of a task
ELSEWHERE = 1_000_000  # the first replicate of data that are made up, far from those of the search


class Simulated(NamedTuple):
    """Moments of one world: their means over replicates, and the covariance of one replicate's."""

    mean: Floats
    covariance: Floats


@dataclass
class World:
    """The settings of an experiment, and how their free values become moments.

    Attributes
    ----------
    settings : Settings
    observed : Observed
    pool : WorkerPool
    outlook : Outlook
        Where runs are counted.
    journal : Path, optional
        Where each simulated number is written down, so that a fit that was killed goes on from there.
    """

    settings: Settings
    observed: Observed
    pool: WorkerPool
    outlook: Outlook = field(default_factory=Outlook)
    journal: Path | None = None
    _known: dict[str, Simulated] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.names = tuple(self.settings.fit.free)
        self._free = [self.settings.fit.free[name] for name in self.names]
        if self.journal is not None and self.journal.exists():
            self._known |= read_journal(self.journal)
        self._resumed = set(self._known)

    def values(self, place: Floats) -> tuple[float, ...]:
        """Return the values of the free settings at a place, each from 0 (low) to 1 (high)."""
        return tuple(free.value(float(share)) for free, share in zip(self._free, place, strict=True))

    def place(self, values: Sequence[float]) -> Floats:
        """Return the place of these values."""
        return np.array([free.place(value) for free, value in zip(self._free, values, strict=True)])

    def at(self, places: Sequence[Floats], replicates: int, *, first: int = 0, tested: bool = False) -> list[Simulated]:
        """Return the simulated moments at each place.

        Parameters
        ----------
        places : sequence of array (free settings,)
        replicates : int
        first : int
            The first replicate: the same ones are common random numbers.
        tested : bool
            Whether the answers to the test are drawn.
        """
        keys = [self._key(place, replicates, first, tested) for place in places]
        new = {key: place for key, place in zip(keys, places, strict=True) if key not in self._known}
        started = {key: self._start(place, range(first, first + replicates), tested) for key, place in new.items()}
        for key in self._resumed.intersection(keys):
            self._resumed.remove(key)
            self.outlook.advance(replicates * len(self.observed.arms()), new=False)
        for key, parts in started.items():
            played = {arm: np.vstack([self._counted(part()) for part in each]) for arm, each in parts.items()}
            moments = self.observed.joined(played)
            self._remember(key, Simulated(moments.mean(axis=0), np.atleast_2d(np.cov(moments, rowvar=False))))
        return [self._known[key] for key in keys]

    def _counted(self, moments: Floats) -> Floats:
        self.outlook.advance(len(moments))
        return moments

    def one(self, place: Floats, replicates: int, *, first: int = 0, tested: bool = False) -> Simulated:
        """Return the simulated moments at one place."""
        return self.at([place], replicates, first=first, tested=tested)[0]

    def data_covariance(self, place: Floats, replicates: int) -> Floats:
        """Return the covariance of the data's numbers at a place, from made-up data sets of the same kind."""
        sampled = self.one(place, replicates, first=ELSEWHERE, tested=not self.observed.targets)
        return self.observed.covariance(sampled.covariance, self.settings.organisation.trainees)

    def changed(self, place: Floats) -> Settings:
        """Return the settings at a place."""
        return self.settings.changed(dict(zip(self.names, self.values(place), strict=True)))

    def _start(self, place: Floats, replicates: range, tested: bool) -> dict[str, list[Any]]:
        """Start the runs of a place; each part returns its moments when it is called."""
        settings = self.changed(place)
        ready = prepare(settings) if self.pool.executor is None or settings.experiment.engine == "compiled" else settings
        parts: dict[str, list[Any]] = {}
        for arm in self.observed.arms():
            chunks = [replicates[start : start + CHUNK] for start in range(0, len(replicates), CHUNK)]
            runs = [Runs(ready, arm, chunk, self.observed.of_arm(arm), tested) for chunk in chunks]
            executor = self.pool.executor
            parts[arm] = [each.play if executor is None else executor.submit(each.play).result for each in runs]
        return parts

    def _key(self, place: Floats, replicates: int, first: int, tested: bool) -> str:
        return json.dumps([self.values(place), replicates, first, tested])

    def _remember(self, key: str, simulated: Simulated) -> None:
        self._known[key] = simulated
        if self.journal is not None:
            line = json.dumps([key, simulated.mean.tolist(), simulated.covariance.tolist()])
            with written_to(self.journal), self.journal.open("a", encoding="utf-8") as stream:
                stream.write(line + "\n")


def read_journal(path: Path) -> dict[str, Simulated]:
    """Return what a fit that was killed has written down; a line that was cut off is left out."""
    known = {}
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        with suppress(ValueError, TypeError):
            key, mean, covariance = json.loads(line)
            known[str(key)] = Simulated(np.array(mean, dtype=float), np.array(covariance, dtype=float))
    return known
