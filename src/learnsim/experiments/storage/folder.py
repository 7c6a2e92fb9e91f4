"""Folder: where the results of an experiment go, and whether they may go there.
Reads only, and changes nothing.
"""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Any

from learnsim.errors import LearnsimError, ResultsError
from learnsim.experiments.storage.ledger import Ledger
from learnsim.grouping.policy_files import content_of, read_sources
from learnsim.provenance import changed_since, identity, numbers_of, versions_of
from learnsim.settings import Settings, load

SETTINGS, PROVENANCE, FAILURES = "settings.toml", "provenance.json", "failures.csv"
REPORT, FIGURES = "report.html", "figures"
TARGETS, COMPARISON = "targets_given.csv", "targets.csv"  # the user's file; the comparison with the results
DERIVED = (  # files made from the tables
    *("summary.csv", "contrasts.csv", "effects.csv", "shares.csv", "sensitivity.csv", "boxes.csv", "strata.csv"),
    *(COMPARISON, FIGURES, REPORT),
)
LAST = (REPORT, SETTINGS, PROVENANCE)  # moved last, in this order: they mark the folder as complete
PARTS, LEDGER, LOCK, OWNER, GONE = "parts", "ledger.jsonl", "lock", "owner.json", ".parts-gone"
CURE = "restore it from a copy of the results, or run the experiment again with --fresh"
SHOWN, LONGEST = 3, 200  # differences, and characters of a value, in an error message
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
    """Whether the folder contains finished results with all runs."""
    return (folder / PROVENANCE).is_file() and not (folder / PARTS).exists()


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


def check_folder(folder: Path, settings: Settings) -> None:
    """Check that results can be written there, and change nothing.

    Raises
    ------
    ResultsError
        If the folder is not writable, is not a results folder, or contains results of another experiment.
    """
    if os.path.lexists(folder) and not folder.is_dir():
        raise ResultsError(f"{folder}: exists and is not a folder; choose another one with --out")
    if folder.is_dir():
        _check_same(folder, settings)
    above = folder.absolute()
    while not above.exists():
        above = above.parent
    if not above.is_dir():
        raise ResultsError(f"{folder}: {above} is not a folder; choose another folder with --out")
    if is_finished(folder):
        return
    try:
        with tempfile.TemporaryFile(dir=above):
            pass
    except OSError as error:
        raise ResultsError(
            f"{folder}: {above} is not writable ({error.strerror}); choose another folder with --out"
        ) from None


def _check_same(folder: Path, settings: Settings) -> None:
    begun = _origin_of(folder)
    if begun is None:
        if any(path.name != PARTS for path in folder.iterdir()):
            raise ResultsError(f"{folder}: is not empty and contains no learnsim results; choose another one with --out")
        return
    changed = changed_since(begun, versions_of(settings)) if "source_hash" in begun else []
    if begun["identity"] != identity(settings):
        differing = _difference(folder, settings)
        if differing or not changed:
            raise ResultsError(
                f"{folder}: contains results of another experiment "
                f"({differing or 'its settings.toml, roster, plan or policies were edited there'}); "
                "--fresh creates a new folder, --out chooses another one"
            )
    if changed:
        raise ResultsError(
            f"{folder}: was run with other versions ({'; '.join(changed[:3])}); "
            "--fresh creates a new folder, learnsim reproduce compares"
        )


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


def _difference(folder: Path, settings: Settings) -> str:
    """Return in which settings that determine numbers a folder differs from these; empty if in none."""
    try:
        there = load(folder / SETTINGS)
    except LearnsimError:
        return "its settings.toml cannot be read"
    arms = [name for name in (*there.arms, *settings.arms) if (name in there.arms) != (name in settings.arms)]
    differences = [f"arm {name!r} is only {'there' if name in there.arms else 'here'}" for name in arms]
    before, now = numbers_of(there), numbers_of(settings)
    lost = tuple(f"arms.{name}." for name in arms)
    for key in {**before, **now}:
        old, new = repr(before.get(key)), repr(now.get(key))  # 3 and 3.0 are equal, but not the same setting
        if old != new and not (lost and key.startswith(lost)):
            differences.append(f"{key} = {_shortened(old)} there, {_shortened(new)} here")
    for key, old, new, content in (
        ("organisation.roster", there.organisation.roster, settings.organisation.roster, _content),
        ("organisation.plan", there.organisation.plan, settings.organisation.plan, _content),
        ("experiment.policies", there.experiment.policies, settings.experiment.policies, _policies),
    ):
        if bool(old) != bool(new):
            differences.append(f"{key} = {Path(old).name!r} there, {Path(new).name!r} here")
        elif old and content(old) != content(new):
            differences.append(f"{key}: the contents of {old} and {new} differ")
    more = f" and {len(differences) - SHOWN} more" if len(differences) > SHOWN else ""
    return "; ".join(differences[:SHOWN]) + more


def _content(name: str) -> bytes | None:
    try:
        return Path(name).read_bytes()
    except OSError:
        return None


def _policies(name: str) -> bytes | None:
    """The content of a policies file and of what it imports from its own folder."""
    try:
        return content_of(read_sources(name))
    except LearnsimError:
        return None


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."
