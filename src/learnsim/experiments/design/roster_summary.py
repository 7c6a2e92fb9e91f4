"""Roster summary: notes and warnings about a roster, so that a wrong file is noticed before the run."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from learnsim.grouping.cells import cell_sizes
from learnsim.grouping.communities import community_sizes
from learnsim.people import Roster
from learnsim.people.community_labels import not_known, people_read, remarks
from learnsim.people.spelling import listed, written
from learnsim.settings import Settings
from learnsim.settings.readers import reads
from learnsim.settings.sampling import Span

VALUES_CHECKED = 100  # values of a swept range that are checked


def about_roster(settings: Settings, roster: Roster | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return notes and warnings about the roster of a design; none without a roster."""
    if roster is None:
        return (), ()
    name = written(Path(settings.organisation.roster).name)
    formations = {value for key in ("organisation.formation", *_arms(settings)) for value in _values(settings, key)}
    formations |= {settings.arm(arm).formation for arm in settings.arms}
    uses_communities = bool(roster.community) and "given" in formations
    warnings = remarks(name, roster, heeded=uses_communities)
    warnings += _small(settings, roster, name) if uses_communities else []
    alone = _alone(settings, roster, uses_communities=uses_communities)
    if roster.pretest is not None and not reads(settings.model.kind, "curriculum", "items"):
        warnings.append(f"{name}: its pretest is not used; kind = {settings.model.kind!r} has no prior mastery")
    notes = (people_read(name, roster), *(f"{name} {note}" for note in roster.notes), *not_known(name, roster))
    return notes, (*warnings, *alone)


def _arms(settings: Settings) -> list[str]:
    return [f"arms.{name}.formation" for name in settings.arms]


def _values(settings: Settings, key: str) -> list[Any]:
    """Return the values of a setting that the design sweeps over, or none."""
    swept = settings.sweep.get(key, [])
    if isinstance(swept, Span):
        return sorted({swept.at(number / VALUES_CHECKED) for number in range(VALUES_CHECKED)})
    return swept


def _small(settings: Settings, roster: Roster, name: str) -> list[str]:
    """Warn of communities of fewer people than two cells have: a shuffle within one leads to nobody new."""
    if not any(settings.arm(arm).groups == "cells" for arm in settings.arms):
        return []
    smallest = min(_values(settings, "organisation.cell_size") or [settings.organisation.cell_size])
    small = {label: size for label, size in Counter(roster.community).items() if 1 < size < 2 * smallest}
    if not small:
        return []
    least, most = min(small.values()), max(small.values())
    sizes = f"{least}" if least == most else f"{least} to {most}"
    have = "has" if len(small) == 1 else "have"
    return [f"{name}: two cells of {smallest} are {2 * smallest} people, but {listed([*small])} {have} {sizes}"]


def _alone(settings: Settings, roster: Roster, *, uses_communities: bool) -> list[str]:
    """Warn of cells with only one person, who has nobody to learn from."""
    world = settings.organisation
    if not any(settings.arm(name).groups == "cells" for name in settings.arms):
        return []
    count = len(roster.ids)
    if uses_communities:
        sizes = set(Counter(roster.community).values())
    else:
        numbers = _values(settings, "organisation.communities") or [world.communities]
        sizes = {int(size) for number in numbers for size in community_sizes(count, number)}
    for cell_size in _values(settings, "organisation.cell_size") or [world.cell_size]:
        lonely = [size for size in sorted(sizes) if size > 1 and 1 in cell_sizes(size, cell_size)]
        if lonely:
            return [
                f"[organisation] cell_size = {cell_size} leaves one person alone in a cell, "
                f"in a community of {lonely[0]} people"
            ]
    return []
