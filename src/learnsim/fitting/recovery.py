"""Recovery: data made with known values and fitted again, to see what a design of one's own can tell."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from learnsim.arrays import Flags, Floats
from learnsim.fitting.estimate import DATA_SET, estimate, starts_of
from learnsim.fitting.folder import written_to
from learnsim.fitting.free import value_of
from learnsim.fitting.observed import Observed, Runs, observed_scores
from learnsim.fitting.world import World
from learnsim.settings import Settings

MADE = 2_000_000  # the first replicate of the data sets: people whom no search simulates


@dataclass(frozen=True)
class Recovered:
    """What became of the known values.

    Attributes
    ----------
    names : tuple of str
    truth : array (settings,)
    values, low, high : arrays (data sets, settings)
        Estimates, and their 95 % intervals.
    """

    names: tuple[str, ...]
    truth: Floats
    values: Floats
    low: Floats
    high: Floats

    @property
    def covered(self) -> Flags:
        """Whether each interval has the true value in it, shape (data sets, settings)."""
        return (self.low <= self.truth) & (self.truth <= self.high)

    @property
    def coverage(self) -> Floats:
        """The share of intervals that have the true value in them, shape (settings,)."""
        return self.covered.mean(axis=0)

    @property
    def bias(self) -> Floats:
        """How far the middle estimate lies from the true value, as a share of it, shape (settings,)."""
        return np.median(self.values, axis=0) / self.truth - 1.0


def made_up(settings: Settings, observed: Observed, number: int) -> Observed:
    """Return data of the same kind as observed ones, from settings as they are: other people in every arm."""
    arms = observed.arms()
    first = MADE + number * len(arms)
    if not observed.targets:
        people = {arm: Runs(settings, arm, range(0)).scores(first + place) for place, arm in enumerate(arms)}
        made = observed_scores(people, settings.fit)
        return replace(made, people=dict.fromkeys(arms, settings.organisation.trainees))
    played = {arm: Runs(settings, arm, range(first, first + 1), observed.of_arm(arm)).play() for arm in arms}
    values = observed.joined(played)[0]
    middles = np.array([(target.low + target.high) / 2.0 for target in observed.targets])
    moved = zip(observed.targets, values - middles, strict=True)
    targets = tuple(replace(one, low=one.low + step, high=one.high + step) for one, step in moved)
    return replace(observed, values=values, targets=targets)


def recovery(
    settings: Settings,
    data_sets: int,
    world_of: Callable[[Observed], World],
    observed: Observed,
    journal: Path | None = None,
) -> Recovered:
    """Fit made-up data sets.

    Parameters
    ----------
    settings : Settings
        With the known values of the free settings.
    data_sets : int
    world_of : function of Observed
        Where data are fitted.
    observed : Observed
        Data of the same kind.
    journal : Path, optional
        Where each fit is written down, so that those that are done are not made again.
    """
    known = dict(_read(journal)) if journal is not None and journal.exists() else {}
    rows = []
    for number in range(data_sets):
        if number not in known:
            world = world_of(made_up(settings, observed, number))
            world.outlook.begin(DATA_SET.format(number + 1, data_sets))
            found = estimate(world, starts_of(world, number)[:1])
            known[number] = [found.values.tolist(), found.low.tolist(), found.high.tolist()]
            if journal is not None:
                _append(journal, number, known[number])
        rows.append(known[number])
    truth = np.array([value_of(settings, name) for name in settings.fit.free])
    values, low, high = np.array(rows, dtype=float).transpose(1, 0, 2)
    return Recovered(tuple(settings.fit.free), truth, values, low, high)


def _read(journal: Path) -> Iterator[tuple[int, list[list[float]]]]:
    for line in journal.read_text(encoding="utf-8", errors="replace").splitlines():
        with suppress(ValueError, TypeError):
            number, row = json.loads(line)
            yield number, row


def _append(journal: Path, number: int, row: list[list[float]]) -> None:
    with written_to(journal), journal.open("a", encoding="utf-8") as stream:
        stream.write(json.dumps([number, row]) + "\n")
