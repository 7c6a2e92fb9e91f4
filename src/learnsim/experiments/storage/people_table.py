"""People table: a row for each person of a roster in each arm, with means over the replicates.
Outcomes are added in the order of replicates, so that the same runs give the same bytes.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from learnsim.arrays import Floats
from learnsim.experiments.design.design import Design
from learnsim.experiments.execution.outcome import Outcome
from learnsim.grouping.strata import COMMUNITY, communities_by_name, labels_of
from learnsim.models.record import PersonResults

ROWS = 50_000  # of a piece of the table, or some more
BEFORE = ("person", "name")
AFTER = (COMMUNITY, *PersonResults._fields[:2], "gain", *PersonResults._fields[2:], "sd_end", "replicates")
START, END, PARTNERS, TIMES_OFFICER = range(len(PersonResults._fields))


@dataclass
class _Means:
    """The means of one arm's runs so far, and the squared deviations of the end."""

    people: int
    count: int = 0
    mean: Floats = field(init=False)
    total: Floats = field(init=False)
    squares: Floats = field(init=False)

    def __post_init__(self) -> None:
        self.mean, self.total, self.squares = np.zeros((2, self.people)), np.zeros((2, self.people)), np.zeros(self.people)

    def add(self, values: Floats) -> None:
        """Add a run (Welford 1962): numbers that are all alike keep that mean, and have no deviation."""
        self.count += 1
        level = values[[START, END]]
        before = level - self.mean
        self.mean += before / self.count
        self.squares += before[1] * (level[1] - self.mean[1])
        self.total += values[[PARTNERS, TIMES_OFFICER]]  # whole numbers, which add up exactly

    def columns(self) -> list[Floats]:
        """Return start, end, gain, partners, times officer and the standard deviation of the end over replicates."""
        start, end = self.mean
        partners, times = self.total / self.count
        sd = np.sqrt(self.squares / (self.count - 1)) if self.count > 1 else np.full(self.people, np.nan)
        return [start, end, end - start, partners, times, sd]


class PeopleTable:
    """Makes the table ``people`` of a design, point by point.

    Parameters
    ----------
    design : Design
        Of an experiment with a roster.
    keys : list of (str, Arrow type)
        The columns that say which point it is.
    swept : dict of str to Arrow array
        Each swept setting's value at every point.

    Attributes
    ----------
    schema : Arrow schema
    """

    def __init__(self, design: Design, keys: list[tuple[str, pa.DataType]], swept: dict[str, pa.Array]) -> None:
        self._arms, self._swept = design.arms, swept
        roster = design.points[0].roster
        if roster is None:
            raise ValueError("without a roster there is no table of people")
        labels = labels_of(design.settings, roster)
        names = columns_of_labels(tuple(labels), design.swept)
        texts, whole = ("arm", *BEFORE, *names.values(), COMMUNITY), ("replicates",)
        types = dict.fromkeys(texts, pa.string()) | dict.fromkeys(whole, pa.int32())
        columns = ("arm", *BEFORE, *names.values(), *AFTER)
        self.schema = pa.schema([*keys, *((name, types.get(name, pa.float64())) for name in columns)])
        community = communities_by_name(design.settings, roster) or ("",) * len(roster.ids)
        said = (roster.ids, roster.names or roster.ids, *labels.values(), community)
        self._texts = [pa.array([value or None for value in column], pa.string()) for column in said]
        self._people = len(roster.ids)
        self._means: dict[str, _Means] = {}
        self._point = -1
        self._waiting: list[pa.Table] = []

    def add(self, outcome: Outcome) -> pa.Table | None:
        """Add a successful run, after those of the points before it; return the next piece of the table, if it is ready."""
        piece = None
        if outcome.point != self._point:
            piece = self._piece(ROWS)
            self._point = outcome.point
        self._means.setdefault(outcome.arm, _Means(self._people)).add(outcome.people)
        return piece

    def finish(self) -> pa.Table | None:
        """Return the last piece of the table, if there is any."""
        return self._piece(1)

    def _piece(self, rows: int) -> pa.Table | None:
        """Note the point that is complete, and return what is waiting if it has so many rows."""
        self._waiting += [self._rows_of(arm, self._means[arm]) for arm in self._arms if arm in self._means]
        self._means = {}
        if sum(table.num_rows for table in self._waiting) < rows:
            return None
        table, self._waiting = pa.concat_tables(self._waiting).combine_chunks(), []
        return table

    def _rows_of(self, arm: str, means: _Means) -> pa.Table:
        count = self._people
        points = pa.array(np.full(count, self._point, dtype=np.int32))
        keys = [points, *(column.take(points) for column in self._swept.values())] if self._swept else []
        numbers = [pa.array(values, pa.float64(), from_pandas=True) for values in means.columns()]
        replicates = pa.array(np.full(count, means.count, dtype=np.int32))
        columns = [*keys, pa.array([arm] * count, pa.string()), *self._texts, *numbers, replicates]
        return pa.Table.from_arrays(columns, schema=self.schema)


def columns_of_labels(labels: tuple[str, ...], swept: tuple[str, ...] = ()) -> dict[str, str]:
    """Return the column of each label: its name, unless another column has that.

    Examples
    --------
    >>> columns_of_labels(("Department", "name"))
    {'Department': 'Department', 'name': 'label name'}
    """
    taken, columns = {"point", "arm", *swept, *BEFORE, *AFTER}, {}
    for label in labels:
        name = label
        while name in taken:
            name = f"label {name}"
        columns[label] = name
        taken.add(name)
    return columns
