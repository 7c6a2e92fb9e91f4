"""Tracer: what engines note of everybody on the way, and what they add to a record at the end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np

from learnsim.arrays import Array, Floats
from learnsim.models.record import PersonResults, Record

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
    """Collects everybody's state after every session, if wanted.

    Parameters
    ----------
    made_of : callable
        The trace, a NamedTuple of arrays (sessions + 1, ...).
    wanted : bool
    """

    def __init__(self, made_of: Callable[..., Any], *, wanted: bool) -> None:
        self.wanted = wanted
        self._made_of = made_of
        self._rows: list[tuple[Array, ...]] = []

    def note(self, *state: Array) -> None:
        """Add a copy of these arrays."""
        if self.wanted:
            self._rows.append(tuple(array.copy() for array in state))

    def trace(self) -> Any:
        """Return the trace, or ``None`` if it is not wanted."""
        return self._made_of(*(_stacked(column) for column in zip(*self._rows, strict=True))) if self.wanted else None


def _stacked(rows: tuple[Array, ...]) -> Array:
    """Return arrays as the rows of one; those that are shorter than others end with -1."""
    longest = max(len(row) for row in rows)
    missing = (np.full((longest - len(row), *row.shape[1:]), -1, dtype=row.dtype) for row in rows)
    return np.array([np.concatenate([row, none]) if len(none) else row for row, none in zip(rows, missing, strict=True)])
