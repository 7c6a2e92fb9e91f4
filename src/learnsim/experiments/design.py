"""Design: what an experiment file asks for, as points, arms and replicates, checked before anything runs.
Knows settings, people and policies; runs nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from learnsim.errors import PolicyError, SettingsError, did_you_mean
from learnsim.experiments.points import Point, Points
from learnsim.grouping import load_policies
from learnsim.grouping.communities import community_sizes
from learnsim.grouping.registry import officer_named, shuffle_named
from learnsim.people import count_trainees
from learnsim.settings import Settings
from learnsim.settings.sampling import Precision
from learnsim.training.measures import RUN_MEASURES, SESSION_MEASURES

KEPT_PER_AGENT = 6000  # bytes a Mesa agent takes, measured; the compiled engine's are counted below


@dataclass(frozen=True)
class Design:
    """Arms x points x replicates.

    Attributes
    ----------
    settings : Settings
        As the file gives them.
    points : Points
        One without swept values if nothing is swept.
    arms : tuple of str
    baseline : str
    warnings : tuple of str
        What works, but perhaps not as meant.
    """

    settings: Settings
    points: Points
    arms: tuple[str, ...]
    baseline: str
    warnings: tuple[str, ...]

    @property
    def precision(self) -> Precision | None:
        """How precise is enough, if replicates are not fixed."""
        return self.settings.experiment.precision

    @property
    def replicates(self) -> int:
        """Replicates of every arm at every point, or the first stage of as many as it takes."""
        return self.precision.min if self.precision else self.settings.experiment.replicates

    @property
    def runs(self) -> int:
        """Runs in all, or in the first stage."""
        return len(self.points) * len(self.arms) * self.replicates

    @property
    def swept(self) -> tuple[str, ...]:
        """The swept settings under their dotted names."""
        return tuple(self.settings.sweep)

    def told(self) -> str:
        """Say arms x points x replicates = runs."""
        precise = self.precision
        times = f"{precise.min} to {precise.max}" if precise else str(self.replicates)
        runs = f"{self.runs:,}" + (f" to {len(self.points) * len(self.arms) * precise.max:,}" if precise else "")
        return f"{len(self.arms)} arms x {len(self.points):,} points x {times} replicates = {runs} runs"


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
    for name in settings.sweep:
        if name.split(".")[0] in ("experiment", "sweep", "design"):
            raise SettingsError(f"{place}: [sweep] {name} does not change the model and cannot be swept")
    _check_precision(settings, place)
    points = Points(settings, place)
    warnings: dict[str, None] = {}
    for point in points:
        for name in settings.arms:
            arm = point.settings.arm(name)
            try:
                shuffle_named(arm.shuffle)
                officer_named(arm.officer)
            except PolicyError as error:
                raise PolicyError(f"{place}: [arms.{name}] {error}") from None
        _check_memory(point, place, min(workers, len(points) * len(settings.arms) * settings.experiment.replicates))
        warnings |= dict.fromkeys(_warnings(point))
    return Design(settings, points, tuple(settings.arms), settings.baseline(), tuple(warnings))


def _check_precision(settings: Settings, place: str) -> None:
    precision = settings.experiment.precision
    if precision is None:
        return
    measures = (*SESSION_MEASURES, *RUN_MEASURES)
    if precision.measure not in measures:
        raise SettingsError(
            f"{place}: [experiment] precision.measure = {precision.measure!r} is not a measure"
            + did_you_mean(precision.measure, measures)
        )
    if len(precision.arms) > 2:
        raise SettingsError(f'{place}: [experiment] precision.contrast = {precision.contrast!r}: write "arm - other arm"')
    for arm in precision.arms:
        if arm not in settings.arms:
            raise SettingsError(
                f"{place}: [experiment] precision.contrast = {precision.contrast!r}: {arm!r} is not an arm"
                + did_you_mean(arm, settings.arms)
            )


def _warnings(point: Point) -> list[str]:
    world = point.settings.organisation
    largest = int(community_sizes(count_trainees(point.settings, point.roster), world.communities).max())
    if world.cell_size <= largest:
        return []
    return [
        f"[organisation] cell_size = {world.cell_size} is larger than a community of {largest}: "
        "each community is one cell"
    ]


def estimated_bytes(settings: Settings, trainees: int) -> int:
    """Return about how much memory one run takes at its peak, in bytes."""
    training, items = settings.training, settings.curriculum.items
    cycles = -(-training.sessions // training.cycle_length)
    each = 32 * items + 40 * settings.organisation.communities + 4 * cycles + 160
    if settings.experiment.engine == "agents":
        each += KEPT_PER_AGENT
    return trainees * each


def _check_memory(point: Point, place: str, workers: int) -> None:
    available = _available()
    trainees = count_trainees(point.settings, point.roster)
    need = workers * estimated_bytes(point.settings, trainees)
    if need > available:
        raise SettingsError(
            f"{place}: {trainees:,} trainees x {point.settings.curriculum.items} items needs about "
            f"{need / 2**30:,.1f} GiB for {workers} run(s) at a time; {available / 2**30:,.1f} GiB are free; "
            "take fewer [organisation] trainees, or --workers 1"
        )


@lru_cache(maxsize=1)
def _available() -> int:
    import psutil

    return int(psutil.virtual_memory().available)
