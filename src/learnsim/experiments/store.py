"""Store: a results folder, written whole or not at all.
Knows tables, settings and provenance; asks before it runs whether the folder may be used, and replaces it in one step.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from learnsim.errors import LearnsimError, ResultsError
from learnsim.provenance import identity, numbers_of
from learnsim.settings import Settings, load
from learnsim.settings.write import toml_of

SETTINGS, PROVENANCE = "settings.toml", "provenance.json"


def folder_for(settings: Settings, out: Path | None) -> Path:
    """Return where the results go: ``out``, or ``results/<name>`` below the current folder."""
    return out if out is not None else Path("results") / settings.experiment.name


def check_folder(folder: Path, settings: Settings) -> None:
    """See that results may be written there, and change nothing.

    Raises
    ------
    ResultsError
        If the folder is not writable, is not a results folder, or holds another experiment's results.
    """
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise ResultsError(f"{folder}: exists and is not a folder; choose another with --out")
    if folder.is_dir() and any(folder.iterdir()):
        if not (folder / PROVENANCE).is_file():
            raise ResultsError(f"{folder}: is not empty and holds no results of learnsim; choose another with --out")
        _check_same(folder, settings)
    above = folder.absolute().parent
    while not above.exists():
        above = above.parent
    if not above.is_dir():
        raise ResultsError(f"{folder}: {above} is not a folder; choose another place with --out")
    if not os.access(above, os.W_OK | os.X_OK):
        raise ResultsError(f"{folder}: {above} is not writable; choose another place with --out")
    try:
        with tempfile.TemporaryFile(dir=above):
            pass
    except OSError as error:
        raise ResultsError(f"{folder}: nothing can be written to {above} ({error.strerror})") from None


def _check_same(folder: Path, settings: Settings) -> None:
    try:
        there = json.loads((folder / PROVENANCE).read_text(encoding="utf-8"))["identity"]
    except (OSError, ValueError, KeyError, TypeError):
        there = None
    if there == identity(settings):
        return
    difference = "its settings cannot be read"
    try:
        before, now = numbers_of(load(folder / SETTINGS)), numbers_of(settings)
        changed = [key for key in {**before, **now} if before.get(key) != now.get(key)]
        shown = [f"{key} = {before.get(key)!r} there, {now.get(key)!r} here" for key in changed[:3]]
        more = f" and {len(changed) - 3} more" if len(changed) > 3 else ""
        difference = "; ".join(shown) + more if shown else "the roster or the policies differ"
    except LearnsimError:
        pass
    raise ResultsError(
        f"{folder}: holds another experiment's results ({difference}); choose another folder with --out, or remove it"
    )


@contextmanager
def new_folder(folder: Path) -> Iterator[Path]:
    """Give a folder to write into that becomes ``folder`` when all went well, and vanishes otherwise.

    Raises
    ------
    ResultsError
        If the disk is full or something else keeps the files from being written.
    """
    made = _make_parents(folder)
    scratch: Path | None = None
    try:
        scratch = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        scratch.chmod(0o755)
        yield scratch
        _sync(scratch)
        _replace(scratch, folder)
        made = []
    except OSError as error:
        raise ResultsError(f"{folder}: could not be written ({error.strerror or error}); nothing was kept") from None
    finally:
        if scratch is not None:
            shutil.rmtree(scratch, ignore_errors=True)
        for parent in reversed(made):
            parent.rmdir()


def _make_parents(folder: Path) -> list[Path]:
    """Make the folders above; return those that were not there, the highest first."""
    missing = [parent for parent in folder.absolute().parents if not parent.exists()][::-1]
    made = []
    try:
        for parent in missing:
            parent.mkdir()
            made.append(parent)
    except OSError as error:
        raise ResultsError(f"{folder}: {error.filename or folder} cannot be made ({error.strerror})") from None
    return made


def _sync(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb") as stream:
                os.fsync(stream.fileno())


def _replace(scratch: Path, folder: Path) -> None:
    """Put the new folder in the old one's place; the old one goes only when the new one stands."""
    if not folder.exists():
        scratch.rename(folder)
        return
    aside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-old-", dir=folder.parent))
    folder.rename(aside / "old")
    try:
        scratch.rename(folder)
    except OSError:
        (aside / "old").rename(folder)
        raise
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def write_results(scratch: Path, settings: Settings, tables: dict[str, Any], provenance: dict[str, Any]) -> None:
    """Write tables (Parquet), resolved settings and provenance into a folder.

    A roster and policies of the user's own are copied beside the settings, which then name the copies.
    """
    import pyarrow.parquet as parquet

    for name, table in tables.items():
        parquet.write_table(table, scratch / f"{name}.parquet", compression="zstd")
    changes = {}
    for key, source, copy in (
        ("organisation.roster", settings.organisation.roster, "roster.csv"),
        ("experiment.policies", settings.experiment.policies, "policies.py"),
    ):
        if source:
            shutil.copyfile(source, scratch / copy)
            changes[key] = copy
    resolved = settings.changed(changes) if changes else settings
    (scratch / SETTINGS).write_text(toml_of(resolved), encoding="utf-8")
    (scratch / PROVENANCE).write_text(json.dumps(provenance, indent=2) + "\n", encoding="utf-8")
