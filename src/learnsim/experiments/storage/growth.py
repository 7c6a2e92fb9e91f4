"""Growth: whether an experiment is a larger one than that of a folder, and how the points of the two correspond.

It may have more replicates, more arms, and more points, if all points that there were are among them. Then each run that
there was is a run of the larger experiment too, with the same numbers.
"""

from __future__ import annotations

from collections import defaultdict, deque
from pathlib import Path
from typing import Any, NamedTuple

from learnsim.errors import LearnsimError
from learnsim.experiments.design.points import combinations_of
from learnsim.grouping.policy_files import content_of, read_sources
from learnsim.provenance import numbers_of
from learnsim.settings import Settings
from learnsim.settings.sampling import LISTED

LONGEST = 200  # characters of a value in a message


class Growth(NamedTuple):
    """How a larger experiment differs from the one before.

    Attributes
    ----------
    points : tuple of int
        The number that each point of the one before has in the larger one.
    gains : tuple of str
        What there is more of, in words.
    differences : tuple of str
        In which settings that determine numbers they differ beyond that; empty if in none.
    """

    points: tuple[int, ...] = ()
    gains: tuple[str, ...] = ()
    differences: tuple[str, ...] = ()


def growth_of(there: Settings, here: Settings) -> Growth:
    """Return how the experiment ``here`` differs from the one ``there``."""
    before, now = numbers_of(there), numbers_of(here)
    gains, differences = [], []
    arms = [name for name in (*there.arms, *here.arms) if (name in there.arms) != (name in here.arms)]
    for name in arms:
        if name in here.arms:
            gains.append(f"arm {name}")
        else:
            differences.append(f"arm {name!r} is only there")
    lost = tuple(f"arms.{name}." for name in arms)
    changed = {
        key: (before.get(key), now.get(key))
        for key in {**before, **now}
        if repr(before.get(key)) != repr(now.get(key))  # 3 and 3.0 are equal, but not the same setting
        and not (lost and key.startswith(lost))
    }
    points = _points(there, here, changed)
    for key, (old, new) in changed.items():
        if key in _deciding(here) and points is not None:
            continue
        more = _more(key, old, new)
        if more:
            gains.append(more)
        else:
            both = f"{_shortened(repr(old))} there, {_shortened(repr(new))} here"
            differences.append(f"{key} = {both}{_why(key, there, here)}")
    if points is not None and any(key in changed for key in _deciding(here)):
        gains.append(f"{len(combinations_of(here, 'settings')):,} points in place of {len(points):,}")
    differences += _files(there, here)
    if differences and any(name in here.arms for name in arms):
        differences += [f"arm {name!r} is only here" for name in arms if name in here.arms]
    return Growth(points or (), tuple(gains), tuple(differences))


def _more(key: str, old: Any, new: Any) -> str:
    """Return in words what a changed setting brings more of, if each run of before is one of those of now."""
    if key == "experiment.replicates" and old < new:
        return f"{new:,} replicates in place of {old:,}"
    if key == "experiment.precision" and isinstance(old, dict) and isinstance(new, dict):
        at_least = all(new[name] >= old[name] for name in ("confidence", "max"))
        finer = at_least and new["half_width"] <= old["half_width"]
        if finer and all(old[name] == new[name] for name in old if name not in ("half_width", "confidence", "max")):
            return "more replicates for a higher precision"
    return ""


def _points(there: Settings, here: Settings, changed: dict[str, Any]) -> tuple[int, ...] | None:
    """Return the number here of each point there; None if one of them is not here, or there are no others."""
    if list(there.sweep) != list(here.sweep) or "design.kind" in changed or "experiment.seed" in changed:
        return None
    old = combinations_of(there, "settings")
    if not any(key in changed for key in _deciding(here)):
        return tuple(range(len(old)))
    new = combinations_of(here, "settings")
    if len(new) <= len(old):
        return None
    numbers: defaultdict[str, deque[int]] = defaultdict(deque)
    for number, combination in enumerate(new):
        numbers[repr(combination)].append(number)
    try:
        return tuple(numbers[repr(combination)].popleft() for combination in old)
    except IndexError:
        return None


def _deciding(settings: Settings) -> tuple[str, ...]:
    """What decides which points there are, beside the kind of design and the seed."""
    return ("sweep",) if settings.design.kind in LISTED else ("sweep", "design.points")


def _why(key: str, there: Settings, here: Settings) -> str:
    """Return why it is not more than there was, where that could be meant."""
    if key == "experiment.replicates":
        return ", which are fewer"
    if key not in _deciding(here) or list(there.sweep) != list(here.sweep) or there.design.kind != here.design.kind:
        return ""
    kind = here.design.kind
    if key == "sweep":
        return ", which does not add to the points there" if kind in LISTED else ""
    if there.design.points > here.design.points:
        return ", which are fewer"
    return f", and {kind} draws other points then, where sobol adds to those it has"


def _files(there: Settings, here: Settings) -> list[str]:
    """Return which of the user's own files that determine numbers have another content."""
    differences = []
    for key, old, new, content in (
        ("organisation.roster", there.organisation.roster, here.organisation.roster, _content),
        ("organisation.plan", there.organisation.plan, here.organisation.plan, _content),
        ("experiment.policies", there.experiment.policies, here.experiment.policies, _sources),
        ("experiment.measures", there.experiment.measures, here.experiment.measures, _sources),
    ):
        if bool(old) != bool(new):
            differences.append(f"{key} = {Path(old).name!r} there, {Path(new).name!r} here")
        elif old and content(old) != content(new):
            differences.append(f"{key}: the contents of {old} and {new} differ")
    return differences


def _content(name: str) -> bytes | None:
    try:
        return Path(name).read_bytes()
    except OSError:
        return None


def _sources(name: str) -> bytes | None:
    """The content of a file of policies or measures and of what it imports from its own folder."""
    try:
        return content_of(read_sources(name))
    except LearnsimError:
        return None


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."
