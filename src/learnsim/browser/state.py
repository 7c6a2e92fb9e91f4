"""State: what changes on one open page: its player, and the counters that make the page draw again."""

from __future__ import annotations

from threading import Event, Thread
from typing import Any
from weakref import WeakSet

import solara

from learnsim.browser.page_settings import PageSettings
from learnsim.browser.player import Player
from learnsim.errors import LearnsimError

OPEN: WeakSet[PageState] = WeakSet()  # pages that have not been closed
SLOWEST, FASTEST = 1, 20  # sessions per second


class PageState:
    """The state of a page, with a method for each of its buttons.

    Attributes
    ----------
    base : PageSettings
        The settings that the page was opened with.
    player : Player
    tick : Reactive of int
        Counts changes of what is shown; components that read it draw again.
    chosen : Reactive of int
        Counts changes of the settings.
    playing : Reactive of bool
    speed : Reactive of int
        Sessions per second.

    Raises
    ------
    LearnsimError
        If the settings that the page was opened with are invalid, since their files have changed.
    """

    def __init__(self, base: PageSettings, query: str) -> None:
        self.base = base
        try:
            page_settings = base.from_query(query)
            self.player = Player(page_settings)
        except LearnsimError as error:  # an invalid URL: show the error, and the settings of the file
            self.player = Player(base, str(error))
        self.tick, self.chosen = solara.reactive(0), solara.reactive(0)
        self.playing, self.speed = solara.reactive(False), solara.reactive(5)
        self._stopped = Event()
        OPEN.add(self)

    def show(self) -> None:
        """Make the page draw again."""
        self.tick.value += 1

    def play(self) -> None:
        """Play until the end, or until paused; after the end, start again."""
        if self.playing.value or self.player.stuck:
            return
        if self.player.pair.finished:
            self.player.again()
            self.show()
        self._stopped = stopped = Event()
        self.playing.value = True

        def run() -> None:
            try:
                self.player.play(self.speed.get, self.show, stopped)
            finally:
                if not stopped.is_set():  # otherwise it was started again meanwhile
                    self.playing.value = False

        Thread(target=run, daemon=True).start()

    def pause(self) -> None:
        """Stop after the current session."""
        self._stopped.set()
        self.playing.value = False

    def step(self, sessions: int = 1) -> None:
        """Play so many sessions."""
        self.player.step(sessions)
        self.show()

    def cycle(self) -> None:
        """Play as many sessions as a cycle has."""
        self.step(self.player.pair.settings.organisation.cycle_length)

    def reset(self) -> None:
        """Start again, with the same people and the same random numbers."""
        self.pause()
        self.player.reset()
        self.show()

    def change(self, name: str, value: Any) -> None:
        """Change one setting; both models start again."""
        self.pause()
        self.player.choose(self.player.page_settings.changed(name, value))
        self.chosen.value += 1
        self.show()

    def undo(self) -> None:
        """Go back to the latest valid settings."""
        self.pause()
        self.player.choose(self.player.playable)
        self.chosen.value += 1
        self.show()

    def choose_trainee(self, trainee: int) -> None:
        """Highlight a trainee in both pictures; nobody for -1."""
        self.player.trainee = trainee if 0 <= trainee < self.people else -1
        self.show()

    @property
    def people(self) -> int:
        """The number of trainees."""
        return len(self.player.pair.models[0].trainees)

    def follow(self, text: str) -> str:
        """Follow the trainee with this number as typed; return an error message, empty if there is such a trainee."""
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
        """Stop playing and release the models, since the page was closed."""
        self._stopped.set()
        self.player.close()
        OPEN.discard(self)
