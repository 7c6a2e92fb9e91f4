"""Design: what an experiment file asks for, as points, arms, replicates and the numbers it is compared with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from learnsim.experiments.design.points import Points
from learnsim.models.info import ModelInfo
from learnsim.models.registry import info_of
from learnsim.models.runs import headline_of
from learnsim.settings import Settings
from learnsim.settings.sampling import Precision


@dataclass(frozen=True)
class Target:
    """A number, or a range, that results are compared with.

    Attributes
    ----------
    panel : str
        Title of the panel of the figure that it belongs to.
    name : str
        Description in words; may be empty.
    source : "exact", "published" or "computed"
    statistic : str
        One of :data:`STATISTICS`.
    arm, over : str
        The arm; and the one it is compared with, or an empty text.
    measure : str
    session : int or None
        After how many sessions; at the end of a run if None.
    points : tuple of int
        Numbers of the design's points that it refers to: one, or one for each value of ``along``, in their order.
    values : dict
        Swept setting to its value at these points; without ``along``.
    along : str
        The swept setting over whose values the statistic goes; empty for most.
    low, high : float
        The range of the target, equal for a single number; either may be infinite.
    error : float or None
        Standard error of the number, if the source gives it.
    runs : int or None
        Number of independent runs behind the number, if the source gives it.
    expect : "agrees" or "differs"
    """

    panel: str
    name: str
    source: str
    statistic: str
    arm: str
    over: str
    measure: str
    session: int | None
    points: tuple[int, ...]
    values: dict[str, Any]
    along: str
    low: float
    high: float
    error: float | None
    runs: int | None
    expect: str


@dataclass(frozen=True)
class Design:
    """Arms x points x replicates.

    Attributes
    ----------
    settings : Settings
        Of the file.
    points : Points
        One without swept values if nothing is swept.
    arms : tuple of str
    baseline : str
    warnings : tuple of str
        What works, but perhaps not as intended.
    targets : tuple of Target
        What the results are compared with.
    notes : tuple of str
        What was read: how many people of a roster, in which communities.
    """

    settings: Settings
    points: Points
    arms: tuple[str, ...]
    baseline: str
    warnings: tuple[str, ...]
    targets: tuple[Target, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def precision(self) -> Precision | None:
        """The wanted precision, if replicates are not fixed."""
        return self.settings.precision

    @property
    def kind(self) -> ModelInfo:
        """The model of the experiment, with the measures that the experiment has."""
        model = info_of(self.settings)
        return model.with_groups(model.groups_of(self.settings))

    @property
    def measure(self) -> str:
        """The measure that arms are compared by."""
        return self.settings.measure

    @property
    def against(self) -> str:
        """The measure that a figure shows the model's main measure against; empty if there is none."""
        model = info_of(self.settings)
        usual = (model.groups[name].against for name in model.groups_of(self.settings) if model.groups[name].against)
        return self.settings.experiment.against or next(usual, "")

    @property
    def headline(self) -> tuple[str, ...]:
        """The main measures of the report; the one that arms are compared by is first."""
        return headline_of(self.settings)

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
