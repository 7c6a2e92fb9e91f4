"""Reproduce: an experiment run again from its results folder alone, its tables compared row by row.
Writes nothing into the folder.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as parquet

from learnsim.errors import ResultsError
from learnsim.experiments.design.checks import design_of
from learnsim.experiments.execution.executors import local_pool
from learnsim.experiments.runner import run_missing
from learnsim.experiments.storage.code_changes import code_changes
from learnsim.experiments.storage.folder import SETTINGS, read_provenance
from learnsim.experiments.storage.lock import open_store
from learnsim.experiments.storage.merge import write_tables
from learnsim.experiments.storage.people_table import SUMS
from learnsim.experiments.storage.results import UNREADABLE, check_finished
from learnsim.experiments.storage.tables import Tables
from learnsim.models.runs import engine_of
from learnsim.progress import Progress
from learnsim.provenance import identity, installed
from learnsim.settings import load

SHOWN = 10
BATCH = 4096  # rows compared at a time
KEYS = ("point", "arm", "replicate", "session", "bin_low", "label", "value", "person")

Row = dict[str, Any]
Key = tuple[tuple[str, Any], ...]


@dataclass
class Comparison:
    """How two runs of an experiment compare.

    Attributes
    ----------
    compared : list of str
        The tables that were compared.
    changed : list of str
        What differs from when the results were made: versions, settings, roster, plan, policies or measures.
    lines : list of str
        The lines in which the code of a user's own model differs, as a unified diff; at most about ten.
    differences : list of str
        The first ten, each with table, row, column, and the value there and here.
    count : int
        The number of differences.
    """

    compared: list[str]
    changed: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    differences: list[str] = field(default_factory=list)
    count: int = 0

    def note(self, difference: str) -> None:
        """Add a difference."""
        self.count += 1
        if len(self.differences) < SHOWN:
            self.differences.append(difference)


def reproduce(folder: Path, workers: int, progress: Progress) -> Comparison:
    """Run an experiment again and compare.

    Parameters
    ----------
    folder : Path
        Finished results.
    workers : int
        Runs at a time.
    progress : Progress

    Raises
    ------
    LearnsimError
        If the folder holds no finished results, or its settings cannot be used.
    """
    check_finished(folder)
    settings = load(folder / SETTINGS)
    design = design_of(settings, str(folder / SETTINGS), workers)
    tables = [name for name in Tables(design).schemas if name != SUMS and (folder / f"{name}.parquet").is_file()]
    if not tables:
        raise ResultsError(f"{folder}: has no table to compare with")
    comparison = Comparison(tables)
    try:
        begun = read_provenance(folder)
        for name in tables:
            parquet.read_metadata(folder / f"{name}.parquet")  # before hours of work
        code = code_changes(folder, begun, settings)
        comparison.changed, comparison.lines = code.texts, code.lines
        if begun.get("source_hash") == installed()["source_hash"] and begun.get("identity") != identity(settings):
            comparison.changed.append("settings, roster, plan, policies or measures were edited")
        with (
            tempfile.TemporaryDirectory(prefix="learnsim-") as scratch,
            local_pool(engine_of(settings), workers) as pool,
            open_store(Path(scratch) / "again", design) as store,
        ):
            run_missing(design, store, pool, progress)
            write_tables(store, store.folder)
            for name in tables:
                with (
                    parquet.ParquetFile(folder / f"{name}.parquet") as there,
                    parquet.ParquetFile(store.folder / f"{name}.parquet") as here,
                ):
                    _compare(name, there, here, comparison)
    except UNREADABLE as error:
        raise ResultsError(f"{folder}: cannot be compared ({type(error).__name__}: {error})") from None
    return comparison


def _compare(name: str, there: parquet.ParquetFile, here: parquet.ParquetFile, comparison: Comparison) -> None:
    """Add every difference between two tables, whatever the order of their rows."""
    schema = here.schema_arrow
    names = set(there.schema_arrow.names) ^ set(schema.names)
    if names:
        comparison.note(f"{name}: only one of them has the column(s) {', '.join(sorted(names))}")
        return
    waiting: tuple[dict[Key, Row], dict[Key, Row]] = ({}, {})
    for batches in zip_longest(_batches(there, schema), _batches(here, schema)):
        if not any(waiting) and None not in batches and batches[0].equals(batches[1]):
            continue
        for rows, batch in zip(waiting, batches, strict=True):
            rows.update(_rows(batch) if batch is not None else ())
        for key in [key for key in waiting[0] if key in waiting[1]]:
            before, now = waiting[0].pop(key), waiting[1].pop(key)
            for column in schema.names:
                if before[column] != now[column]:
                    comparison.note(f"{name}: {_key_text(key)}: {column} {before[column]!r} there, {now[column]!r} here")
    for rows, place in zip(waiting, ("there", "here"), strict=True):
        for key in rows:
            comparison.note(f"{name}: {_key_text(key)}: only {place}")


def _batches(file: parquet.ParquetFile, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    for batch in file.iter_batches(BATCH):
        yield batch.select(schema.names).cast(schema)


def _rows(batch: pa.RecordBatch) -> Iterator[tuple[Key, Row]]:
    keys = [name for name in KEYS if name in batch.schema.names]
    for row in batch.to_pylist():
        yield tuple((name, row[name]) for name in keys), row


def _key_text(key: Key) -> str:
    return ", ".join(f"{name} {value}" for name, value in key)
