"""Part files: outcomes as the bytes of a Parquet file, one row per run, and back.
Numbers are stored as they are in memory, identical in every bit.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as parquet

from learnsim.experiments.execution.outcome import Outcome, outcome_from

SCHEMA = pa.schema(
    [
        ("point", pa.int32()),
        ("arm", pa.string()),
        ("replicate", pa.int64()),
        ("width", pa.int64()),
        ("sessions", pa.binary()),
        ("totals", pa.binary()),
        ("distribution", pa.binary()),
        ("people", pa.binary()),
        ("strata", pa.binary()),
        ("clipped", pa.int64()),
        ("stage", pa.string()),
        ("cause", pa.string()),
    ]
)


def encode(outcomes: list[Outcome]) -> bytes:
    """Return outcomes as a Parquet file."""
    rows = [(o.point, o.arm, o.replicate, *o.packed(), o.clipped, o.stage, o.cause) for o in outcomes]
    arrays = [pa.array(column, field.type) for column, field in zip(zip(*rows, strict=True), SCHEMA, strict=True)]
    sink = pa.BufferOutputStream()
    options = {"compression": "none", "use_dictionary": False, "write_statistics": False}  # measured numbers hardly shrink
    parquet.write_table(pa.Table.from_arrays(arrays, schema=SCHEMA), sink, **options)
    return sink.getvalue().to_pybytes()


def decode(content: bytes) -> list[Outcome]:
    """Return the outcomes of a Parquet file made by :func:`encode`."""
    table = parquet.ParquetFile(pa.BufferReader(content)).read(use_threads=False)
    return [outcome_from(*row) for row in zip(*(column.to_pylist() for column in table.columns), strict=True)]
