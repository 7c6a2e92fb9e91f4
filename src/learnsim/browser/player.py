"""Stage: what one open page plays: choices, their pair, and who is chosen. One tab, one stage.
Its methods may be called from several threads.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, RLock
from time import monotonic

from learnsim.browser.page_settings import Choices
from learnsim.browser.runs import Pair
from learnsim.errors import LearnsimError

PATIENCE = 5.0  # seconds to wait for a page to draw before going on without


class Stage:
    """The models that one page plays.

    Parameters
    ----------
    choices : Choices
    error : str
        What is to be said about the choices already.

    Attributes
    ----------
    choices : Choices
        The last ones, played or only tried.
    playable : Choices
        The last ones that could be played.
    pair : Pair
        Plays those.
    error : str
        Why the choices cannot be played; empty if they can.
    trainee : int
        Who is chosen; -1 for nobody.
    runs : int
        Pairs begun so far.
    stuck : bool
        Whether the pair failed and cannot go on; Reset, or another choice, begins a new one.
    """

    def __init__(self, choices: Choices, error: str = "") -> None:
        self.lock = RLock()
        self.choices, self.playable, self.error = choices, choices, error
        self.trainee, self.runs, self.stuck = -1, 1, False
        self.pair = Pair(choices.settings(), choices.names)
        self._drawn = Event()
        self._awaited = (0, 0)

    def choose(self, choices: Choices) -> None:
        """Play other choices from the beginning; if they cannot be played, keep the sentence, and the models there are."""
        with self.lock:
            self.choices = choices
            try:
                pair = Pair(choices.settings(), choices.names)
            except LearnsimError as error:
                self.error = str(error)
                return
            self.pair.release()
            self.stuck = False
            self.pair, self.playable, self.error, self.runs = pair, choices, "", self.runs + 1
            if self.trainee >= len(pair.models[0].trainees):
                self.trainee = -1

    def reset(self) -> None:
        """Play the same people with the same luck from the beginning."""
        self.choose(self.choices)

    def again(self) -> None:
        """Play what is played once more from the beginning, whatever was tried since."""
        with self.lock:
            tried, error = self.choices, self.error
            self.choose(self.playable)
            if error and not self.error:
                self.choices, self.error = tried, error

    def step(self, sessions: int = 1) -> None:
        """Play so many sessions; where a policy of one's own fails, keep the sentence, and what was played before."""
        with self.lock:
            if self.stuck:
                return
            try:
                self.pair.step(sessions)
            except LearnsimError as error:
                self.error, self.stuck = str(error), True

    def drawn(self, run: int, session: int) -> None:
        """Take down that the page has drawn a session of a run."""
        if (run, session) >= self._awaited:
            self._drawn.set()

    def play(self, speed: Callable[[], float], show: Callable[[], None], stopped: Event) -> None:
        """Play session after session until the end, or until stopped; no faster than the page draws.

        Parameters
        ----------
        speed : callable
            Gives the sessions a second that are wanted.
        show : callable
            Has the page draw what there is now.
        stopped : threading.Event
        """
        self._drawn.set()
        while not stopped.is_set():
            begun = monotonic()
            with self.lock:
                if stopped.is_set() or self.stuck or self.pair.finished:
                    return
                self.step()
                now = (self.runs, self.pair.session)
            while not (self._drawn.wait(0.05) or stopped.is_set() or monotonic() - begun > PATIENCE):
                pass  # the page is still drawing the session before
            self._drawn.clear()
            self._awaited = now
            show()
            stopped.wait(max(0.0, 1.0 / speed() - (monotonic() - begun)))

    def close(self) -> None:
        """Let go of the models."""
        with self.lock:
            self.pair.release()
