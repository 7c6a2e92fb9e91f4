"""Folder: where an experiment's results go, and whether they may go there.
Knows settings and provenance; looks, and changes nothing.
"""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Any

from learnsim.errors import LearnsimError, ResultsError
from learnsim.experiments.ledger import Ledger
from learnsim.provenance import changed_since, identity, installed, numbers_of
from learnsim.settings import Settings, load

SETTINGS, PROVENANCE, FAILURES = "settings.toml", "provenance.json", "failures.csv"
REPORT, FIGURES = "report.html", "figures"
TARGETS, FOUND = "targets_given.csv", "targets.csv"  # as the experiment's author wrote them; what was found of each
DERIVED = (  # what is made of the tables
    *("summary.csv", "contrasts.csv", "effects.csv", "shares.csv", "sensitivity.csv"),
    *(FOUND, FIGURES, REPORT),
)
LAST = (PROVENANCE, REPORT)  # what is put in place last, since it says that the rest is there
PARTS, LEDGER, LOCK, GONE = "parts", "ledger.jsonl", "lock", ".parts-gone"


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
    """Whether the folder holds finished results, all runs of them."""
    return (folder / PROVENANCE).is_file() and not (folder / PARTS).exists()


def check_folder(folder: Path, settings: Settings) -> None:
    """See that results may be written there, and change nothing.

    Raises
    ------
    ResultsError
        If the folder is not writable, is not a results folder, or holds another experiment's results.
    """
    if os.path.lexists(folder) and not folder.is_dir():
        raise ResultsError(f"{folder}: exists and is not a folder; choose another with --out")
    if folder.is_dir():
        _check_same(folder, settings)
    above = folder.absolute()
    while not above.exists():
        above = above.parent
    if not above.is_dir():
        raise ResultsError(f"{folder}: {above} is not a folder; choose another place with --out")
    if is_finished(folder):
        return
    try:
        with tempfile.TemporaryFile(dir=above):
            pass
    except OSError as error:
        raise ResultsError(
            f"{folder}: nothing can be written to {above} ({error.strerror}); choose another place with --out"
        ) from None


def _check_same(folder: Path, settings: Settings) -> None:
    begun = _origin_of(folder)
    if begun is None:
        if any(path.name != PARTS for path in folder.iterdir()):
            raise ResultsError(f"{folder}: is not empty and holds no results of learnsim; choose another with --out")
        return
    if begun["identity"] != identity(settings):
        raise ResultsError(
            f"{folder}: holds another experiment's results ({_difference(folder, settings)}); "
            "--fresh takes a new folder, --out another one"
        )
    changed = changed_since(begun, installed()) if "source_hash" in begun else []
    if changed:
        raise ResultsError(
            f"{folder}: was run by another version ({'; '.join(changed[:3])}); "
            "--fresh takes a new folder, learnsim reproduce compares"
        )


def _origin_of(folder: Path) -> dict[str, Any] | None:
    """What experiment, by what versions, the folder was begun with; None if it holds no results."""
    header = Ledger(folder / PARTS / LEDGER).header
    if header:
        return header
    try:
        begun = json.loads((folder / PROVENANCE).read_text(encoding="utf-8"))
        if isinstance(begun, dict) and "identity" in begun:
            return begun
    except (OSError, ValueError):
        pass
    try:  # the ledger is lost, and so are the parts; it is still known what they were parts of
        return {"identity": identity(load(folder / SETTINGS))} if (folder / PARTS).is_dir() else None
    except (OSError, LearnsimError):
        return None


def _difference(folder: Path, settings: Settings) -> str:
    try:
        before, now = numbers_of(load(folder / SETTINGS)), numbers_of(settings)
    except LearnsimError:
        return "its settings cannot be read"
    changed = [key for key in {**before, **now} if before.get(key) != now.get(key)]
    shown = [f"{key} = {before.get(key)!r} there, {now.get(key)!r} here" for key in changed[:3]]
    more = f" and {len(changed) - 3} more" if len(changed) > 3 else ""
    return "; ".join(shown) + more if shown else "the roster or the policies differ"
