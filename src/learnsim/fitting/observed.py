"""Observed: the numbers that settings are fitted to, and how far from the truth each may be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np

from learnsim.arrays import Floats
from learnsim.errors import SettingsError, listed, shown
from learnsim.experiments.design.design import Design, Target
from learnsim.fitting.moments import drawn_scores, expected_moments, names_of, score_moments
from learnsim.fitting.scores import Scores, read_scores
from learnsim.grouping.preparation import Prepared
from learnsim.models.record import Record
from learnsim.models.runs import run_arm
from learnsim.settings import Settings
from learnsim.settings.fit import Fit

NORMAL = 1.959963984540054  # half of a 95 % interval, in standard errors
TEST = 0x7E57  # part of the seed of the answers to a test


class Moment(NamedTuple):
    """One number that the simulation should reproduce: whose, and what."""

    arm: str
    name: str

    def __str__(self) -> str:
        return f"{self.arm}: {self.name}"


@dataclass(frozen=True)
class Runs:
    """Some replicates of an arm in one world, played for their moments; a task of a pool of workers.

    Attributes
    ----------
    settings : Settings or Prepared
    arm : str
    replicates : range
    targets : tuple of Target
        What is looked at; the scores of a test if there are none.
    tested : bool
        Whether people answer the questions of the test by chance; otherwise that chance is added by its variance.
    """

    settings: Settings | Prepared
    arm: str
    replicates: range
    targets: tuple[Target, ...] = ()
    tested: bool = False

    def play(self) -> Floats:
        """Return the moments of each replicate, shape (replicates, moments of the arm)."""
        return np.array([self._moments(replicate) for replicate in self.replicates])

    def scores(self, replicate: int) -> Scores:
        """Return the scores that the people of a replicate could have in a test."""
        start, end, later = self.mastery(replicate)
        return drawn_scores(start, end, later, self._world.fit, self._chance(replicate))

    @property
    def _world(self) -> Settings:
        return self.settings.settings if isinstance(self.settings, Prepared) else self.settings

    def _chance(self, replicate: int) -> np.random.Generator:
        arm = list(self._world.arms).index(self.arm)
        return np.random.default_rng([TEST, self._world.experiment.seed or 0, replicate, arm])

    def mastery(self, replicate: int) -> tuple[Floats, Floats, Floats | None]:
        """Return mastery before and after the training, and at the later test if there is one: arrays (people,)."""
        from learnsim.models.training.record import mean_mastery
        from learnsim.models.training.run import draw_shared

        settings = self.settings
        roster = settings.roster if isinstance(settings, Prepared) else None
        people = draw_shared(self._world, replicate, roster)
        record: Any = run_arm(settings, self.arm, replicate, shared=people)
        end = record.standing()
        sessions = self._world.fit.later
        later = None if sessions is None else end * (1.0 - self._world.learning.forgetting) ** sessions
        return mean_mastery(people.mastery), end, later

    def _moments(self, replicate: int) -> Floats:
        if self.targets:
            record = run_arm(self.settings, self.arm, replicate)
            return np.array([_measured(record, target) for target in self.targets])
        if self.tested:
            return score_moments(self.scores(replicate))
        return expected_moments(*self.mastery(replicate), self._world.fit)


def _measured(record: Record, target: Target) -> float:
    if target.session is None:
        return float(record.run_measures()[target.measure])
    return float(record.measures[target.measure][target.session])


@dataclass(frozen=True)
class Observed:
    """Numbers from data.

    Attributes
    ----------
    moments : tuple of Moment
    values : array (moments,)
    people : dict of arm to int
        How many took the test; empty for targets.
    targets : tuple of Target
        Empty for scores.
    scores : dict of arm to Scores
        Empty for targets.
    notes : tuple of str
        What was found out about the file that its reader may want to check.
    """

    moments: tuple[Moment, ...]
    values: Floats
    people: dict[str, int]
    targets: tuple[Target, ...] = ()
    scores: dict[str, Scores] | None = None
    notes: tuple[str, ...] = ()

    def of_arm(self, arm: str) -> tuple[Target, ...]:
        """Return the targets of an arm: a difference belongs to both of its arms."""
        return tuple(target for target in self.targets if arm in (target.arm, target.over))

    def arms(self) -> tuple[str, ...]:
        """Return the arms that are needed, in the order of their first moment."""
        if self.targets:
            return tuple(dict.fromkeys(arm for one in self.targets for arm in (one.arm, one.over) if arm))
        return tuple(dict.fromkeys(moment.arm for moment in self.moments))

    def joined(self, played: dict[str, Floats]) -> Floats:
        """Return the moments of each replicate, shape (replicates, moments), from those of each arm."""
        if not self.targets:
            return np.hstack([played[arm] for arm in self.arms()])
        column = {arm: {target: number for number, target in enumerate(map(id, self.of_arm(arm)))} for arm in self.arms()}

        def value(arm: str, target: Target) -> Floats:
            return played[arm][:, column[arm][id(target)]]

        each = [value(one.arm, one) - (value(one.over, one) if one.over else 0.0) for one in self.targets]
        return np.column_stack(each)

    def covariance(self, there: Floats, people: int) -> Floats:
        """Return the covariance of the data's numbers, if the world is the simulated one.

        Parameters
        ----------
        there : array (moments, moments)
            Covariance of the numbers of simulated data sets of the same kind.
        people : int
            In each simulated arm.
        """
        if not self.targets:  # different people in each arm
            size = np.array([people / self.people[moment.arm] for moment in self.moments])
            same = np.array([[one.arm == other.arm for other in self.moments] for one in self.moments])
            return np.where(same, there * size[:, None], 0.0)
        return np.diag([_variance(target, there[place, place]) for place, target in enumerate(self.targets)])


def _variance(target: Target, of_one: float) -> float:
    """The variance of a target: from its own error, its range, its runs, or as that of one simulated group."""
    if target.error:
        return target.error**2
    if target.high > target.low:
        return ((target.high - target.low) / (2.0 * NORMAL)) ** 2
    return of_one / (target.runs or 1)


def observed_of(design: Design, source: str) -> Observed:
    """Return what the settings of a design are fitted to: scores of its [fit] data, or else its targets.

    Raises
    ------
    SettingsError
        If there is neither, or they cannot be used.
    """
    settings = design.settings
    if settings.fit.data:
        if settings.model.kind != "training":
            raise SettingsError(
                f"{source}: [fit] data: scores of a test are about the training model, and [model] kind is "
                f"{settings.model.kind!r}; leave data out, and give [experiment] targets"
            )
        if settings.training.turnover or settings.training.leavers != "each":
            raise SettingsError(f"{source}: [fit] data: people of a test stay to the end; leave out [training] turnover")
        scores, notes = read_scores(settings.fit, design.arms)
        return replace(observed_scores(scores, settings.fit), notes=notes)
    if not design.targets:
        raise SettingsError(f'{source}: [fit] has nothing to fit to; add data = "scores.csv", or [experiment] targets')
    for target in design.targets:
        if target.statistic not in ("mean", "difference"):
            raise SettingsError(
                f"{source}: [fit] cannot be fitted to a target with statistic = {target.statistic!r}; use mean or difference"
            )
        if not np.isfinite([target.low, target.high]).all():
            missing = f"a target without an end ({_words(target)}); give low and high"
            raise SettingsError(f"{source}: [fit] cannot be fitted to {missing}")
    moments = tuple(Moment(target.arm, _words(target)) for target in design.targets)
    values = np.array([(target.low + target.high) / 2.0 for target in design.targets])
    return Observed(moments, values, {}, design.targets)


def observed_scores(scores: dict[str, Scores], fit: Fit) -> Observed:
    """Return the moments of scores."""
    moments = tuple(Moment(arm, name) for arm in scores for name in names_of(fit))
    values = np.concatenate([score_moments(one) for one in scores.values()])
    return Observed(moments, values, {arm: len(one) for arm, one in scores.items()}, scores=scores)


def designed_scores(settings: Settings) -> Observed:
    """Return what scores of as many people as the settings have would tell, without any score."""
    arms = tuple(settings.arms)
    moments = tuple(Moment(arm, name) for arm in arms for name in names_of(settings.fit))
    return Observed(moments, np.full(len(moments), np.nan), dict.fromkeys(arms, settings.organisation.trainees))


def _words(target: Target) -> str:
    when = "" if target.session is None else f" after {target.session}"
    against = f" above {target.over}" if target.over else ""
    return f"{target.name or target.measure}{when}{against}"


def check_compared(settings: Settings, source: str) -> None:
    """Check that scores are of two arms at least.

    Raises
    ------
    SettingsError
    """
    if len(settings.arms) < 2:
        only = shown(next(iter(settings.arms)))
        raise SettingsError(
            f"{source}: [fit] scores of one arm only, {only}, cannot tell settings apart, since there is nothing to compare "
            "with; add an arm and its scores, or leave data out and write the numbers of this arm as [experiment] targets"
        )


def check_enough(observed: Observed, free: Sequence[str], source: str) -> None:
    """Check that there are at least as many numbers as settings.

    Raises
    ------
    SettingsError
    """
    if len(observed.moments) < len(free):
        raise SettingsError(
            f"{source}: [fit.free] has {len(free)} settings ({listed(map(shown, free))}), and there are only "
            f"{len(observed.moments)} numbers to fit them to; set some of them"
        )
