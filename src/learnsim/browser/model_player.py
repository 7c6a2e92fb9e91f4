"""Model player: steps the live models of one open page, of a user's own. Its methods may be called from several threads."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, RLock
from time import monotonic

from learnsim.browser.model_settings import ModelSettings
from learnsim.errors import LearnsimError

MOST_DUE = 10  # steps between two drawings
PATIENCE = 5.0  # seconds to wait for the page to draw


class ModelPlayer:
    """The two models of one page, and the settings that were tried.

    Parameters
    ----------
    page_settings : ModelSettings
    error : str
        An error message about these settings, if there is one already.

    Attributes
    ----------
    page_settings : ModelSettings
        The latest ones, valid or not.
    playable : ModelSettings
        The latest valid ones.
    pair : TwoModels
        The models of those.
    error : str
        Why the latest settings are invalid, or a run failed; empty if neither.
    runs : int
        Number of pairs of runs begun so far.
    stuck : bool
        Whether a run failed and cannot continue; Reset, or another setting, starts new runs.
    """

    def __init__(self, page_settings: ModelSettings, error: str = "") -> None:
        self.lock = RLock()
        self.page_settings, self.playable, self.error = page_settings, page_settings, error
        self.runs, self.stuck = 1, False
        self.pair = page_settings.pair()
        self._drawn = Event()
        self._awaited = (0, 0)

    def choose(self, page_settings: ModelSettings) -> None:
        """Start again with other settings; if they are invalid, keep the error message and the current runs."""
        with self.lock:
            self.page_settings = page_settings
            try:
                pair = page_settings.pair()
            except LearnsimError as error:
                self.error = str(error)
                return
            self.pair.release()
            self.stuck = False
            self.pair, self.playable, self.error, self.runs = pair, page_settings, "", self.runs + 1

    def reset(self) -> None:
        """Start again with the same people and the same random numbers."""
        self.choose(self.page_settings)

    def again(self) -> None:
        """Start the current runs again, whatever settings were tried since."""
        with self.lock:
            tried, error = self.page_settings, self.error
            self.choose(self.playable)
            if error and not self.error:
                self.page_settings, self.error = tried, error

    def step(self, sessions: int = 1) -> None:
        """Play so many sessions; if a user's policy fails, keep the error message and the sessions before."""
        with self.lock:
            if self.stuck:
                return
            try:
                self.pair.step(sessions)
            except LearnsimError as error:
                self.error, self.stuck = str(error), True

    def drawn(self, run: int, session: int) -> None:
        """Note that the page has drawn a session of a run."""
        if (run, session) >= self._awaited:
            self._drawn.set()

    def play(self, speed: Callable[[], float], show: Callable[[], None], stopped: Event) -> None:
        """Play one session after the other until the end, or until stopped; no faster than the page draws.

        The models are drawn themselves, and do not go on meanwhile: where drawing takes longer than a step may last, they
        make several steps between two drawings, as many as are due.

        Parameters
        ----------
        speed : callable
            Returns the number of sessions per second.
        show : callable
            Makes the page draw the current session.
        stopped : threading.Event
        """
        self._drawn.set()
        due, begun = 1, monotonic()
        while not stopped.is_set():
            before, begun = begun, monotonic()
            self._await_drawing(begun, stopped)
            due = max(1, min(MOST_DUE, int((monotonic() - before) * speed())))
            with self.lock:
                if stopped.is_set() or self.stuck or self.pair.finished:
                    return
                self.step(due)
                now = (self.runs, self.pair.session)
            self._drawn.clear()
            self._awaited = now
            show()
            stopped.wait(max(0.0, 1.0 / speed() - (monotonic() - begun)))

    def _await_drawing(self, begun: float, stopped: Event) -> None:
        """Wait while the page still draws the session before."""
        while not (self._drawn.wait(0.05) or stopped.is_set() or monotonic() - begun > PATIENCE):
            pass

    def close(self) -> None:
        """Release the models."""
        with self.lock:
            self.pair.release()
