"""Sentences: what two runs show so far, in points of 100.
The numbers are those of the charts.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from learnsim.arrays import Floats
from learnsim.browser.runs import Moment, SingleRun, TwoRuns

QUARTERS = {
    "slowest": "slow_mean", "fastest": "fast_mean", "quietest": "quiet_mean", "most outgoing": "outgoing_mean"
}  # fmt: skip
ALIKE = 0.0005  # a smaller difference counts as none
MOST_NAMED = 12  # communities that are named in a sentence


def points(share: float) -> int:
    """Return a share of mastery as whole points of 100."""
    return math.floor(100.0 * share + 0.5)


def difference_sentences(pair: TwoRuns | Moment) -> list[str]:
    """Return sentences: which arm is ahead, by how much, for how many people, and for which quarters."""
    sentences = [leader_sentence(pair)]
    left, right = pair.arms
    if pair.session:
        mine, other = (curve[pair.session] for curve in pair.curves)
        better, worse, count = int((mine > other).sum()), int((mine < other).sum()), len(mine)
        alike = count - better - worse
        others = f", {alike} alike" if alike else ""
        sentences.append(f"Of {_counted(count, 'trainee')}, {better} know more in {left}, {worse} in {right}{others}.")
        apart = {
            name: float(pair.measures(0)[key][-1] - pair.measures(1)[key][-1]) for name, key in QUARTERS.items()
        }
        quarters = [f"{name} {_signed(value)}" for name, value in apart.items() if not math.isnan(value)]
        if quarters:
            sentences.append(f"{left} against {right}, by quarter, in points: {', '.join(quarters)}.")
    sentences.append(
        "Both sides have the same people and common random numbers. This is one replicate only; "
        "use learnsim run for confidence intervals."
    )
    return sentences


def leader_sentence(pair: TwoRuns | Moment) -> str:
    """Return the sentence with the session, the arm that is ahead, and by how much (the difference of the rounded means)."""
    left, right = pair.arms
    means = [float(pair.measures(side)["mean_mastery"][-1]) for side in (0, 1)]
    when = "Before the first session" if pair.session == 0 else f"After {_counted(pair.session, 'session')}"
    first, second = points(means[0]), points(means[1])
    if abs(means[0] - means[1]) < ALIKE:
        return f"{when}, {left} and {right} are level at {first} of 100 points on average."
    ahead, behind = (left, right) if means[0] > means[1] else (right, left)
    if first == second:
        return f"{when}, {ahead} is less than a point ahead of {behind}: both are at {first} of 100 on average."
    apart, high, low = _counted(abs(first - second), "point"), max(first, second), min(first, second)
    return f"{when}, {ahead} is {apart} ahead of {behind}: {high} of 100 against {low} on average."


def clock_text(played: TwoRuns | Moment | SingleRun) -> str:
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


def _signed(share: float) -> str:
    whole = points(abs(share))
    return f"{'+' if share > 0.0 else '-'}{whole}" if whole else "0"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
