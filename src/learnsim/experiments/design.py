"""Design: what an experiment file asks for, as points of a grid, arms and replicates, checked before anything runs.
Knows settings, people and policies; runs nothing.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

from learnsim.errors import LearnsimError, PolicyError, SettingsError
from learnsim.grouping import load_policies
from learnsim.grouping.communities import community_sizes
from learnsim.grouping.registry import officer_named, shuffle_named
from learnsim.people import Roster, count_trainees, load_roster
from learnsim.settings import Settings
from learnsim.training.measures import RUN_MEASURES, SESSION_MEASURES

KEPT_PER_AGENT = 6000  # bytes a Mesa agent takes, measured; the compiled engine's are counted below


@dataclass(frozen=True)
class Point:
    """One combination of swept values.

    Attributes
    ----------
    number : int
        Place in the grid, counted from 0.
    values : dict
        Swept setting, dotted, to its value here.
    settings : Settings
    roster : Roster or None
    """

    number: int
    values: dict[str, Any]
    settings: Settings
    roster: Roster | None


@dataclass(frozen=True)
class Design:
    """Arms x points x replicates.

    Attributes
    ----------
    settings : Settings
        As the file gives them.
    points : tuple of Point
        One without swept values if nothing is swept.
    arms : tuple of str
    baseline : str
    warnings : tuple of str
        What works, but perhaps not as meant.
    """

    settings: Settings
    points: tuple[Point, ...]
    arms: tuple[str, ...]
    baseline: str
    warnings: tuple[str, ...]

    @property
    def replicates(self) -> int:
        """Replicates of every arm at every point."""
        return self.settings.experiment.replicates

    @property
    def runs(self) -> int:
        """Runs in all."""
        return len(self.points) * len(self.arms) * self.replicates

    @property
    def swept(self) -> tuple[str, ...]:
        """The swept settings under their dotted names."""
        return tuple(self.settings.sweep)


def design_of(settings: Settings, place: str, workers: int = 1) -> Design:
    """Return the checked design of an experiment.

    Parameters
    ----------
    settings : Settings
    place : str
        The file's name, for errors.
    workers : int
        Runs at a time, for the estimate of memory.

    Raises
    ------
    SettingsError, PolicyError
        If there are no arms, a swept setting or a policy is unknown, a roster is bad, or memory will not do.
    """
    if not settings.arms:
        raise SettingsError(
            f"{place}: has no arms; add one, for example [arms.hybrid] with preset = \"hybrid\" (learnsim list)"
        )
    if settings.experiment.policies:
        load_policies(settings.experiment.policies)
    points = tuple(_points(settings, place))
    for point in points:
        for name in settings.arms:
            arm = point.settings.arm(name)
            try:
                shuffle_named(arm.shuffle)
                officer_named(arm.officer)
            except PolicyError as error:
                raise PolicyError(f"{place}: [arms.{name}] {error}") from None
    design = Design(settings, points, tuple(settings.arms), settings.baseline(), tuple(_warnings(points)))
    _check_memory(design, place, workers)
    return design


def _points(settings: Settings, place: str) -> list[Point]:
    names = list(settings.sweep)
    for name in names:
        if name.split(".")[0] in ("experiment", "sweep"):
            raise SettingsError(f"{place}: [sweep] {name} does not change the model and cannot be swept")
    points, rosters = [], {}
    for number, combination in enumerate(itertools.product(*settings.sweep.values())):
        values = dict(zip(names, combination, strict=True))
        try:
            changed = settings.changed(values) if values else settings
            world = changed.organisation.model_dump_json() + str([changed.arms[a].formation for a in changed.arms])
            if world not in rosters:
                rosters[world] = load_roster(changed)
        except LearnsimError as error:
            message = str(error).removeprefix("settings: ")
            where = f"[sweep] {', '.join(f'{k} = {v!r}' for k, v in values.items())}: " if values else ""
            raise type(error)(f"{place}: {where}{message}") from None
        points.append(Point(number, values, changed, rosters[world]))
    return points


def _warnings(points: tuple[Point, ...]) -> list[str]:
    found = []
    for point in points:
        world = point.settings.organisation
        largest = int(community_sizes(count_trainees(point.settings, point.roster), world.communities).max())
        if world.cell_size > largest:
            found.append(
                f"[organisation] cell_size = {world.cell_size} is larger than a community of {largest}: "
                "each community is one cell"
            )
    return list(dict.fromkeys(found))


def estimated_bytes(settings: Settings, trainees: int) -> int:
    """Return about how much memory one run takes at its peak, in bytes."""
    training, items = settings.training, settings.curriculum.items
    cycles = -(-training.sessions // training.cycle_length)
    each = 32 * items + 40 * settings.organisation.communities + 4 * cycles + 160
    if settings.experiment.engine == "agents":
        each += KEPT_PER_AGENT
    return trainees * each


def _check_memory(design: Design, place: str, workers: int) -> None:
    import psutil

    available = psutil.virtual_memory().available
    at_once = min(workers, design.runs)
    for point in design.points:
        trainees = count_trainees(point.settings, point.roster)
        need = at_once * estimated_bytes(point.settings, trainees)
        if need > available:
            raise SettingsError(
                f"{place}: {trainees:,} trainees x {point.settings.curriculum.items} items needs about "
                f"{need / 2**30:,.1f} GiB for {at_once} run(s) at a time; {available / 2**30:,.1f} GiB are free; "
                "take fewer [organisation] trainees, or --workers 1"
            )
    kept = sum((point.settings.training.sessions + 1) for point in design.points) * len(design.arms)
    kept *= design.replicates * 8 * (len(SESSION_MEASURES) + len(RUN_MEASURES) + len(design.swept) + 4)
    if 3 * kept > available:
        raise SettingsError(
            f"{place}: the results of {design.runs:,} runs need about {3 * kept / 2**30:,.1f} GiB; "
            f"{available / 2**30:,.1f} GiB are free; take fewer replicates or points"
        )
