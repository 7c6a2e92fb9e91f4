"""Estimate: the time and disk space that an experiment will take, from a few of its runs.
Writes nothing.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.parquet as parquet

from learnsim.experiments.design.design import Design
from learnsim.experiments.execution.outcome import Outcome
from learnsim.experiments.execution.tasks import Task, estimated_seconds, perform
from learnsim.experiments.storage.tables import Tables, parquet_options

PATIENCE = 2.0  # seconds that a probe may take
PROBED = 5  # points
REPLICATES = 20  # at each of them, if there is time


@dataclass(frozen=True)
class Estimate:
    """Seconds of one processor, and bytes of the finished tables, for the design's runs (the first stage's, if two)."""

    seconds: float
    size: float


def estimate(design: Design) -> Estimate:
    """Run a few replicates of every arm at a few points, spread over the design, and extrapolate."""
    count = len(design.points)
    probed = sorted({round(x * (count - 1) / max(1, PROBED - 1)) for x in range(PROBED)})
    outcomes: list[Outcome] = []
    taken, start = 0.0, time.perf_counter()
    for done, number in enumerate(probed):
        point = design.points[number]
        if done and time.perf_counter() - start > PATIENCE:
            break
        if not done and estimated_seconds(point) < PATIENCE:  # the first time, code is loaded or compiled
            perform(Task(point, design.arms[:1], range(1)))
        affordable = int(PATIENCE / len(probed) / len(design.arms) / estimated_seconds(point))
        before = time.perf_counter()
        outcomes += perform(Task(point, design.arms, range(max(1, min(affordable, REPLICATES, design.replicates)))))
        taken += time.perf_counter() - before
        if estimated_seconds(point) > PATIENCE:
            break
    good = [outcome for outcome in outcomes if not outcome.failed]
    tables = Tables(design).of(good).values() if good else ()
    each = sum(_size(table) - _size(table.slice(0, 0)) for table in tables) / max(1, len(good))
    return Estimate(taken / len(outcomes) * design.runs, each * design.runs)


def _size(table: pa.Table) -> int:
    sink = pa.BufferOutputStream()
    parquet.write_table(table, sink, **parquet_options(table.schema))
    return int(sink.getvalue().size)
