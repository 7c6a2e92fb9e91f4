"""Stored points: the points of finished results, read from their tables.
Another version of SciPy or SALib would draw other points, and SALib may not be installed.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as parquet

from learnsim.csvfile import read_csv
from learnsim.experiments.design.points import combinations_of
from learnsim.experiments.storage.folder import FAILURES
from learnsim.settings import Settings
from learnsim.settings.sampling import LISTED, Span


def combinations_there(folder: Path, settings: Settings) -> list[tuple[Any, ...]] | None:
    """Return the swept values of every point of finished results that were drawn; None where a design lists its values.

    A point whose runs all failed is in no table, but in ``failures.csv``; a point that is in neither is drawn again.

    Raises
    ------
    ValueError, OSError, pyarrow.ArrowException
        If the tables cannot be read, or have values that cannot be drawn.
    """
    sampling, names = settings.design, list(settings.sweep)
    if sampling.kind in LISTED:
        return None
    width = {"saltelli": len(names) + 2, "morris": len(names) + 1}.get(sampling.kind, 1)
    count = sampling.points * width
    readers = [_reader(name, swept) for name, swept in settings.sweep.items()]
    points: dict[int, tuple[Any, ...]] = {}
    with parquet.ParquetFile(folder / "runs.parquet", pre_buffer=False) as file:
        table = file.read(columns=["point", *names], use_threads=False)
    numbers, first = np.unique(table["point"].to_numpy(), return_index=True)
    columns = [table[name].take(first).to_pylist() for name in names]
    for number, *values in zip(numbers.tolist(), *columns, strict=True):
        points[number] = tuple(read(value) for read, value in zip(readers, values, strict=True))
    if (folder / FAILURES).is_file():
        for row in read_csv(folder / FAILURES)[1]:
            points.setdefault(int(row["point"]), tuple(read(row[n]) for read, n in zip(readers, names, strict=True)))
    missing = [number for number in range(count) if number not in points]
    if missing:
        drawn = combinations_of(settings, str(folder))
        points |= {number: drawn[number] for number in missing}
    return [points[number] for number in range(count)]


def _reader(name: str, swept: Span | list[Any]) -> Callable[[Any], Any]:
    """Return a function that converts a table cell or a text to a value of a swept setting."""
    if isinstance(swept, Span):
        whole = isinstance(swept.low, int) and isinstance(swept.high, int)

        def number(there: Any) -> int | float:
            value = int(there) if whole else float(there)
            if not swept.low <= value <= swept.high:
                raise ValueError(f"{name} = {value} is not in the range in settings.toml")
            return value

        return number
    known: dict[Any, Any] = {}
    for value in swept:
        plain = [value] if isinstance(value, (int, float, str)) else []
        for written in (*plain, str(value), json.dumps(value)):
            known.setdefault(written, value)

    def listed(there: Any) -> Any:
        if there not in known:
            raise ValueError(f"{name} = {there!r} is not one of the values in settings.toml")
        return known[there]

    return listed
