"""Interruption: a signal that asks the process to end, and what is said of what was finished."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class Stopped(BaseException):
    """A signal asked the process to end; no error, and no KeyboardInterrupt, which typer would swallow.

    It knows the signal's number, and what becomes of what was finished.
    """

    def __init__(self, number: int, told: str = "") -> None:
        super().__init__(number)
        self.number, self.told = number, told


@contextmanager
def when_stopped(told: str) -> Iterator[None]:
    """Say what becomes of what was finished, should a signal come meanwhile; whoever is nearest to it has the word."""
    try:
        yield
    except Stopped as stop:
        raise Stopped(stop.number, stop.told or told) from None


def _stop(number: int, frame: FrameType | None) -> None:
    raise Stopped(number)


def listen() -> None:
    """Raise :class:`Stopped` when asked to end, but where whoever started the process wants that ignored."""
    for number in (signal.SIGINT, signal.SIGTERM):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _stop)
