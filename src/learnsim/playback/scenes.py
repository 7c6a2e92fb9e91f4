"""Scenes: the story, scene by scene, and the questions that open with one click, from ``scenes.json``.
A scene is an address of the page, what the viewer guesses, and the keys of its texts (``texts``).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from learnsim.settings.declare import Table

Arm = Literal[0, 1]


class Guess(Table):
    """What the viewer guesses before a scene is played.

    Attributes
    ----------
    kind : str
        ``"curve"``: drawn, of a measure of one arm; ``"number"``: so many points of 100 on a line from low to high.
    measure : str
        Of a curve a measure of the record; of a number ``"difference"``, the first arm less the second at the end, or
        ``"loss"``, how much lower the arm ends than without the shock.
    arm : int
        Which of the arms that are shown.
    """

    kind: Literal["curve", "number"]
    measure: Literal["mean_mastery", "difference", "loss"]
    arm: Arm
    low: int = 0
    high: int = 100


class Scene(Table):
    """One scene of the story, or one question.

    Attributes
    ----------
    id : str
        Its texts have the keys ``scene.ID.title``, ``scene.ID.question``, ...; those of a question begin with ``card.``.
    address : str
        The query string of the page that shows it, as ``PageSettings.query`` makes it.
    sides : list of int, optional
        The arms that are shown, if not both.
    guess : Guess, optional
    answer : str, optional
        By which difference between the arms the sentence is chosen that says what happened (more, hardly, less): a measure,
        ``"gap"`` between outgoing and quiet people, ``"loss"`` by the shock, or ``"touched"``, people who were wrong.
        ``"level"``: there is one sentence.
    note : bool
        Whether one more sentence says what the answer depends on.
    card : bool
        Whether it is a question, and no scene of the story.
    play : bool
        Whether there is something to play; if not, a file without settings has another text (``alone``).
    without : str, optional
        The address of the same runs without the shock.
    """

    id: str
    address: str
    sides: list[Arm] | None = None
    guess: Guess | None = None
    answer: Literal["level", "mean_mastery", "gap", "loss", "touched"] | None = None
    note: bool = False
    card: bool = False
    play: bool = True
    without: str | None = None

    @property
    def key(self) -> str:
        """What the keys of its texts begin with."""
        return f"{'card' if self.card else 'scene'}.{self.id}"

    @property
    def texts(self) -> list[str]:
        """The keys of its texts."""
        parts = ["title", "question"]
        if self.guess and self.guess.kind == "number":
            parts.append("guess")
        if self.answer:
            parts += ["answer"] if self.answer == "level" else ["more", "hardly", "less"]
        if self.note:
            parts.append("note")
        if not self.play:
            parts.append("alone")
        return [f"{self.key}.{part}" for part in parts]


@cache
def scenes() -> tuple[Scene, ...]:
    """Return the scenes of the story, in their order, and then the questions."""
    read = json.loads((files("learnsim.playback") / "scenes.json").read_text("utf-8"))
    return tuple(Scene(**scene) for scene in read)


def scenes_for_player(
    record_of: Callable[[str], Mapping[str, Any]], bands_of: Callable[[str], Mapping[str, Any] | None] | None = None
) -> list[dict[str, Any]]:
    """Return the scenes as the player's option ``scenes``.

    Parameters
    ----------
    record_of : callable
        Returns the page record of an address. Without ``bands_of`` it is only called for scenes with a shock.
    bands_of : callable, optional
        Returns the bands of an address. With it records and bands are put into the scenes, for a file that plays without
        Python: each address once, in the first scene that has it.

    Examples
    --------
    >>> [scene["id"] for scene in scenes_for_player(record)][:2]
    ['lecture', 'cells']
    """
    described, there = [], set[str]()
    for scene in scenes():
        one = {**scene.model_dump(exclude_none=True), "key": scene.key}
        if scene.without:
            arms = record_of(scene.without)["arms"]
            one["without"] = [arm["curves"]["mean_mastery"][-1] for arm in arms]
        if bands_of and scene.address not in there:
            one.update(record=record_of(scene.address), bands=bands_of(scene.address))
            there.add(scene.address)
        described.append(one)
    return described
