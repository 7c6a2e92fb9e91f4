"""State: what changes on one open page: its player, and the counters that make the page draw again."""

from __future__ import annotations

from threading import Event, Thread
from typing import Any
from weakref import WeakSet

import solara

from learnsim.browser.class_list import OpenedFile, opened_file, words_of
from learnsim.browser.column_guess import Columns
from learnsim.browser.error_messages import page_sentence
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
    file : OpenedFile or None
        The class list that was opened on the page.
    columns : Columns
        Which of its columns is what, as tried last.
    file_error : str
        Why it cannot be used so; empty if it is used, or there is none.
    file_words : list of str
        What was read of it.

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
        self.file: OpenedFile | None = None
        self.columns, self.file_error = Columns(), ""
        self.file_words: list[str] = []
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

    def open_file(self, event: Any) -> None:
        """Use a class list that the page has sent, with the columns that are probably meant."""
        try:
            opened = opened_file(event)
        except LearnsimError as error:
            self._refuse(str(error))
            return
        self.file = opened
        self.use_columns(opened.guess)

    def use_columns(self, columns: Columns) -> None:
        """Start again with the people of the class list; if it cannot be used so, keep the message and the current runs."""
        if self.file is None:
            return
        self.columns = columns
        playable = self.player.playable
        try:
            people = self.file.people(columns)
        except LearnsimError as error:
            self._refuse(str(error))
            return
        tried = playable.with_class_list(people)
        try:
            prepared = tried.prepared()
        except LearnsimError as error:
            self._refuse(page_sentence(str(error), tried))
            return
        self.file_error, self.file_words = "", words_of(prepared, self.file.left_out(people))
        self._start_with(tried)

    def close_file(self) -> None:
        """Start again with the people that there were before a class list was opened."""
        self.file, self.columns, self.file_error, self.file_words = None, Columns(), "", []
        if self.player.playable.class_list:
            self._start_with(self.player.playable.with_class_list(None))
        else:
            self.chosen.value += 1

    def _refuse(self, message: str) -> None:
        """Show why a class list cannot be used."""
        self.file_error = message
        self.chosen.value += 1

    def _start_with(self, page_settings: PageSettings) -> None:
        """Start again with other people; nobody is followed."""
        self.pause()
        self.player.trainee = -1
        self.player.choose(page_settings)
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
        """Follow the trainee of this number or name as typed; return an error message, empty if there is such a trainee."""
        text = text.strip()
        if not text:
            self.choose_trainee(-1)
            return ""
        who = self.player.pair.called.find(text)
        if isinstance(who, str):
            return who
        self.choose_trainee(who)
        return ""

    def close(self) -> None:
        """Stop playing and release the models, since the page was closed."""
        self._stopped.set()
        self.file = None
        self.player.close()
        OPEN.discard(self)
