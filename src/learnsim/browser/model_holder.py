"""Model holder: the model on Mesa's page, kept if the next one has invalid settings.
The page then shows the error message, where Mesa would show a traceback.
"""

from __future__ import annotations

import operator
from typing import Any

import solara

from learnsim.errors import LearnsimError
from learnsim.models.base import release
from learnsim.models.training.model import TrainingModel


class CheckedModel(TrainingModel):
    """A training model that does not raise an exception for invalid settings, but holds the message.

    Takes what ``TrainingModel`` takes, by name: Mesa's page wants it so.

    Attributes
    ----------
    error : str
        Why its settings are invalid; empty if they are valid. Such a model must not be used otherwise.
    """

    error = ""

    def __init__(self, **kwargs: Any) -> None:
        try:
            super().__init__(**kwargs)
        except LearnsimError as error:
            self.error = str(error)


class ModelHolder(solara.Reactive):
    """Holds the current model; a new one with an error does not replace it.

    Parameters
    ----------
    model : CheckedModel

    Attributes
    ----------
    error : Reactive of str
        Why the latest model was not accepted; empty if it was.
    """

    def __init__(self, model: CheckedModel) -> None:
        super().__init__(model, equals=operator.is_)
        self.error = solara.reactive("")

    def set(self, value: CheckedModel) -> None:
        """Replace the model, unless the new one has an error."""
        if value.error:
            release(value)
            self.error.value = value.error
            return
        before = self.peek()
        super().set(value)
        self.error.value = ""
        if before is not value:
            release(before)

    def close(self) -> None:
        """Release the model."""
        release(self.peek())
