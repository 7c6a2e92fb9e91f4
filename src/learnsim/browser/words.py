"""Words: what a pair shows so far, in sentences.
Knows pairs and solos; the same numbers as the curves.
"""

from __future__ import annotations

from learnsim.browser.pair import Pair
from learnsim.browser.solo import Solo

QUARTERS = {
    "slowest": "slow_mean", "fastest": "fast_mean", "quietest": "quiet_mean", "most outgoing": "outgoing_mean"
}  # fmt: skip
ALIKE = 0.0005  # what rounds to no difference


def difference_told(pair: Pair) -> list[str]:
    """Return sentences: who is ahead by how much, for how many of the people, and for whom."""
    left, right = pair.arms
    found = [pair.measures(side) for side in (0, 1)]
    means = [float(one["mean_mastery"][-1]) for one in found]
    when = "Before the first session" if pair.session == 0 else f"After {_counted(pair.session, 'session')}"
    apart = means[0] - means[1]
    if abs(apart) < ALIKE:
        said = [f"{when}, {left} and {right} are level at a mean mastery of {means[0]:.3f}."]
    else:
        ahead, behind = (left, right) if apart > 0 else (right, left)
        said = [
            f"{when}, {ahead} is {abs(apart):.3f} of mastery ahead of {behind}: "
            f"{max(means):.3f} against {min(means):.3f} on average."
        ]
    if pair.session:
        mine, other = (curve[pair.session] for curve in pair.curves)
        better, worse, count = int((mine > other).sum()), int((mine < other).sum()), len(mine)
        alike = count - better - worse
        rest = f", {alike} alike" if alike else ""
        said.append(f"Of {count} trainees, {better} know more in {left}, {worse} in {right}{rest}.")
        quarters = [
            f"the {name} quarter {float(found[0][key][-1] - found[1][key][-1]):+.3f}"
            for name, key in QUARTERS.items()
        ]
        said.append(f"{left} against {right}, for whom: {', '.join(quarters)}.")
    said.append(
        "Same people, same luck, one replicate: how sure this is, learnsim run tells over many."
    )
    return said


def clock_told(played: Pair | Solo) -> str:
    """Return where the clock stands."""
    length = played.settings.training.cycle_length
    cycles = -(-played.sessions // length)
    cycle = min(cycles, max(0, played.session - 1) // length + 1)
    return f"session {played.session} of {played.sessions}, cycle {cycle} of {cycles}"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
