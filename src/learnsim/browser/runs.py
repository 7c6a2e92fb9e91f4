"""Runs: one model, or two arms with the same people and common random numbers by one clock, played live."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from learnsim.arrays import Floats, Longs
from learnsim.chance import Chance
from learnsim.experiments.execution.outcome import histogram
from learnsim.models.base import release
from learnsim.models.training.model import TrainingModel
from learnsim.people import draw_people, load_roster
from learnsim.settings import Settings


@dataclass(frozen=True)
class Moment:
    """A pair after one of its sessions: what one drawing of the page shows, whatever is played meanwhile.

    Attributes
    ----------
    settings : Settings
    arms : (str, str)
    curves : two arrays (sessions + 1, trainees)
        The pair's own; rows up to the session never change.
    session : int
    every : two dicts
        Every measure of each side, arrays (session + 1,).
    """

    settings: Settings
    arms: tuple[str, str]
    curves: tuple[Floats, Floats]
    session: int
    every: tuple[dict[str, Floats], dict[str, Floats]]

    @property
    def sessions(self) -> int:
        """Sessions in all."""
        return self.settings.training.sessions

    @property
    def finished(self) -> bool:
        """Whether there is no session left."""
        return self.session >= self.sessions

    def measures(self, side: int) -> dict[str, Floats]:
        """Return every measure of one side so far, arrays (session + 1,)."""
        return self.every[side]

    def distribution(self, side: int) -> Floats:
        """Return the share of trainees in each of 20 bins of mean mastery, now."""
        return histogram(self.curves[side][self.session]) / self.curves[side].shape[1]


class Pair:
    """Two models of one replicate; a session of the one is a session of the other.

    One thread may play while another looks: what it sees is a session that both have played.

    Parameters
    ----------
    settings : Settings
        With both arms.
    arms : (str, str)
        Their names, left and right.

    Attributes
    ----------
    models : (TrainingModel, TrainingModel)
    now : Moment
        What both have played so far.
    curves : two arrays (sessions + 1, trainees)
        Each trainee's mean mastery after each session played; NaN for those to come.
    """

    def __init__(self, settings: Settings, arms: tuple[str, str]) -> None:
        self.settings, self.arms = settings, arms
        seed, roster = settings.experiment.seed, load_roster(settings)
        people = draw_people(settings, Chance(seed, 0), roster)
        self.models: tuple[TrainingModel, ...] = ()
        try:
            for arm in arms:
                self.models += (TrainingModel(arm, settings, seed=seed, shared=people, roster=roster),)
        except BaseException:
            self.release()  # the left one, if it is the right one that cannot be played
            raise
        shape = (settings.training.sessions + 1, len(people))
        self.curves = (np.full(shape, np.nan), np.full(shape, np.nan))
        self._note()

    @property
    def session(self) -> int:
        """Sessions played so far, by both."""
        return self.now.session

    @property
    def sessions(self) -> int:
        """Sessions in all."""
        return self.settings.training.sessions

    @property
    def finished(self) -> bool:
        """Whether there is no session left."""
        return self.now.finished

    def step(self, sessions: int = 1) -> None:
        """Play so many sessions of both; after the last one, nothing."""
        for _ in range(min(sessions, self.sessions - self.session)):
            for model in self.models:
                model.step()
            self._note()

    def measures(self, side: int) -> dict[str, Floats]:
        """Return every measure of one side so far, arrays (session + 1,)."""
        return self.now.measures(side)

    def difference(self, measure: str = "mean_mastery") -> float:
        """Return left minus right, now."""
        left, right = (float(self.measures(side)[measure][-1]) for side in (0, 1))
        return left - right

    def distribution(self, side: int) -> Floats:
        """Return the share of trainees in each of 20 bins of mean mastery, now."""
        return self.now.distribution(side)

    def met(self, side: int, trainee: int) -> Longs:
        """Return the numbers of those whom a trainee has shared a cell with."""
        meetings = self.models[side].tree.meetings
        past = meetings.history[:, : meetings.cycles]
        together = ((past == past[trainee]) & (past[trainee] >= 0)).any(axis=1)
        together[trainee] = False
        return np.flatnonzero(together)

    def release(self) -> None:
        """Let go of both models: Mesa 3.3 would keep them for ever."""
        for model in self.models:
            release(model)

    def _note(self) -> None:
        left, right = self.models
        for curve, model in zip(self.curves, self.models, strict=True):
            curve[model.session] = [trainee.mean_mastery for trainee in model.trainees]
        every = (left.measures(), right.measures())
        self.now = Moment(self.settings, self.arms, self.curves, left.session, every)


@dataclass(frozen=True)
class Solo:
    """One model where a pair has two; it has one side only, 0.

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
        """What the model was made with."""
        return self.model.settings

    @property
    def session(self) -> int:
        """Sessions played so far."""
        return self.model.session

    @property
    def sessions(self) -> int:
        """Sessions in all."""
        return self.settings.training.sessions

    def measures(self, side: int = 0) -> dict[str, Floats]:
        """Return every measure so far, arrays (session + 1,)."""
        return self.model.measures()

    def means(self) -> Floats:
        """Return each trainee's mean mastery now, array (trainees,)."""
        return np.array([trainee.mean_mastery for trainee in self.model.trainees])

    def distribution(self, side: int = 0) -> Floats:
        """Return the share of trainees in each of 20 bins of mean mastery, now."""
        means = self.means()
        return histogram(means) / len(means)
