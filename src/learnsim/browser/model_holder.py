"""Incumbent: the model that Mesa's page plays until another one takes its place.
Where Mesa's page would show a traceback, the sentence is kept instead.
"""

from __future__ import annotations

import operator
from typing import Any

import solara

from learnsim.errors import LearnsimError
from learnsim.models.base import release
from learnsim.models.training.model import TrainingModel


class Candidate(TrainingModel):
    """A training model that does not raise when its settings cannot be played, but says why.

    Takes what ``TrainingModel`` takes, by name: Mesa's page wants it so.

    Attributes
    ----------
    refused : str
        Why it cannot be played; empty if it can. Nothing else of a refused candidate is of use.
    """

    refused = ""

    def __init__(self, **kwargs: Any) -> None:
        try:
            super().__init__(**kwargs)
        except LearnsimError as error:
            self.refused = str(error)


class Incumbent(solara.Reactive):
    """Holds the model that is played; a refused candidate leaves it where it is.

    Parameters
    ----------
    model : Candidate

    Attributes
    ----------
    told : Reactive of str
        Why the latest candidate was refused; empty if it was not.
    """

    def __init__(self, model: Candidate) -> None:
        super().__init__(model, equals=operator.is_)
        self.told = solara.reactive("")

    def set(self, value: Candidate) -> None:
        """Have another model played, unless it is refused."""
        if value.refused:
            release(value)
            self.told.value = value.refused
            return
        before = self.peek()
        super().set(value)
        self.told.value = ""
        if before is not value:
            release(before)

    def close(self) -> None:
        """Let go of the model."""
        release(self.peek())
