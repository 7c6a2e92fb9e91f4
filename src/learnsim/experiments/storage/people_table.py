"""People table: a row for each person of a roster in each arm, with means over the replicates.
Outcomes are added in the order of replicates, so that the same runs give the same bytes.

A second table, ``people_sums``, has what the means leave out and more replicates need: the sums of squared deviations.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet

from learnsim.arrays import Floats
from learnsim.experiments.design.design import Design
from learnsim.experiments.execution.outcome import Outcome
from learnsim.grouping.strata import COMMUNITY, communities_by_name, labels_of
from learnsim.models.record import PersonResults

ROWS = 50_000  # of a piece of the table, or some more
BEFORE = ("person", "name")
SUMS, SQUARES = "people_sums", "squared_deviations"
AFTER = (COMMUNITY, *PersonResults._fields[:2], "gain", *PersonResults._fields[2:], "sd_end", "replicates")
START, END, PARTNERS, TIMES_OFFICER = range(len(PersonResults._fields))

Pieces = dict[str, pa.Table]


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

    def packed(self) -> Floats:
        """Return all of it as an array (4, 2 x people), which the last of the runs takes along in place of its people."""
        nothing = np.zeros((2, self.people))
        rows = [*self.mean, *self.total, self.squares, np.full(self.people, float(self.count)), *nothing]
        return np.array(rows).reshape(len(PersonResults._fields), -1)

    def resume(self, packed: Floats) -> None:
        """Go on from what :meth:`packed` returned."""
        rows = packed.reshape(-1, self.people).copy()
        self.mean, self.total, self.squares, self.count = rows[:2], rows[2:4], rows[4], int(rows[5, 0])

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
    schema, sums_schema : Arrow schema
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
        self.sums_schema = pa.schema([*keys, ("arm", pa.string()), ("person", pa.string()), (SQUARES, pa.float64())])
        self._texts = [pa.array([value or None for value in column], pa.string()) for column in said]
        self._people = len(roster.ids)
        self._means: dict[str, _Means] = {}
        self._point = -1
        self._waiting: list[tuple[pa.Table, pa.Table]] = []

    def add(self, outcome: Outcome) -> Pieces | None:
        """Add a successful run, after those of the points before it; return the next piece of each table, if it is ready.

        Of runs that were taken over from finished tables, only the last has something of people: what all of them add up to.
        """
        piece = None
        if outcome.point != self._point:
            piece = self._piece(ROWS)
            self._point = outcome.point
        means = self._means.setdefault(outcome.arm, _Means(self._people))
        width = outcome.people.shape[1]
        if width == self._people:
            means.add(outcome.people)
        elif width:
            means.resume(outcome.people)
        return piece

    def finish(self) -> Pieces | None:
        """Return the last piece of each table, if there is any."""
        return self._piece(1)

    def _piece(self, rows: int) -> Pieces | None:
        """Note the point that is complete, and return what is waiting if it has so many rows."""
        self._waiting += [self._rows_of(arm, self._means[arm]) for arm in self._arms if arm in self._means]
        self._means = {}
        if sum(table.num_rows for table, _ in self._waiting) < rows:
            return None
        people, sums = (pa.concat_tables(tables).combine_chunks() for tables in zip(*self._waiting, strict=True))
        self._waiting = []
        return {"people": people, SUMS: sums}

    def _rows_of(self, arm: str, means: _Means) -> tuple[pa.Table, pa.Table]:
        count = self._people
        points = pa.array(np.full(count, self._point, dtype=np.int32))
        keys = [points, *(column.take(points) for column in self._swept.values())] if self._swept else []
        numbers = [pa.array(values, pa.float64(), from_pandas=True) for values in means.columns()]
        replicates = pa.array(np.full(count, means.count, dtype=np.int32))
        keys.append(pa.array([arm] * count, pa.string()))
        sums = [*keys, self._texts[0], pa.array(means.squares, pa.float64(), from_pandas=True)]
        people = pa.Table.from_arrays([*keys, *self._texts, *numbers, replicates], schema=self.schema)
        return people, pa.Table.from_arrays(sums, schema=self.sums_schema)


def earlier_people(folder: Path, design: Design) -> dict[tuple[int, str], Floats]:
    """Return what the runs of each point and arm add up to, as finished tables have it: packed, by point and arm."""
    people, sums = (parquet.read_table(folder / f"{name}.parquet", use_threads=False) for name in ("people", SUMS))
    names = [*(["point"] if design.swept else []), "arm", "person"]
    if any(not people[name].equals(sums[name]) for name in names):
        raise ValueError(f"people.parquet and {SUMS}.parquet were not written together")
    roster = design.points[0].roster
    count = len(roster.ids) if roster else 0
    numbers = {name: people[name].to_numpy() for name in ("start", "end", "partners", "times_officer", "replicates")}
    squares, arms = sums[SQUARES].to_numpy(), people["arm"].to_pylist()
    points = people["point"].to_pylist() if design.swept else [0] * people.num_rows
    packed = {}
    for first in range(0, people.num_rows, count):
        means, rows = _Means(count), slice(first, first + count)
        means.count = int(numbers["replicates"][first])
        means.mean = np.array([numbers["start"][rows], numbers["end"][rows]])
        means.total = np.rint(np.array([numbers["partners"][rows], numbers["times_officer"][rows]]) * means.count)
        means.squares = squares[rows]
        packed[points[first], arms[first]] = means.packed()
    return packed


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
