"""Sentences: what a model on Mesa's page shows so far, in points of 100."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from learnsim.arrays import Floats
from learnsim.browser.single_run import SingleRun

MOST_NAMED = 12  # communities that are named in a sentence


def points(share: float) -> int:
    """Return a share of mastery as whole points of 100."""
    return math.floor(100.0 * share + 0.5)


def clock_text(played: SingleRun) -> str:
    """Return the session and the cycle as text."""
    length = played.settings.organisation.cycle_length
    cycles = -(-played.sessions // length)
    cycle = min(cycles, max(0, played.session - 1) // length + 1)
    return f"session {played.session} of {played.sessions}, cycle {cycle} of {cycles}"


def picture_text(
    name: str, session: int, means: Floats, cells: int, communities: int, called: Sequence[str] = ()
) -> str:
    """Return what the picture of an organisation shows, as text for screen readers.

    Parameters
    ----------
    name : str
        Of the arm, and its side.
    session : int
    means : array (trainees,)
        Each trainee's mean mastery.
    cells, communities : int
    called : sequence of str
        The names of the communities, if they have any.
    """
    low, middle, high = (points(float(value)) for value in np.quantile(means, [0.1, 0.5, 0.9]))
    where = f"{_counted(cells, 'cell')} of " if cells else ""
    groups = f"{where}{communities} communities" if communities != 1 else f"{where}one community"
    groups += f" ({', '.join(called)})" if 0 < len(called) <= MOST_NAMED else ""
    return (
        f"{name} after {_counted(session, 'session')}: {_counted(len(means), 'trainee')} in {groups}, "
        f"at {points(float(np.mean(means)))} of 100 points on average; a tenth is at {low} or below, "
        f"half at {middle} or below, a tenth at {high} or above"
    )


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
