"""Playable: what a model's module ``playback`` offers, so that the player can show its runs session by session."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np

from learnsim.arrays import Array, Flags, Floats, Indices
from learnsim.grouping.policies import shuffle_properties
from learnsim.grouping.preparation import Prepared
from learnsim.models.record import Setup


class Moments(NamedTuple):
    """Some rows of a run as the player shows them, in a row; arrays (rows, people) but for two.

    Attributes
    ----------
    levels : how well everybody does, from 0 to 1
    wrong : how much everybody holds wrong, from 0 to 1; None where nobody can
    cell, community : where everybody was in the session that a row ends with
    officers : array (rows, cells)
        -1 where a row has fewer cells than another.
    branches : array (rows, branches + 1)
        See :class:`~learnsim.grouping.cells.SeatPlan`; -1 at the end where a row has fewer.
    traits : dict of name to array
    novices : who has taken somebody's place since the beginning; None where nobody can leave
    arrived : who has done so in the session
    asked, consulted : whom everybody approached in the cell, and in council; -1 for nobody, None where nobody is
    absent : who was absent from the session; None where nobody can be
    """

    levels: Floats
    wrong: Floats | None
    cell: Indices
    community: Indices
    officers: Indices
    branches: Indices
    traits: Mapping[str, Floats]
    novices: Flags | None = None
    arrived: Flags | None = None
    asked: Indices | None = None
    consulted: Indices | None = None
    absent: Flags | None = None


class Stage(NamedTuple):
    """Rows in which an arm stays the same.

    Attributes
    ----------
    first : int
        The row of the first session.
    phases : tuple of (name, share)
        What happens in a session, in this order.
    shows_officers, instructor : bool
        Whether officers have anything to do, and whether an instructor works with them.
    cycle_length : int
        Sessions from shuffle to shuffle.
    shuffled : bool
        Whether there is any.
    planned : int
        The number of the plan's cycle that begins with the stage, counted from 0; -1 if no plan is played.
    """

    first: int
    phases: tuple[tuple[str, float], ...]
    shows_officers: bool
    instructor: bool
    cycle_length: int
    shuffled: bool
    planned: int = -1


class Mark(NamedTuple):
    """Something that happens before the session that a row ends with, or at its end.

    Attributes
    ----------
    row : int
        The first that shows it.
    kind : str
        ``"shock"``, ``"shuffle"``, ``"plan"``, ``"moves"``, ``"novices"`` or ``"stage"``.
    text : str
        The key of its text.
    values : dict
        What the text names.
    """

    row: int
    kind: str
    text: str
    values: Mapping[str, Any]


class Playable(Protocol):
    """What a model's module ``playback`` offers.

    Attributes
    ----------
    LEVEL : str
        The key of what a level is called.
    CURVES : dict of measure to str
        The group of curves in which each is drawn.
    """

    LEVEL: str
    CURVES: Mapping[str, str]

    def items(self, prepared: Prepared) -> int:
        """Return how many items, dimensions or loci a person's level is made of."""

    def moments(self, prepared: Prepared, trace: Any) -> Moments:
        """Return the rows of a trace as they are shown."""

    def stages(self, setup: Setup) -> list[Stage]:
        """Return the stages of an arm; the first has ``first = 1``."""

    def marks(self, setup: Setup, rows: range, moments: Moments) -> Iterator[Mark]:
        """Return what strikes an arm in these rows; the last of the moments are those of the rows."""

    def ties(self, setup: Setup, start: Any) -> Indices | None:
        """Return pairs of people who are tied for good, shape (ties, 2), from a trace's first row; None if nobody is."""

    def model(self, setup: Setup) -> Any:
        """Return the Mesa model of a run."""


def seated(trace: Any, levels: Floats) -> Moments:
    """Return the rows of a trace of which nothing is shown but everybody's level and cell."""
    where = {name: getattr(trace, name) for name in ("cell", "community", "officers", "branches")}
    return Moments(levels=levels, wrong=None, traits={}, **where)


def only_stage(
    setup: Setup, phases: Sequence[tuple[str, float]], *, celled: bool, shows_officers: bool
) -> list[Stage]:
    """Return the stage of an arm that has one; ``celled`` says whether people sit in cells."""
    shuffle = setup.arm.shuffle
    return [
        Stage(
            first=1,
            phases=tuple(phases),
            shows_officers=shows_officers,
            instructor=False,
            cycle_length=setup.settings.organisation.cycle_length,
            shuffled=celled and shuffle != "none",
            planned=0 if celled and shuffle_properties(shuffle).planned else -1,
        )
    ]


def no_marks(setup: Setup, rows: range, moments: Moments) -> Iterator[Mark]:
    """Nothing strikes anybody."""
    return iter(())


def joined(parts: Sequence[Moments]) -> Moments:
    """Return the rows of several moments one below the other."""

    def together(name: str) -> Any:
        columns = [getattr(part, name) for part in parts]
        return None if columns[0] is None else np.concatenate(_as_wide(columns))

    traits = {name: np.concatenate([part.traits[name] for part in parts]) for name in parts[0].traits}
    columns: dict[str, Any] = {name: together(name) for name in Moments._fields if name != "traits"}
    return Moments(traits=traits, **columns)


def lasting(last: Moments) -> Moments:
    """Return one row after the end of a run: everything stays as it is in the last one, and nobody asks anybody."""
    asks_nobody: dict[str, Any] = {
        name: None if (array := getattr(last, name)) is None else np.full_like(array[-1:], nothing)
        for name, nothing in (("arrived", False), ("asked", -1), ("consulted", -1), ("absent", False))
    }
    one = {name: getattr(last, name) for name in Moments._fields if name not in (*asks_nobody, "traits")}
    rows: dict[str, Any] = {name: None if array is None else array[-1:] for name, array in one.items()}
    return Moments(traits={name: array[-1:] for name, array in last.traits.items()}, **rows, **asks_nobody)


def _as_wide(arrays: Sequence[Array]) -> list[Array]:
    """Return arrays with as many columns as the widest of them has; those that are narrower end with -1."""
    widest = max(array.shape[1] for array in arrays)
    missing = (np.full((len(array), widest - array.shape[1]), -1, dtype=array.dtype) for array in arrays)
    return [np.concatenate([array, none], axis=1) for array, none in zip(arrays, missing, strict=True)]
