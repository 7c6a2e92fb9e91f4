"""Solo: a single model, told as the curves and the words want it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from learnsim.arrays import Floats
from learnsim.experiments.execution.outcome import histogram
from learnsim.models.training.model import TrainingModel
from learnsim.settings import Settings


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
