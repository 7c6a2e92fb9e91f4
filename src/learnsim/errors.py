"""Errors: the mistakes a user can make, each told in one sentence with its place and its cure.
Everything may raise them, and the command line turns them into exit code 2.
"""

from __future__ import annotations

import difflib
import reprlib
from collections.abc import Iterable
from datetime import date, time
from typing import Any

LONGEST_MESSAGE = 600  # letters, whatever the user's file holds
LONGEST_LIST = 300
LONGEST_VALUE = 80
LONGEST_WORD = 200  # beyond that nobody mistyped a name

_short = reprlib.Repr()
_short.maxstring = _short.maxother = LONGEST_VALUE


def shortened(text: str, most: int) -> str:
    """Return a text of at most so many letters: its middle left out if it is longer."""
    if len(text) <= most:
        return text
    end = most // 3
    return f"{text[: most - end - 5]} ... {text[-end:]}"


def shown(value: Any) -> str:
    """Return a value as it may stand in a sentence: not too long, dates as TOML writes them."""
    try:
        return shortened(str(value) if isinstance(value, (date, time)) else _short.repr(value), 2 * LONGEST_VALUE)
    except ValueError:  # a whole number of thousands of digits
        return "a number of thousands of digits"


def listed(names: Iterable[str], *, most: int = 50, between: str = ", ") -> str:
    """Return names as they may stand in a sentence: as many as fit, and how many more there are."""
    every = list(names)
    taken: list[str] = []
    letters = 0
    for name in every[:most]:
        short = shortened(name, LONGEST_VALUE if between == ", " else LONGEST_LIST)
        letters += len(short) + len(between)
        if taken and letters > LONGEST_LIST:
            break
        taken.append(short)
    more = len(every) - len(taken)
    return between.join(taken) + f" and {more:,} more" * (more > 0)


class LearnsimError(Exception):
    """A mistake in what learnsim was given: says where, what, what is allowed and what was probably meant."""

    def __init__(self, message: str = "") -> None:
        super().__init__(shortened(message, LONGEST_MESSAGE))


class SettingsError(LearnsimError):
    """A setting, an experiment file or a roster that cannot be used as it stands."""


class PolicyError(LearnsimError):
    """A shuffle or officer policy that is unknown, or that returned something it must not."""


class ResultsError(LearnsimError):
    """A results folder that cannot be written, or that belongs to another experiment."""


class WorkError(LearnsimError):
    """Workers that cannot be reached, were lost, or run another version."""


class ChanceError(LearnsimError):
    """A random number was drawn twice from the same address."""


class during:  # noqa: N801 - it reads as a word: with during("forming groups")
    """Let an error know what was being done when it was raised, as its ``stage``; the innermost has the word."""

    def __init__(self, stage: str) -> None:
        self._stage = stage

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> None:
        """End, and mark the error that ended it."""
        if isinstance(error, Exception) and not hasattr(error, "stage"):
            error.stage = self._stage  # type: ignore[attr-defined]


RENAMED = {  # names of earlier versions of settings, measures and columns, and what they are called now
    "cycle_length": "[organisation] cycle_length",
    "r0": "initial_rapport",
    "instructor_hours": "instructor_time",
    "helper_hours": "helper_time",
    "equilibrium": "settled",
    "sessions_to_equilibrium": "periods_to_settle",
    "periods_to_rest": "periods_to_settle",
    "told": "source",
}


def did_you_mean(given: str, known: Iterable[str]) -> str:
    """Return ``"; did you mean X?"`` for the nearest known name, its new name, or all the names when none is near.

    Parameters
    ----------
    given : str
        What the user wrote.
    known : iterable of str
        The names that are allowed.
    """
    names = sorted(known)
    now = RENAMED.get(str(given).rpartition(".")[2], "")
    if now in names or now.startswith("["):
        return f"; it is called {now} now"
    in_small = {name.lower(): name for name in names if len(name) <= LONGEST_WORD}
    word = str(given).lower()
    near = difflib.get_close_matches(word, in_small, n=1, cutoff=0.6) if len(word) <= LONGEST_WORD else []
    if near:
        return f"; did you mean {shortened(in_small[near[0]], LONGEST_VALUE)}?"
    return f"; known are {listed(names)}" if names else ""
