"""Data package: ``datapackage.json``, which says what every table and every column of a results folder is.

It follows the Data Package standard, version 2 (https://datapackage.org), whose software reads the tables by it. A unit is
a property of our own, as the standard allows.
"""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path
from typing import Any

import pyarrow.parquet as parquet

from learnsim.csvfile import ENCODING, as_meant
from learnsim.experiments.design.design import Design
from learnsim.experiments.storage.folder import DATA_PACKAGE, DERIVED
from learnsim.experiments.storage.results import Results, reading
from learnsim.files import write_whole
from learnsim.report.column_meanings import TABLES, columns_of

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
TABLE_PROFILE = "https://datapackage.org/profiles/2.0/dataresource.json"
MEDIA_TYPES = {"csv": "text/csv", "parquet": "application/vnd.apache.parquet"}


def write_data_package(folder: Path, results: Results) -> None:
    """Write ``datapackage.json`` into a folder that has the files made from the tables of results.

    The same tables give the same bytes: it names no time and no machine.
    """
    text = json.dumps(data_package(folder, results), indent=2, ensure_ascii=False)
    write_whole(folder / DATA_PACKAGE, f"{text}\n".encode())


def data_package(folder: Path, results: Results) -> dict[str, Any]:
    """Return the descriptor of the tables of results, and of what a folder has that was made from them."""
    design = results.design
    experiment = design.settings.experiment
    places = [(folder if name in DERIVED else results.tables) / name for name in TABLES]
    return {
        "$schema": PROFILE,
        "name": _slug(experiment.name),
        "title": experiment.question or experiment.name,
        "description": f"Results of the learnsim experiment {experiment.name}. The settings are in settings.toml, which is "
        "an experiment file, and what they were run with is in provenance.json.",
        "resources": [_resource(path, design) for path in places if path.is_file()],
    }


def _slug(name: str) -> str:
    """Return a name in the letters that the standard recommends."""
    return re.sub(r"[^-a-z0-9._]+", "-", name.lower()).strip("-") or "experiment"


def _resource(path: Path, design: Design) -> dict[str, Any]:
    stem, _, kind = path.name.rpartition(".")
    columns = columns_of(path.name, _names(path), design)
    return {
        "$schema": TABLE_PROFILE,
        "name": stem if kind == "parquet" or f"{stem}.parquet" not in TABLES else f"{stem}-{kind}",
        "type": "table",
        "path": path.name,
        "format": kind,
        "mediatype": MEDIA_TYPES[kind],
        **({"encoding": "utf-8"} if kind == "csv" else {}),
        "description": TABLES[path.name][0],
        "schema": {
            "fields": [
                {"name": name, "type": column.type, "unit": column.unit, "description": column.meaning}
                for name, column in columns.items()
            ]
        },
    }


def _names(path: Path) -> list[str]:
    """Return the column names of a table."""
    if path.suffix == ".parquet":
        with reading(path.parent):
            return list(parquet.read_schema(path).names)
    with path.open(newline="", encoding=ENCODING) as stream:
        return [as_meant(name) for name in next(csv.reader(stream))]
