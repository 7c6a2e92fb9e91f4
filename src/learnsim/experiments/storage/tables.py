"""Tables: outcomes as Arrow tables with the published column names."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pyarrow as pa

from learnsim.experiments.design.design import Design
from learnsim.experiments.execution.outcome import Outcome
from learnsim.experiments.storage.people_table import SUMS, PeopleTable
from learnsim.models.runs import BINS


class Tables:
    """Makes the tables ``sessions``, ``runs`` and ``distribution`` of a design; missing values are null.

    With a roster there are more: ``strata``, a row for each stratum of each run, and ``people`` with :data:`SUMS`, which
    another object makes of all runs, unless they are not wanted.

    Attributes
    ----------
    schemas : dict of name to Arrow schema
    people : PeopleTable or None
    """

    def __init__(self, design: Design, *, people: bool = True) -> None:
        self._arms = {arm: number for number, arm in enumerate(design.arms)}
        self._arm_names = pa.array(design.arms, pa.string())
        self._swept = swept_columns(design)
        of_point = [("point", pa.int32()), *((name, column.type) for name, column in self._swept.items())]
        of_point = of_point if design.swept else []
        keys = [*of_point, ("arm", pa.string()), ("replicate", pa.int32())]
        bins = [("bin_low", pa.float64()), ("bin_high", pa.float64()), ("trainees", pa.int64())]
        kind = design.kind
        self.schemas = {
            "sessions": pa.schema([*keys, ("session", pa.int32()), *((n, pa.float64()) for n in kind.session_measures)]),
            "runs": pa.schema([*keys, *((n, pa.float64()) for n in kind.names)]),
            "distribution": pa.schema([*keys, *bins]),
        }
        kept = design.points.by_person
        self._strata, self._by_stratum = kept.strata, kind.by_stratum
        if self._strata:
            of_stratum = [("label", pa.string()), ("value", pa.string()), ("people", pa.int64())]
            self.schemas["strata"] = pa.schema([*keys, *of_stratum, *((n, pa.float64()) for n in kind.by_stratum)])
        self.people = PeopleTable(design, of_point, self._swept) if people and kept.people else None
        if self.people:
            self.schemas |= {"people": self.people.schema, SUMS: self.people.sums_schema}

    def of(self, outcomes: list[Outcome]) -> dict[str, pa.Table]:
        """Return the tables of these outcomes, in their order; all but that of people."""
        lengths = [len(outcome.sessions) for outcome in outcomes]
        stacked = np.concatenate([outcome.sessions.T for outcome in outcomes], axis=1)
        numbers = pa.array(np.concatenate([np.arange(n, dtype=np.int32) for n in lengths]))
        totals = np.column_stack([outcome.totals for outcome in outcomes])
        edges = np.arange(BINS + 1) / BINS
        trainees = pa.array(np.concatenate([o.distribution for o in outcomes]), pa.int64())
        count = len(outcomes)
        columns = {
            "sessions": [*self._keys(outcomes, lengths), numbers, *map(_floats, stacked)],
            "runs": [*self._keys(outcomes, [1] * count), *map(_floats, totals)],
            "distribution": [
                *self._keys(outcomes, [BINS] * count),
                _floats(np.tile(edges[:-1], count)),
                _floats(np.tile(edges[1:], count)),
                trainees,
            ],
        }
        if self._strata:
            columns["strata"] = self._of_strata(outcomes)
        return {name: pa.Table.from_arrays(arrays, schema=self.schemas[name]) for name, arrays in columns.items()}

    def _of_strata(self, outcomes: list[Outcome]) -> list[pa.Array]:
        """The columns of ``strata``: a row for each run and stratum."""
        count = len(outcomes)
        values = np.array([o.strata for o in outcomes]).reshape(count * len(self._strata), len(self._by_stratum))
        labels, names = (pa.array([stratum[field] for stratum in self._strata] * count, pa.string()) for field in (0, 1))
        sizes = pa.array([len(stratum.members) for stratum in self._strata] * count, pa.int64())
        return [*self._keys(outcomes, [len(self._strata)] * count), labels, names, sizes, *map(_floats, values.T)]

    def _keys(self, outcomes: list[Outcome], lengths: list[int]) -> list[pa.Array]:
        """The columns that identify the run of a row."""
        points = pa.array(np.repeat(np.array([o.point for o in outcomes], dtype=np.int32), lengths))
        arms = pa.array(np.repeat([self._arms[o.arm] for o in outcomes], lengths))
        replicates = pa.array(np.repeat(np.array([o.replicate for o in outcomes], dtype=np.int32), lengths))
        swept = [points, *(column.take(points) for column in self._swept.values())] if self._swept else []
        return [*swept, self._arm_names.take(arms), replicates]


def parquet_options(schema: pa.Schema) -> dict[str, Any]:
    """Return the options for writing a table: dictionaries help for texts, not for measured numbers."""
    words = [field.name for field in schema if pa.types.is_string(field.type)]
    return {"compression": "snappy", "use_dictionary": words}


def swept_columns(design: Design) -> dict[str, pa.Array]:
    """Return each swept setting's value at every point: numbers, strings or booleans; anything else as JSON."""
    points = [design.points.values(number) for number in range(len(design.points))]
    return {name: pa.array(_plain([point[name] for point in points])) for name in design.swept}


def _plain(values: list[Any]) -> list[Any]:
    kinds = {type(value) for value in values}
    if kinds == {int, float}:
        return [float(value) for value in values]
    if len(kinds) == 1 and kinds <= {int, float, str, bool}:
        return values
    return [value if isinstance(value, str) else json.dumps(value) for value in values]


def _floats(values: Any) -> pa.Array:
    return pa.array(values, pa.float64(), from_pandas=True)
