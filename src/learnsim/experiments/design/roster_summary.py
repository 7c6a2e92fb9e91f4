"""Rosters: what a design says of the real people that it is about, so that a wrong file is noticed before the run."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from learnsim.grouping.cells import cell_sizes
from learnsim.grouping.communities import community_sizes
from learnsim.people import Roster
from learnsim.people.community_labels import people_read, remarks, written
from learnsim.settings import Settings
from learnsim.settings.sampling import Span

TRIED = 100  # values of a swept range that are looked at


def about_roster(settings: Settings, roster: Roster | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return notes and warnings about the roster of a design; none of either without one."""
    if roster is None:
        return (), ()
    name = written(Path(settings.organisation.roster).name)
    formations = {value for key in ("organisation.formation", *_arms(settings)) for value in _values(settings, key)}
    formations |= {settings.arm(arm).formation for arm in settings.arms}
    heeded = bool(roster.community) and "given" in formations
    said = remarks(name, roster, heeded=heeded)
    alone = _alone(settings, roster, heeded=heeded)
    return (people_read(name, roster),), (*said, *alone)


def _arms(settings: Settings) -> list[str]:
    return [f"arms.{name}.formation" for name in settings.arms]


def _values(settings: Settings, key: str) -> list[Any]:
    """Return the values of a setting that the design sweeps over, or none."""
    swept = settings.sweep.get(key, [])
    if isinstance(swept, Span):
        return sorted({swept.at(number / TRIED) for number in range(TRIED)})
    return swept


def _alone(settings: Settings, roster: Roster, *, heeded: bool) -> list[str]:
    """Warn of cells of one person: nobody is there to learn from."""
    world = settings.organisation
    if not any(settings.arm(name).groups == "cells" for name in settings.arms):
        return []
    count = len(roster.ids)
    if heeded:
        sizes = set(Counter(roster.community).values())
    else:
        numbers = _values(settings, "organisation.communities") or [world.communities]
        sizes = {int(size) for number in numbers for size in community_sizes(count, number)}
    for cell_size in _values(settings, "organisation.cell_size") or [world.cell_size]:
        lonely = [size for size in sorted(sizes) if size > 1 and 1 in cell_sizes(size, cell_size)]
        if lonely:
            return [
                f"[organisation] cell_size = {cell_size} leaves somebody alone in a cell, "
                f"in a community of {lonely[0]} people"
            ]
    return []
