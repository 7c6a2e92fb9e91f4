"""Signals: a signal that asks the process to end, and the message about finished work."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class Stopped(BaseException):
    """A signal asked the process to end; not a KeyboardInterrupt, which typer would swallow.

    It has the signal's number, and a message about finished work.
    """

    def __init__(self, number: int, message: str = "") -> None:
        super().__init__(number)
        self.number, self.message = number, message


_pending = 0  # a signal's number, from its arrival until the process ends


@contextmanager
def when_stopped(message: str) -> Iterator[None]:
    """Set the message for a signal that arrives meanwhile; the innermost one counts."""
    try:
        yield
    except Stopped as stop:
        raise Stopped(stop.number, stop.message or message) from None


def check_stopped() -> None:
    """Raise :class:`Stopped` if a signal has arrived: Python drops what is raised while it destroys an object.

    Long loops call this once per round.
    """
    if _pending:
        raise Stopped(_pending)


def _stop(number: int, frame: FrameType | None) -> None:
    global _pending
    _pending = number
    raise Stopped(number)


def listen() -> None:
    """Raise :class:`Stopped` on SIGINT and SIGTERM, unless the parent process had them ignored."""
    for number in (signal.SIGINT, signal.SIGTERM):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _stop)
