"""Runs: one model, or two arms with the same people and common random numbers in step, played live."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from learnsim.arrays import Floats, Longs
from learnsim.chance import Chance
from learnsim.experiments.execution.outcome import histogram
from learnsim.grouping.preparation import Prepared
from learnsim.models.base import release
from learnsim.models.training.model import TrainingModel
from learnsim.people import draw_people
from learnsim.playback.person_names import PersonNames
from learnsim.settings import Settings


@dataclass(frozen=True)
class Moment:
    """Two runs after one of their sessions: what the page draws, whatever is played meanwhile.

    Attributes
    ----------
    settings : Settings
    arms : (str, str)
    curves : two arrays (sessions + 1, trainees)
        Those of the runs; rows up to the session never change.
    session : int
    every : two dicts
        All measures of each side, arrays (session + 1,).
    """

    settings: Settings
    arms: tuple[str, str]
    curves: tuple[Floats, Floats]
    session: int
    every: tuple[dict[str, Floats], dict[str, Floats]]

    @property
    def sessions(self) -> int:
        """The number of sessions in a run."""
        return self.settings.training.sessions

    @property
    def finished(self) -> bool:
        """Whether there is no session left."""
        return self.session >= self.sessions

    def measures(self, side: int) -> dict[str, Floats]:
        """Return all measures of one side so far, arrays (session + 1,)."""
        return self.every[side]

    def distribution(self, side: int) -> Floats:
        """Return the current share of trainees in each of 20 bins of mean mastery."""
        return histogram(self.curves[side][self.session]) / self.curves[side].shape[1]


class TwoRuns:
    """Two models of one replicate in step: both play the same session.

    One thread may play while another reads: it sees a session that both have finished.

    Parameters
    ----------
    prepared : Prepared
        With both arms.
    arms : (str, str)
        The names, left and right.

    Attributes
    ----------
    models : (TrainingModel, TrainingModel)
    now : Moment
        The latest session that both have finished.
    curves : two arrays (sessions + 1, trainees)
        Each trainee's mean mastery after each session played; NaN for those to come.
    called : PersonNames
        What people are called.
    """

    drawn_alive = False  # a moment is drawn, which later sessions do not change

    def __init__(self, prepared: Prepared, arms: tuple[str, str]) -> None:
        self.prepared, self.settings, self.arms = prepared, prepared.settings, arms
        settings, seed = prepared.settings, prepared.settings.experiment.seed
        people = draw_people(settings, Chance(seed, 0), prepared.roster)
        self.called = PersonNames(len(people), prepared.roster)
        self.models: tuple[TrainingModel, ...] = ()
        try:
            for arm in arms:
                self.models += (TrainingModel(arm, prepared, seed=seed, shared=people),)
        except BaseException:
            self.release()  # the left one, if the right one is invalid
            raise
        shape = (settings.training.sessions + 1, len(people))
        self.curves = (np.full(shape, np.nan), np.full(shape, np.nan))
        self._note()

    @property
    def session(self) -> int:
        """The number of sessions that both have finished."""
        return self.now.session

    @property
    def sessions(self) -> int:
        """The number of sessions in a run."""
        return self.settings.training.sessions

    @property
    def finished(self) -> bool:
        """Whether there is no session left."""
        return self.now.finished

    def step(self, sessions: int = 1) -> None:
        """Play so many sessions of both, up to the last one."""
        for _ in range(min(sessions, self.sessions - self.session)):
            for model in self.models:
                model.step()
            self._note()

    def measures(self, side: int) -> dict[str, Floats]:
        """Return all measures of one side so far, arrays (session + 1,)."""
        return self.now.measures(side)

    def difference(self, measure: str = "mean_mastery") -> float:
        """Return the current difference, left minus right."""
        left, right = (float(self.measures(side)[measure][-1]) for side in (0, 1))
        return left - right

    def distribution(self, side: int) -> Floats:
        """Return the current share of trainees in each of 20 bins of mean mastery."""
        return self.now.distribution(side)

    def met(self, side: int, trainee: int) -> Longs:
        """Return the numbers of the people with whom a trainee has shared a cell."""
        meetings = self.models[side].tree.meetings
        past = meetings.history[:, : meetings.cycles]
        together = ((past == past[trainee]) & (past[trainee] >= 0)).any(axis=1)
        together[trainee] = False
        return np.flatnonzero(together)

    def release(self) -> None:
        """Release both models: Mesa 3.3 would keep them in memory."""
        for model in self.models:
            release(model)

    def _note(self) -> None:
        left, right = self.models
        for curve, model in zip(self.curves, self.models, strict=True):
            curve[model.session] = [trainee.mean_mastery for trainee in model.trainees]
        every = (left.measures(), right.measures())
        self.now = Moment(self.settings, self.arms, self.curves, left.session, every)


@dataclass(frozen=True)
class SingleRun:
    """One run, with the same face as two runs; its only side is 0.

    Attributes
    ----------
    model : TrainingModel
    """

    model: TrainingModel

    @property
    def arms(self) -> tuple[str]:
        """The name of the arm's preset."""
        return (self.model.arm.preset,)

    @property
    def settings(self) -> Settings:
        """The settings of the model."""
        return self.model.settings

    @property
    def session(self) -> int:
        """The number of finished sessions."""
        return self.model.session

    @property
    def sessions(self) -> int:
        """The number of sessions in a run."""
        return self.settings.training.sessions

    def measures(self, side: int = 0) -> dict[str, Floats]:
        """Return all measures so far, arrays (session + 1,)."""
        return self.model.measures()

    def means(self) -> Floats:
        """Return the current mean mastery of each trainee, array (trainees,)."""
        return np.array([trainee.mean_mastery for trainee in self.model.trainees])

    def distribution(self, side: int = 0) -> Floats:
        """Return the current share of trainees in each of 20 bins of mean mastery."""
        means = self.means()
        return histogram(means) / len(means)
