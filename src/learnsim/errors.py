"""Errors: the mistakes a user can make, each told in one sentence with its place and its cure.
Knows nothing of the rest; everything above may raise them, and the command line turns them into exit code 2.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class LearnsimError(Exception):
    """A mistake in what learnsim was given: says where, what, what is allowed and what was probably meant."""


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


def did_you_mean(given: str, known: Iterable[str]) -> str:
    """Return ``"; did you mean X?"`` for the nearest known name, or all the names when none is near.

    Parameters
    ----------
    given : str
        What the user wrote.
    known : iterable of str
        The names that are allowed.
    """
    names = sorted(known)
    in_small = {name.lower(): name for name in names}
    near = difflib.get_close_matches(str(given).lower(), in_small, n=1, cutoff=0.6)
    if near:
        return f"; did you mean {in_small[near[0]]}?"
    return f"; known are {', '.join(names)}" if names else ""
