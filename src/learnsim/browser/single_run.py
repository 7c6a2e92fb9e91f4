"""Runs: one model on Mesa's page, as its curves and its picture see it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from learnsim.arrays import Floats
from learnsim.experiments.execution.outcome import histogram
from learnsim.models.training.model import TrainingModel
from learnsim.settings import Settings


@dataclass(frozen=True)
class SingleRun:
    """One run, as far as it has been played.

    Attributes
    ----------
    model : TrainingModel
    """

    model: TrainingModel

    @property
    def arm(self) -> str:
        """The name of the arm's preset."""
        return self.model.arm.preset

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

    def measures(self) -> dict[str, Floats]:
        """Return all measures so far, arrays (session + 1,)."""
        return self.model.measures()

    def means(self) -> Floats:
        """Return the current mean mastery of each trainee, array (trainees,)."""
        return np.array([trainee.mean_mastery for trainee in self.model.trainees])

    def distribution(self) -> Floats:
        """Return the current share of trainees in each of 20 bins of mean mastery."""
        means = self.means()
        return histogram(means) / len(means)
