"""Tracer: what is looked at after every session of a run, and what engines add to a record at its end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np

from learnsim.arrays import Array, Floats
from learnsim.grouping.own_measures import measures_of
from learnsim.models.record import PersonResults, Record, Setup

AnyRecord = TypeVar("AnyRecord", bound=Record)


def with_people(record: AnyRecord, start: Floats | None, partners: Array, times_officer: Array) -> AnyRecord:
    """Return a record that has what is known of each person; without a ``start``, the record as it is.

    Parameters
    ----------
    record : Record
    start : array (people,) or None
        How well everybody did before the first session, if the settings name a roster.
    partners, times_officer : arrays (people,)
        See :class:`PersonResults`.
    """
    if start is None:
        return record
    counts = (np.array(array, dtype=np.int64) for array in (partners, times_officer))
    return replace(record, by_person=PersonResults(start, record.standing(), *counts))


def membership(organisation: Any) -> dict[str, Any]:
    """Return the fields of a record that say who is where: of a tree, or whatever has a ``community`` and a ``plan``."""
    plan = organisation.plan
    return {"community": organisation.community, "cell": plan.cell, "officers": plan.officers, "branches": plan.branches}


class Tracer:
    """Looks at everybody after every session: keeps their state if wanted, and takes the user's own measures if asked for.

    Parameters
    ----------
    made_of : NamedTuple class
        The trace: arrays (sessions + 1, ...).
    setup : Setup

    Attributes
    ----------
    wanted : bool
        Whether there is anything to look for, so that the engine has to stop after every session.
    traced : bool
        Whether everybody's state is kept.
    """

    def __init__(self, made_of: Callable[..., Any], setup: Setup) -> None:
        self._made_of, self.traced = made_of, setup.trace
        self._rows: list[tuple[Array, ...]] = []
        self._own = measures_of(setup.settings)
        self._values: list[list[float]] = []
        self.wanted = self.traced or bool(self._own)

    def note(self, *state: Array, **beside: Any) -> None:
        """Look at everybody's state, in the order of the trace, and at what measures may ask for beside it."""
        if self.traced:
            self._rows.append(tuple(array.copy() for array in state))
        if self._own:
            fields = self._made_of._fields  # type: ignore[attr-defined]
            known = {**dict(zip(fields, state, strict=True)), **beside, "session": len(self._values)}
            self._values.append([own.value(known) for own in self._own])

    def trace(self) -> Any:
        """Return the trace, or ``None`` if it is not wanted."""
        return self._made_of(*(_stacked(column) for column in zip(*self._rows, strict=True))) if self.traced else None

    def measures(self) -> dict[str, Floats]:
        """Return the user's own measures, arrays (sessions + 1,)."""
        columns = np.array(self._values).T if self._own else ()
        return {own.name: column.copy() for own, column in zip(self._own, columns, strict=True)}


def _stacked(rows: tuple[Array, ...]) -> Array:
    """Return arrays as the rows of one; those that are shorter than others end with -1."""
    longest = max(len(row) for row in rows)
    if min(len(row) for row in rows) == longest:
        return np.array(rows)
    missing = (np.full((longest - len(row), *row.shape[1:]), -1, dtype=row.dtype) for row in rows)
    return np.array([np.concatenate([row, none]) for row, none in zip(rows, missing, strict=True)])
