"""Errors: mistakes of the user, each one sentence that says where it is and how to correct it.
Every module may raise them; the command line turns them into exit code 2.
"""

from __future__ import annotations

import difflib
import reprlib
from collections.abc import Iterable
from datetime import date, time
from typing import Any

LONGEST_MESSAGE = 600  # characters, whatever is in the user's file
LONGEST_LIST = 300
LONGEST_VALUE = 80
LONGEST_WORD = 200  # a longer word is not a misspelt name

_short = reprlib.Repr()
_short.maxstring = _short.maxother = LONGEST_VALUE


def shortened(text: str, most: int) -> str:
    """Return a text of at most so many characters, with its middle left out if it is longer."""
    if len(text) <= most:
        return text
    end = most // 3
    return f"{text[: most - end - 5]} ... {text[-end:]}"


def shown(value: Any) -> str:
    """Return a value as text for an error message: not too long, dates as in TOML."""
    try:
        return shortened(str(value) if isinstance(value, (date, time)) else _short.repr(value), 2 * LONGEST_VALUE)
    except ValueError:  # a whole number of thousands of digits
        return "a number of thousands of digits"


def listed(names: Iterable[str], *, most: int = 50, between: str = ", ") -> str:
    """Return names as text for an error message: as many as fit, and how many more there are."""
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
    """A mistake of the user: the message says where, what, what is allowed and what was probably meant."""

    def __init__(self, message: str = "") -> None:
        super().__init__(shortened(message, LONGEST_MESSAGE))


class SettingsError(LearnsimError):
    """An invalid setting, experiment file or roster."""


class PolicyError(LearnsimError):
    """A shuffle or officer policy that is unknown, or that returned an invalid result."""


class ResultsError(LearnsimError):
    """A results folder that cannot be read or written, or that belongs to another experiment."""


class WorkError(LearnsimError):
    """Workers that cannot be reached, were lost, or have other versions; or limits of this machine."""


class RunError(LearnsimError):
    """A run of a user's own model that could not be played to its end.

    Attributes
    ----------
    stage : str
        Where it was: ``"making the model"`` or ``"step 17"``.
    """

    def __init__(self, message: str = "", stage: str = "playing") -> None:
        super().__init__(message)
        self.stage = stage


class ChanceError(LearnsimError):
    """A random number was drawn twice from the same address."""


class stage:  # noqa: N801 - it reads as a word: with stage("forming groups")
    """Mark an error with the stage of the run in which it was raised, as its ``stage``; the innermost one counts."""

    def __init__(self, stage: str) -> None:
        self._stage = stage

    def __enter__(self) -> None:
        """Enter the stage."""

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> None:
        """Leave the stage, and mark an error that ended it."""
        if isinstance(error, Exception) and not hasattr(error, "stage"):
            error.stage = self._stage  # type: ignore[attr-defined]


RENAMED = {  # earlier names of settings, measures and columns, and their names now
    "cycle_length": "[organisation] cycle_length",
    "r0": "initial_rapport",
    "instructor_hours": "instructor_time",
    "helper_hours": "helper_time",
    "equilibrium": "settled",
    "sessions_to_equilibrium": "periods_to_settle",
    "periods_to_rest": "periods_to_settle",
    "told": "source",
}


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return ``"; did you mean X?"`` for the nearest known name, its new name, or all the names when none is near.

    Parameters
    ----------
    name : str
        The name that the user wrote.
    known : iterable of str
        The names that are allowed.
    """
    names = sorted(known)
    now = RENAMED.get(str(name).rpartition(".")[2], "")
    if now in names or now.startswith("["):
        return f"; it is called {now} now"
    in_small = {name.lower(): name for name in names if len(name) <= LONGEST_WORD}
    word = str(name).lower()
    near = difflib.get_close_matches(word, in_small, n=1, cutoff=0.6) if len(word) <= LONGEST_WORD else []
    if near:
        return f"; did you mean {shortened(in_small[near[0]], LONGEST_VALUE)}?"
    return f"; known are {listed(names)}" if names else ""
