"""Merge: from the parts of an experiment to its final tables.
The same runs give the same bytes, however they were divided and whenever they were run.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pyarrow as pa
import pyarrow.parquet as parquet

from learnsim.csvfile import csv_writer
from learnsim.errors import ResultsError
from learnsim.experiments.design.design import Design
from learnsim.experiments.execution.outcome import Outcome
from learnsim.experiments.storage.finished_runs import FinishedRuns
from learnsim.experiments.storage.folder import DERIVED, FAILURES, GONE, LAST, PARTS, PROVENANCE
from learnsim.experiments.storage.owner import is_abandoned
from learnsim.experiments.storage.people_table import SUMS
from learnsim.experiments.storage.store import Store
from learnsim.experiments.storage.tables import Tables, parquet_options
from learnsim.files import sync, write_whole
from learnsim.provenance import numbers_of, provenance_of

DRAFT = "draft"
OF_PEOPLE = ("strata", "people", SUMS)  # tables that a larger experiment may be too large for

Item = TypeVar("Item")


@dataclass(frozen=True)
class Tally:
    """Counts made while the tables were written."""

    runs: int
    failed: int
    clipped: int


@contextmanager
def table_writer(path: Path, schema: pa.Schema) -> Iterator[parquet.ParquetWriter]:
    """Open a writer of one table."""
    with (
        pa.OSFile(str(path), "wb") as stream,  # opened here, so that it is closed even if the disk is full
        parquet.ParquetWriter(stream, schema, **parquet_options(schema)) as writer,
    ):
        yield writer


def write_tables(store: FinishedRuns, folder: Path, *, so_far: bool = False) -> Tally:
    """Merge the finished runs into ``sessions``, ``runs`` and ``distribution``, with a roster ``strata`` and ``people``.

    It takes constant memory. Failed runs are rows of ``failures.csv``, with their stage, cause and settings.

    Of an experiment that is not finished there are, with ``so_far``, the replicates that are finished in every arm, and no
    means of people.
    """
    makers, design = Tables(store.design, people=not so_far), store.design
    runs = failed = clipped = 0
    with ExitStack() as files:
        writers = {
            name: files.enter_context(table_writer(folder / f"{name}.parquet", schema))
            for name, schema in makers.schemas.items()
        }
        failures = files.enter_context(csv_writer(folder / FAILURES))
        failures.writerow(["point", *design.swept, "arm", "replicate", "stage", "cause", "settings"])
        for outcomes, tables in _one_ahead(_tables_of(store.in_order(paired=so_far), makers)):
            bad = [outcome for outcome in outcomes if outcome.failed]
            runs, failed = runs + len(outcomes), failed + len(bad)
            clipped += sum(outcome.clipped for outcome in outcomes)
            for name, table in tables.items():
                writers[name].write_table(table, row_group_size=max(1, table.num_rows))
            failures.writerows(_failure(design, outcome) for outcome in bad)
    if not failed:
        (folder / FAILURES).unlink()
    return Tally(runs, failed, clipped)


def _tables_of(runs: Iterator[list[Outcome]], makers: Tables) -> Iterator[tuple[list[Outcome], dict[str, pa.Table]]]:
    """Yield the finished runs, some hundreds at a time, and the tables of the successful ones."""
    people = makers.people
    for outcomes in runs:
        good = [outcome for outcome in outcomes if not outcome.failed]
        tables = makers.of(good) if good else {}
        pieces = [piece for outcome in good if people and (piece := people.add(outcome))]
        tables |= {name: pa.concat_tables([piece[name] for piece in pieces]) for name in (pieces[0] if pieces else ())}
        yield outcomes, tables
    if people and (piece := people.finish()):
        yield [], piece


def _one_ahead(items: Iterator[Item]) -> Iterator[Item]:
    """Yield the items, each made by another thread while the one before it is used."""
    with ThreadPoolExecutor(1) as maker:
        coming = maker.submit(next, items, None)
        while (item := coming.result()) is not None:
            coming = maker.submit(next, items, None)
            yield item


def _failure(design: Design, one: Outcome) -> list[Any]:
    tree = json.dumps(numbers_of(design.points.settings(one.point)), default=str)
    return [one.point, *design.points.values(one.point).values(), one.arm, one.replicate, one.stage, one.cause, tree]


def finish(store: Store, seconds: float) -> Tally:
    """Write the tables and the provenance, and move them into place; the parts are removed unless runs failed.

    Files made from earlier tables are removed first: nothing in a folder is older than its tables.

    Parameters
    ----------
    store : Store
        With no run missing.
    seconds : float
        Duration of the runs, for the provenance.

    Raises
    ------
    ResultsError
        If the disk is full; finished runs are kept.
    """
    draft, folder = store.parts / DRAFT, store.folder
    store.owner.check()
    store.close()
    try:
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir()
        tally = write_tables(store, draft)
        provenance: dict[str, Any] = provenance_of(store.design.settings, seconds, tally.clipped)
        provenance |= {"runs": tally.runs, "failed": tally.failed, "warnings": list(store.design.warnings)}
        write_whole(draft / PROVENANCE, (json.dumps(provenance, indent=2) + "\n").encode())
        store.owner.check()
        (folder / PROVENANCE).unlink(missing_ok=True)  # of an earlier run, with failures
        remove(folder, (*DERIVED, *(f"{name}.parquet" for name in OF_PEOPLE if not (draft / f"{name}.parquet").exists())))
        move_into(draft, folder)
        draft.rmdir()
    except OSError as error:
        store.owner.check()  # else what is there is another one's
        shutil.rmtree(draft, ignore_errors=True)
        raise ResultsError(
            f"{folder}: could not be written ({error.strerror or error}); finished runs are kept: "
            "free some space and run the same command again"
        ) from None
    if not tally.failed:
        (folder / FAILURES).unlink(missing_ok=True)
        sweep(folder)
        (folder / PARTS).rename(folder / GONE)  # atomic; the removal itself may take longer
        sweep(folder)
    return tally


def sweep(folder: Path) -> None:
    """Remove parts that are no longer needed, and temporary files of an analysis that was killed."""
    for path in (folder / GONE, *filter(is_abandoned, folder.glob(".analysis-*"))):
        shutil.rmtree(path, ignore_errors=True)


def remove(folder: Path, names: Iterable[str]) -> None:
    """Remove files and folders, if they exist."""
    for path in (folder / name for name in names):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def move_into(draft: Path, folder: Path) -> None:
    """Move all files into place, settings and provenance last: they mark the folder as complete."""
    order = {name: place for place, name in enumerate(LAST)}
    for path in sorted(draft.iterdir(), key=lambda path: order.get(path.name, -1)):
        target = folder / path.name
        if path.is_dir():
            shutil.rmtree(target, ignore_errors=True)
        else:
            sync(path)
        path.replace(target)
    sync(folder)
