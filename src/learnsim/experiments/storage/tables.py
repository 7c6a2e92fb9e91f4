"""Tables: outcomes as Arrow tables with the published column names."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pyarrow as pa

from learnsim.experiments.design.design import Design
from learnsim.experiments.execution.outcome import Outcome
from learnsim.models.runs import BINS


class Tables:
    """Makes the tables ``sessions``, ``runs`` and ``distribution`` of a design; missing values are null.

    Attributes
    ----------
    schemas : dict of name to Arrow schema
    """

    def __init__(self, design: Design) -> None:
        self._arms = {arm: number for number, arm in enumerate(design.arms)}
        self._arm_names = pa.array(design.arms, pa.string())
        self._swept = swept_columns(design)
        keys = [("point", pa.int32()), *((name, column.type) for name, column in self._swept.items())]
        keys = [*(keys if design.swept else []), ("arm", pa.string()), ("replicate", pa.int32())]
        bins = [("bin_low", pa.float64()), ("bin_high", pa.float64()), ("trainees", pa.int64())]
        kind = design.kind
        self.schemas = {
            "sessions": pa.schema([*keys, ("session", pa.int32()), *((n, pa.float64()) for n in kind.session_measures)]),
            "runs": pa.schema([*keys, *((n, pa.float64()) for n in kind.names)]),
            "distribution": pa.schema([*keys, *bins]),
        }

    def of(self, outcomes: list[Outcome]) -> dict[str, pa.Table]:
        """Return the three tables of these outcomes, in their order."""
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
        return {name: pa.Table.from_arrays(columns[name], schema=schema) for name, schema in self.schemas.items()}

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
