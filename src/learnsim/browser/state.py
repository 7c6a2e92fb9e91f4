"""View: one open page's moving parts: its stage, and what makes the page draw again."""

from __future__ import annotations

from threading import Event, Thread
from typing import Any
from weakref import WeakSet

import solara

from learnsim.browser.page_settings import Choices
from learnsim.browser.player import Stage
from learnsim.errors import LearnsimError

OPEN: WeakSet[View] = WeakSet()  # pages that have not been closed
SLOWEST, FASTEST = 1, 20  # sessions a second


class View:
    """What a page does when its buttons are pressed.

    Attributes
    ----------
    base : Choices
        What the page was opened with.
    stage : Stage
    tick : Reactive of int
        Counts what was played; who shows it draws again.
    chosen : Reactive of int
        Counts changes of the settings.
    playing : Reactive of bool
    speed : Reactive of int
        Sessions a second.

    Raises
    ------
    LearnsimError
        If not even what the page was opened with can be played, since its files have changed.
    """

    def __init__(self, base: Choices, query: str) -> None:
        self.base = base
        try:
            choices = base.from_query(query)
            self.stage = Stage(choices)
        except LearnsimError as error:  # a bad address: say so, and show what the file says
            self.stage = Stage(base, str(error))
        self.tick, self.chosen = solara.reactive(0), solara.reactive(0)
        self.playing, self.speed = solara.reactive(False), solara.reactive(5)
        self._stopped = Event()
        OPEN.add(self)

    def show(self) -> None:
        """Have the page draw again."""
        self.tick.value += 1

    def play(self) -> None:
        """Play until the end, or until paused; after the end, from the beginning."""
        if self.playing.value or self.stage.stuck:
            return
        if self.stage.pair.finished:
            self.stage.again()
            self.show()
        self._stopped = stopped = Event()
        self.playing.value = True

        def run() -> None:
            try:
                self.stage.play(self.speed.get, self.show, stopped)
            finally:
                if not stopped.is_set():  # or else it has been played again since
                    self.playing.value = False

        Thread(target=run, daemon=True).start()

    def pause(self) -> None:
        """Stop after the session that is being played."""
        self._stopped.set()
        self.playing.value = False

    def step(self, sessions: int = 1) -> None:
        """Play so many sessions."""
        self.stage.step(sessions)
        self.show()

    def cycle(self) -> None:
        """Play as many sessions as a cycle has."""
        self.step(self.stage.pair.settings.organisation.cycle_length)

    def reset(self) -> None:
        """Begin again, with the same people and the same luck."""
        self.pause()
        self.stage.reset()
        self.show()

    def change(self, name: str, value: Any) -> None:
        """Change one setting; both models begin again."""
        self.pause()
        self.stage.choose(self.stage.choices.changed(name, value))
        self.chosen.value += 1
        self.show()

    def take_back(self) -> None:
        """Go back to the last choices that could be played."""
        self.pause()
        self.stage.choose(self.stage.playable)
        self.chosen.value += 1
        self.show()

    def choose_trainee(self, trainee: int) -> None:
        """Mark somebody in both pictures; nobody for -1."""
        self.stage.trainee = trainee if 0 <= trainee < self.people else -1
        self.show()

    @property
    def people(self) -> int:
        """How many trainees there are."""
        return len(self.stage.pair.models[0].trainees)

    def follow(self, text: str) -> str:
        """Follow the trainee of a number as somebody typed it; return why there is none, empty if there is."""
        text = text.strip()
        if not text:
            self.choose_trainee(-1)
            return ""
        last = self.people - 1
        if text.isascii() and text.isdigit() and len(text) <= 20 and int(text) <= last:
            self.choose_trainee(int(text))
            return ""
        shown = text if len(text) <= 20 else f"{text[:19]}…"
        return f"there is no trainee {shown}: numbers go from 0 to {last}"

    def close(self) -> None:
        """The page was closed: nothing of it goes on."""
        self._stopped.set()
        self.stage.close()
        OPEN.discard(self)
