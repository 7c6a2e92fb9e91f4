"""Frames: some rows of one arm, packed: everybody's levels, their cells, who asks whom, the curves and the marks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from learnsim.arrays import Array, Flags, Floats, Indices, Longs
from learnsim.grouping.preparation import Prepared
from learnsim.models.playable import Mark, Moments, Playable, Stage
from learnsim.models.record import Setup
from learnsim.models.registry import info_of
from learnsim.playback.packed import packed

HUNDREDTHS = 10_000  # a level of 1 is so many hundredths of a point
MOST_ASKING = 3_000  # people of whom it is shown who asks whom
MOST_TIES = 20_000
OF_PLANS = ("cell", "community", "officers", "branches", "novices")  # whatever is different makes another plan


class PlayedArm:
    """An arm that is played.

    Parameters
    ----------
    setup : Setup
    playable : Playable
    trace : Trace
        Of its first row at least.

    Attributes
    ----------
    setup : Setup
    playable : Playable
    moments : Moments
        Of the trace.
    stages : list of Stage
    curves : tuple of str
        Its measures that are drawn.
    ties : array (ties, 2) or None
        The pairs of people who are tied for good; None also where they are too many to be drawn.
    """

    def __init__(self, setup: Setup, playable: Playable, trace: Any) -> None:
        self.setup, self.playable = setup, playable
        self.moments, self.stages = playable.moments(setup.prepared, trace), playable.stages(setup)
        self.curves = curves_of(setup.prepared, playable)
        pairs = playable.ties(self.setup, trace)
        self.ties = pairs if pairs is not None and 0 < len(pairs) <= MOST_TIES else None
        self._traits = {name: values[0] for name, values in self.moments.traits.items()}

    def frame(self, moments: Moments, rows: range, measures: Mapping[str, Floats]) -> dict[str, Any]:
        """Return some rows, packed.

        Parameters
        ----------
        moments : Moments
            Of these rows, after that of the row before unless a record begins with the first.
        rows : range
        measures : dict of name to array (rows,)
            Where a record begins later than with row 0, of the rows before too.
        """
        before = len(moments.levels) - len(rows)
        people = moments.levels.shape[1]
        wrong = None if moments.wrong is None else packed(hundredths(moments.wrong[before:]), "uint16")
        asking = {
            name: _pairs(pairs[before:] if pairs is not None and people <= MOST_ASKING else None, len(rows), people)
            for name, pairs in (("asked", moments.asked), ("consulted", moments.consulted))
        }
        return {
            "rows": len(rows),
            "levels": packed(hundredths(moments.levels[before:]), "uint16"),
            "wrong": wrong,
            "plans": [self._plan(moments, rows, row) for row in self._changes(moments, rows)],
            **asking,
            "absent": None if moments.absent is None else _listed(moments.absent[before:]),
            "curves": {
                key: [None if np.isnan(value) else value for value in measures[key].tolist()] for key in self.curves
            },
            "marks": [mark._asdict() for mark in sorted(self._marks(moments, rows), key=lambda mark: mark.row)],
        }

    def _changes(self, moments: Moments, rows: range) -> list[int]:
        """Return the rows that need a plan of their own."""
        new = np.zeros(len(moments.levels), dtype=np.bool_)
        new[0] = True  # of a record, or that before these rows
        for name in OF_PLANS:
            if (array := getattr(moments, name)) is not None:
                new[1:] |= _differ(array).any(axis=1)
        for array in moments.traits.values():
            new[1:] |= _differ(array).any(axis=1)
        begun = {stage.first for stage in self.stages[1:]}
        return [row for row, is_new in zip(rows, new[-len(rows) :].tolist(), strict=True) if is_new or row in begun]

    def _plan(self, moments: Moments, rows: range, row: int) -> dict[str, Any]:
        """Return where everybody is from a row on, and what else is different from the beginning."""
        k = len(moments.levels) - len(rows) + row - rows.start
        officers, branches = moments.officers[k], moments.branches[k]
        plan = {
            "from": row,
            "cell": packed(moments.cell[k], "int32"),
            "community": packed(moments.community[k], "int32"),
            "officers": packed(officers[officers >= 0], "int32"),
            "branches": packed(branches[branches >= 0], "int32"),
            "novices": [] if moments.novices is None else np.flatnonzero(moments.novices[k]).tolist(),
        }
        if any((values[k] != self._traits[name]).any() for name, values in moments.traits.items()):
            plan["traits"] = {name: packed(values[k], "float32") for name, values in moments.traits.items()}
        stage = self._stage(row)
        return plan if stage is self.stages[0] else {**plan, "stage": stage_words(stage)}

    def _stage(self, row: int) -> Stage:
        return next((stage for stage in reversed(self.stages) if stage.first <= row), self.stages[0])

    def _marks(self, moments: Moments, rows: range) -> Iterator[Mark]:
        """Return what happens in some rows."""
        yield from self.playable.marks(self.setup, rows, moments)
        moved = _differ(moments.community).sum(axis=1)
        seated = _differ(moments.cell).sum(axis=1)
        for row in rows[int(len(moments.levels) == len(rows)) :]:
            k, stage = len(moments.levels) - len(rows) + row - rows.start, self._stage(row)
            since = row - stage.first
            if row > 1 and since == 0:
                yield Mark(row, "stage", "mark.stage", {})
            elif row > 1 and stage.planned >= 0 and since % stage.cycle_length == 0:
                yield Mark(row, "plan", "mark.plan", {"cycle": stage.planned + since // stage.cycle_length + 1})
            elif stage.shuffled and seated[k - 1]:
                yield Mark(row, "shuffle", "mark.shuffle", {"count": int(seated[k - 1])})
            if moved[k - 1]:
                yield Mark(row, "moves", "mark.moves", {"count": int(moved[k - 1])})
            if moments.arrived is not None and moments.arrived[k].any():
                yield Mark(row, "novices", "mark.novices", {"count": int(moments.arrived[k].sum())})


def curves_of(prepared: Prepared, playable: Playable) -> tuple[str, ...]:
    """Return the measures that are drawn, of those that the runs have."""
    there = info_of(prepared.settings).with_groups(prepared.groups).session_measures
    return tuple(key for key in playable.CURVES if key in there)


def stage_words(stage: Stage) -> dict[str, Any]:
    """Return what the player has to know of a stage."""
    return {
        "phases": [list(phase) for phase in stage.phases],
        "shuffled": stage.shuffled,
        "shows_officers": stage.shows_officers,
        "instructor": stage.instructor,
        "cycle_length": stage.cycle_length,
    }


def hundredths(levels: Floats) -> Floats:
    """Return levels as hundredths of a point, rounded as everywhere.

    Examples
    --------
    >>> hundredths(np.array([0.0, 0.62346, 1.0])).tolist()
    [0.0, 6235.0, 10000.0]
    """
    rounded: Floats = np.floor(HUNDREDTHS * levels + 0.5)
    return rounded


def _differ(array: Array) -> Flags:
    """Whether each number of a row differs from the one in the row before, from the second row on."""
    changed: Flags = array[1:] != array[:-1]
    return changed


def _pairs(asked: Indices | None, rows: int, people: int) -> dict[str, Any]:
    """Return who asks whom in each row: pairs of the one who asks and the one who is asked, row by row."""
    if asked is None:
        asked = np.full((rows, 0), -1, dtype=np.int32)
    row, who = np.nonzero(asked >= 0)
    pairs = np.stack([who, asked[row, who]], axis=1)
    return {"offsets": packed(_offsets(row, rows), "uint32"), "pairs": packed(pairs, _number(people))}


def _listed(flags: Flags) -> dict[str, Any]:
    """Return of whom something holds in each row: people, row by row."""
    row, who = np.nonzero(flags)
    return {"offsets": packed(_offsets(row, len(flags)), "uint32"), "people": packed(who, _number(flags.shape[1]))}


def _offsets(row: Longs, rows: int) -> Longs:
    """Return where each row begins among ascending numbers of rows, and the end of the last."""
    return np.searchsorted(row, np.arange(rows + 1))


def _number(people: int) -> str:
    """Return the type of so many people's numbers."""
    return "uint16" if people <= np.iinfo(np.uint16).max else "int32"
