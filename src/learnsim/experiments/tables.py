"""Tables: outcomes as Arrow tables with the published column names.
Knows outcomes and designs; pyarrow does the rest.
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pyarrow as pa

from learnsim.experiments.design import Design
from learnsim.experiments.runner import Outcome
from learnsim.training.measures import BINS, RUN_MEASURES, SESSION_MEASURES


def tables_of(design: Design, outcomes: list[Outcome]) -> dict[str, pa.Table]:
    """Return the tables ``sessions``, ``runs`` and ``distribution``; missing values are null."""
    lengths = [len(outcome.sessions) for outcome in outcomes]
    sessions = _keys(design, outcomes, lengths)
    sessions["session"] = pa.array(np.concatenate([np.arange(n) for n in lengths]), pa.int32())
    stacked = np.concatenate([outcome.sessions for outcome in outcomes])
    for column, name in enumerate(SESSION_MEASURES):
        sessions[name] = _floats(stacked[:, column])
    runs = _keys(design, outcomes, [1] * len(outcomes))
    for name in (*SESSION_MEASURES, *RUN_MEASURES):
        runs[name] = _floats(np.array([outcome.totals[name] for outcome in outcomes]))
    distribution = _keys(design, outcomes, [BINS] * len(outcomes))
    edges = np.arange(BINS + 1) / BINS
    distribution["bin_low"] = _floats(np.tile(edges[:-1], len(outcomes)))
    distribution["bin_high"] = _floats(np.tile(edges[1:], len(outcomes)))
    distribution["trainees"] = pa.array(np.concatenate([o.distribution for o in outcomes]), pa.int64())
    return {"sessions": pa.table(sessions), "runs": pa.table(runs), "distribution": pa.table(distribution)}


def _keys(design: Design, outcomes: list[Outcome], lengths: list[int]) -> dict[str, pa.Array]:
    """The columns that say which run a row belongs to."""
    columns: dict[str, pa.Array] = {}
    if design.swept:
        points = [design.points[outcome.point] for outcome in outcomes]
        columns["point"] = pa.array(np.repeat([point.number for point in points], lengths), pa.int32())
        for name in design.swept:
            values = _plain([point.values[name] for point in points])
            repeated = [value for value, length in zip(values, lengths, strict=True) for _ in range(length)]
            columns[name] = pa.array(repeated)
    arms = [outcome.arm for outcome in outcomes]
    columns["arm"] = pa.array(np.repeat(np.array(arms, dtype=object), lengths), pa.string())
    columns["replicate"] = pa.array(np.repeat([outcome.replicate for outcome in outcomes], lengths), pa.int32())
    return columns


def _plain(values: list[Any]) -> list[Any]:
    """Swept values as one column's type: numbers, strings or booleans; anything else as JSON."""
    kinds = {type(value) for value in values}
    if kinds == {int, float}:
        return [float(value) for value in values]
    if len(kinds) == 1 and kinds <= {int, float, str, bool}:
        return values
    return [value if isinstance(value, str) else json.dumps(value) for value in values]


def _floats(values: Any) -> pa.Array:
    return pa.array(np.asarray(values, dtype=np.float64), pa.float64(), from_pandas=True)
