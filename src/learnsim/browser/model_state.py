"""Model state: what changes on an open page with models of a user's own: its player, and whether it plays."""

from __future__ import annotations

from threading import Event, Thread

import solara

from learnsim.browser.model_player import ModelPlayer
from learnsim.browser.model_settings import ModelSettings
from learnsim.browser.page_settings import PageSettings
from learnsim.browser.state import PageState
from learnsim.errors import LearnsimError

SLOWEST, FASTEST = 1, 20  # steps per second


class ModelState(PageState):
    """The state of a page with two models of a user's own, with a method for each of its buttons.

    Attributes
    ----------
    player : ModelPlayer
    playing : Reactive of bool
    speed : Reactive of int
        Steps per second.

    Raises
    ------
    LearnsimError
        If the settings that the page was opened with are invalid, since their files have changed.
    """

    def __init__(self, base: ModelSettings, query: str) -> None:
        try:
            page_settings = base.from_query(query)
            assert isinstance(page_settings, ModelSettings)
            self.player = ModelPlayer(page_settings)
        except LearnsimError as error:  # an invalid URL: show the error, and the settings of the file
            self.player = ModelPlayer(base, str(error))
        super().__init__(base)
        self.playing, self.speed = solara.reactive(False), solara.reactive(5)
        self._stopped = Event()

    @property
    def page_settings(self) -> ModelSettings:  # type: ignore[override]
        """The latest settings, valid or not."""
        return self.player.page_settings

    @property
    def playable(self) -> ModelSettings:  # type: ignore[override]
        """The latest valid settings."""
        return self.player.playable

    @property
    def error(self) -> str:  # type: ignore[override]
        """Why the latest settings are invalid, or a model failed; empty if neither."""
        return self.player.error

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
        """Stop after the current step."""
        self._stopped.set()
        self.playing.value = False

    def step(self, steps: int = 1) -> None:
        """Make so many steps."""
        self.player.step(steps)
        self.show()

    def reset(self) -> None:
        """Start again, with the same seed."""
        self.pause()
        self.player.reset()
        self.show()

    def choose(self, page_settings: PageSettings) -> None:
        """Start again with other settings; if they are invalid, keep the error message and the current models."""
        assert isinstance(page_settings, ModelSettings)
        self.pause()
        self.player.choose(page_settings)
        self.chosen.value += 1
        self.show()

    def close(self) -> None:
        """Stop playing and release the models."""
        self._stopped.set()
        self.player.close()
        super().close()
