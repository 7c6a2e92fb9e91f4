"""Opening: one process at a time holds a results folder; who cannot begin leaves nothing behind.
Knows stores, and what lies beside their parts.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from operator import itemgetter
from pathlib import Path

from filelock import FileLock, Timeout

from learnsim.errors import ResultsError
from learnsim.experiments.design import Design
from learnsim.experiments.folder import FOUND, LEDGER, LOCK, PARTS, PROVENANCE, SETTINGS, TARGETS
from learnsim.experiments.ledger import write_whole
from learnsim.experiments.store import Store
from learnsim.grouping.sources import places_kept
from learnsim.settings import Settings, load
from learnsim.settings.write import toml_of


@contextmanager
def open_store(folder: Path, design: Design, *, retry_failed: bool = False) -> Iterator[Store]:
    """Give the store of an experiment, held until the end: nobody else can run into the folder.

    Raises
    ------
    ResultsError
        If another process holds it, or the disk is full.
    """
    new = [path for path in (folder, *folder.absolute().parents) if not path.exists()]
    parts = folder / PARTS
    lock = FileLock(parts / LOCK, timeout=0)
    try:
        parts.mkdir(parents=True, exist_ok=True)
        lock.acquire()
        if (folder / PROVENANCE).exists() and not (parts / LEDGER).exists():
            raise ResultsError(f"{folder}: another run has just finished it; learnsim show prints its table")
        store = Store(folder, design)
        store.begin(retry_failed=retry_failed)
        write_settings(folder, design.settings)
    except Timeout:
        raise ResultsError(f"{folder}: another run is writing to it; wait for it, or choose another with --out") from None
    except BaseException as error:
        if lock.is_locked and new:
            shutil.rmtree(folder, ignore_errors=True)
        elif lock.is_locked and not (parts / LEDGER).exists():
            shutil.rmtree(parts, ignore_errors=True)
        for path in (parts, *new):
            with suppress(OSError):  # missing, or no longer empty
                path.rmdir()
        lock.release()
        if isinstance(error, OSError):
            raise ResultsError(f"{folder}: could not be written ({error.strerror or error})") from None
        raise
    try:
        yield store
    finally:
        lock.release()


def write_settings(folder: Path, settings: Settings) -> None:
    """Write the resolved settings; a roster, policies and targets of the user's own are copied beside them."""
    files = [
        ("organisation.roster", settings.organisation.roster, "roster.csv"),
        ("experiment.targets", settings.experiment.targets, TARGETS),
    ]
    if settings.experiment.policies:  # and what it imports from its own folder
        kept = places_kept(settings.experiment.policies)
        files += [("" if number else "experiment.policies", str(file), name) for number, (file, name) in enumerate(kept)]
    for _, source, name in filter(itemgetter(1), files):
        if Path(source).resolve() != (folder / name).resolve():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            write_whole(folder / name, Path(source).read_bytes())
    changes = {key: name for key, source, name in files if key and source}
    resolved = settings.changed(changes) if changes else settings
    write_whole(folder / SETTINGS, toml_of(resolved).encode())


def renew_targets(folder: Path, settings: Settings) -> bool:
    """Put an experiment's targets in the place of those in its finished folder; return whether they are others.

    Targets decide no number, so they may change when everything has been run.
    """
    there = load(folder / SETTINGS)
    old, new = (_content(given.experiment.targets) for given in (there, settings))
    if old == new:
        return False
    write_settings(folder, there.changed({"experiment.targets": settings.experiment.targets}))
    if not settings.experiment.targets:
        for name in (TARGETS, FOUND):
            (folder / name).unlink(missing_ok=True)
    return True


def _content(name: str) -> bytes | None:
    return Path(name).read_bytes() if name else None
