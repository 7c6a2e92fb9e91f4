"""Folder: where the results of an experiment go, and whether they may go there.
Reads only, and changes nothing.
"""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Any

from learnsim.errors import LearnsimError, ResultsError, listed
from learnsim.experiments.design.share import WHOLE, Share, share_in
from learnsim.experiments.storage.code_changes import CodeChanges, code_changes
from learnsim.experiments.storage.growth import Growth, growth_of
from learnsim.experiments.storage.ledger import Ledger
from learnsim.provenance import identity
from learnsim.settings import Settings, load

SETTINGS, PROVENANCE, FAILURES = "settings.toml", "provenance.json", "failures.csv"
REPORT, FIGURES = "report.html", "figures"
TARGETS, COMPARISON = "targets_given.csv", "targets.csv"  # the user's file; the comparison with the results
DATA_PACKAGE, RUNS_CSV = "datapackage.json", "runs.csv"  # what the columns mean; the runs for a spreadsheet, if asked for
DERIVED = (  # files made from the tables
    *("summary.csv", "contrasts.csv", "effects.csv", "shares.csv", "sensitivity.csv", "boxes.csv", "strata.csv"),
    *(COMPARISON, DATA_PACKAGE, RUNS_CSV, FIGURES, REPORT),
)
LAST = (REPORT, SETTINGS, PROVENANCE)  # moved last, in this order: they mark the folder as complete
PARTS, LEDGER, LOCK, OWNER, GONE = "parts", "ledger.jsonl", "lock", "owner.json", ".parts-gone"
CURE = "restore it from a copy of the results, or run the experiment again with --fresh"
SHOWN = 3  # differences in an error message
PROVENANCE_FIELDS: dict[str, type | tuple[type, ...]] = {  # the types of the fields of provenance.json that are read back
    "identity": str,
    "source_hash": str,
    "model_hash": str,
    "engine": str,
    "versions": dict,
    "warnings": list,
    "runs": int,
    "failed": int,
    "clipped": int,
    "seconds": (int, float),
    "processor": str,
    "processors": int,
    "memory": int,
}


def folder_for(settings: Settings, out: Path | None, *, fresh: bool = False) -> Path:
    """Return where the results go: ``out``, or ``results/<name>`` below the current folder.

    With ``fresh``, the first of NAME, NAME-2, NAME-3, ... that does not exist.
    """
    folder = Path(os.path.normpath(out)) if out is not None else Path("results") / settings.experiment.name
    number, free = 2, folder
    while fresh and os.path.lexists(free):
        free = folder.with_name(f"{folder.name}-{number}")
        number += 1
    return free


def is_finished(folder: Path) -> bool:
    """Whether the folder contains finished results with all runs.

    Parts without a ledger are of a run that was killed before it had begun to let the results grow.
    """
    return (folder / PROVENANCE).is_file() and not (folder / PARTS / LEDGER).exists()


def is_unfinished(folder: Path) -> bool:
    """Whether the folder contains an experiment that was begun, or began to grow, and is not finished.

    One with all its runs is finished even if some of them failed and may be repeated.
    """
    header = Ledger(folder / PARTS / LEDGER).header
    if not header or not (folder / PROVENANCE).is_file():
        return bool(header)
    return read_provenance(folder).get("identity") != header["identity"]


def read_provenance(folder: Path) -> dict[str, Any]:
    """Return the content of ``provenance.json``.

    Raises
    ------
    ResultsError
        If learnsim did not write it.
    """
    path = folder / PROVENANCE
    try:
        record = json.loads(path.read_bytes())
        json.dumps(record, ensure_ascii=False).encode()  # half a character can be read, but not written again
    except OSError as error:
        raise ResultsError(f"{path}: cannot be read ({error.strerror})") from None
    except (ValueError, RecursionError) as error:
        shown = "nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise ResultsError(f"{path}: was not written by learnsim ({shown}); {CURE}") from None
    if not isinstance(record, dict):
        raise ResultsError(f"{path}: was not written by learnsim (no names and values); {CURE}")
    for key, kind in PROVENANCE_FIELDS.items():
        value = record.get(key)
        plain = isinstance(value, kind) and not isinstance(value, bool)
        if isinstance(value, (dict, list)):
            plain = plain and all(isinstance(part, str) for part in (value.values() if isinstance(value, dict) else value))
        if key in record and not plain:
            raise ResultsError(f"{path}: its {key} was not written by learnsim; {CURE}")
    return record


def check_folder(folder: Path, settings: Settings, share: Share = WHOLE) -> tuple[str, ...]:
    """Check that results can be written there, and change nothing.

    Returns
    -------
    gains : tuple of str
        What the experiment has more of than that of the folder, in words; empty if it is the same.

    Raises
    ------
    ResultsError
        If the folder is not writable, is not a results folder, or contains results of another experiment.
    """
    if os.path.lexists(folder) and not folder.is_dir():
        raise ResultsError(f"{folder}: exists and is not a folder; choose another one with --out")
    gains = _check_same(folder, settings, share) if folder.is_dir() else ()
    above = folder.absolute()
    while not above.exists():
        above = above.parent
    if not above.is_dir():
        raise ResultsError(f"{folder}: {above} is not a folder; choose another folder with --out")
    if is_finished(folder) and not gains:
        return gains
    try:
        with tempfile.TemporaryFile(dir=above):
            pass
    except OSError as error:
        raise ResultsError(
            f"{folder}: {above} is not writable ({error.strerror}); choose another folder with --out"
        ) from None
    return gains


def _check_same(folder: Path, settings: Settings, share: Share) -> tuple[str, ...]:
    begun = _origin_of(folder)
    if begun is None:
        if any(path.name != PARTS for path in folder.iterdir()):
            raise ResultsError(f"{folder}: is not empty and contains no learnsim results; choose another one with --out")
        return ()
    if share_in(begun) != share:
        names = ["the whole experiment" if one == WHOLE else f"shard {one}" for one in (share_in(begun), share)]
        raise ResultsError(f"{folder}: contains results of {names[0]}, not of {names[1]}; choose another folder with --out")
    code = code_changes(folder, begun, settings) if "source_hash" in begun else CodeChanges([], [])
    changed = code.texts
    gains: tuple[str, ...] = ()
    why = ""
    if begun["identity"] != identity(settings):
        growth, edited = _growth(folder, settings, begun["identity"])
        gains, why = growth.gains, "; ".join(growth.differences[:SHOWN]) + _and_more(growth.differences)
        if not why and not changed and (edited or not gains):
            why = "its settings.toml, roster, plan, policies or measures were edited there"
        elif not why and not changed and share != WHOLE:
            why = f"{listed(gains)}; a shard cannot grow, but what learnsim merge makes of all shards can"
    if why:
        fresh = "--fresh creates a new folder, " if share == WHOLE else ""
        raise ResultsError(f"{folder}: contains results of another experiment ({why}); {fresh}--out chooses another one")
    if changed:
        cure = "--fresh creates a new folder, learnsim reproduce compares"
        cure = cure if share == WHOLE else "--out chooses another folder"
        error = ResultsError(f"{folder}: was run with other versions ({'; '.join(changed[:SHOWN])}); {cure}")
        if code.lines:
            error.add_note(code.note)
        raise error
    return gains


def _growth(folder: Path, settings: Settings, begun: str) -> tuple[Growth, bool]:
    """Return how an experiment differs from that of a folder, and whether the files there were edited."""
    try:
        there = load(folder / SETTINGS)
    except LearnsimError:
        return Growth(differences=("its settings.toml cannot be read",)), False
    growth = growth_of(there, settings)
    try:
        return growth, identity(there) != begun
    except LearnsimError:
        return growth, True


def _and_more(differences: tuple[str, ...]) -> str:
    return f" and {len(differences) - SHOWN} more" if len(differences) > SHOWN else ""


def _origin_of(folder: Path) -> dict[str, Any] | None:
    """The experiment and the versions that the folder was begun with; None if it contains no results."""
    header = Ledger(folder / PARTS / LEDGER).header
    if header:
        return header
    if (folder / PROVENANCE).is_file():
        begun = read_provenance(folder)
        if "identity" in begun:
            return begun
    try:  # the ledger and the parts are lost, but the settings are not
        return {"identity": identity(load(folder / SETTINGS))} if (folder / PARTS).is_dir() else None
    except LearnsimError:
        return None
