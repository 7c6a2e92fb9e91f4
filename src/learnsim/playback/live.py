"""Live: the page record of Mesa models that are stepped while they are shown; the compiled engine's has the same numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from learnsim.grouping.preparation import Prepared
from learnsim.models.base import release
from learnsim.models.playable import Moments, joined, lasting
from learnsim.models.record import Setup
from learnsim.models.registry import info_of
from learnsim.models.runs import setup_of
from learnsim.playback.frames import PlayedArm
from learnsim.playback.recording import playable_of, record_of, values_in


class Live:
    """The Mesa models of some arms in step: all of them play the same session, and their rows come as they are asked for.

    Parameters
    ----------
    prepared, arms, replicate
        As :func:`~learnsim.playback.recording.recording_of` takes them, with the same errors.

    Attributes
    ----------
    models : list of AgentsModel
    sessions : int
        How many there are at most.
    row : int
        The latest row: so many sessions are over.

    Examples
    --------
    >>> from learnsim.grouping.preparation import prepare
    >>> from learnsim.playback.live import Live
    >>> from learnsim.settings import Settings
    >>> small = Settings().changed({"organisation.trainees": 24, "training.sessions": 20})
    >>> live = Live(prepare(small), ["hybrid", "flat-lecture"])
    >>> live.record()["arms"][0]["rows"], live.frames(1, 3)["arms"][0]["rows"], live.row
    (1, 3, 3)
    >>> live.release()
    """

    def __init__(self, prepared: Prepared, arms: Sequence[str], replicate: int = 0) -> None:
        self.prepared, info = prepared, info_of(prepared.settings)
        playable = playable_of(prepared, arms)
        self.sessions, self.row = info.sessions(prepared.settings), 0
        shared = info.runs.draw_shared(prepared.settings, replicate, prepared.roster)
        self.models: list[Any] = []
        self.arms: list[PlayedArm] = []
        try:
            for name in arms:
                setup = setup_of(prepared, name, replicate, shared=shared)
                self.models.append(playable.model(setup))
                self.arms.append(PlayedArm(setup, playable, _row_of(self.models[-1].state())))
        except BaseException:
            self.release()  # those there are, if the next one is invalid
            raise
        self._rows: list[list[Moments]] = [[arm.moments] for arm in self.arms]

    @property
    def finished(self) -> bool:
        """Whether nothing is left to be played."""
        return self.row >= self.sessions or not any(model.running for model in self.models)

    def record(self) -> dict[str, Any]:
        """Return the record as it begins: with row 0 alone."""
        return record_of(self.arms, [self._frame(a, range(1)) for a in range(len(self.arms))], self.sessions)

    def frames(self, first: int, last: int) -> dict[str, Any]:
        """Return some rows, to be appended to the record; models are stepped as far as is needed.

        Parameters
        ----------
        first, last : int
            Rows, at least 1; fewer come where all runs end before.

        Returns
        -------
        dict
            ``from`` is the first row; ``arms`` have the same keys as in the record; ``finished`` says whether more may come.
        """
        while self.row < last and not self.finished:
            self._step()
        rows = range(first, min(last, self.row) + 1)
        return {
            "from": first,
            "arms": [self._frame(a, rows) for a in range(len(self.arms))] if rows else [],
            "finished": self.finished,
        }

    def release(self) -> None:
        """Release the models: Mesa 3.3 would keep them in memory."""
        for model in self.models:
            release(model)

    def _step(self) -> None:
        """Play a session of all arms; a model that has ended stays as it is. If all of them end here there is no new row."""
        before = [model.session for model in self.models]
        for model in self.models:
            model.step()
        new = [model.session > session for model, session in zip(self.models, before, strict=True)]
        if not any(new):
            return
        for model, arm, rows, is_new in zip(self.models, self.arms, self._rows, new, strict=True):
            rows.append(arm.playable.moments(self.prepared, _row_of(model.state())) if is_new else lasting(rows[-1]))
        self.row += 1

    def _frame(self, a: int, rows: range) -> dict[str, Any]:
        arm, measures = self.arms[a], self.models[a].measures()
        moments = joined(self._rows[a][max(0, rows.start - 1) : rows.stop])
        return arm.frame(moments, rows, {key: values_in(measures[key], rows) for key in arm.curves})


def present_of(model: Any) -> dict[str, Any]:
    """Return the page record of a Mesa model that somebody else steps: everybody as they are now, and the curves so far.

    Parameters
    ----------
    model : AgentsModel
        A model of a kind that is played back.

    Examples
    --------
    >>> from learnsim.playback.live import present_of
    >>> import learnsim
    >>> model = learnsim.TrainingModel("hybrid", seed=1, **{"organisation.trainees": 24})
    >>> model.step()
    >>> record = present_of(model)
    >>> record["first"], record["arms"][0]["levels"]["shape"], len(record["arms"][0]["curves"]["mean_mastery"])
    (1, [1, 24], 2)
    """
    settings = model.settings.changed({"experiment.seed": model.seed})
    prepared, row = model.prepared.with_settings(settings), model.session
    name = model.arm.preset
    setup = Setup(prepared, name, model.arm, model.replicate)
    arm = PlayedArm(setup, playable_of(prepared, [name]), _row_of(model.state()))
    measures = {key: values[: row + 1] for key, values in model.measures().items()}
    return record_of([arm], [arm.frame(arm.moments, range(row, row + 1), measures)], model.sessions, row)


def _row_of(state: Any) -> Any:
    """Return a trace that has one row."""
    return type(state)(*(array[None].copy() for array in state))
