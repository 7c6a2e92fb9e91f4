"""Lock: only one process at a time writes to a results folder; a process that cannot start leaves no files."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from learnsim.errors import LearnsimError, ResultsError
from learnsim.experiments.design.design import Design
from learnsim.experiments.design.share import WHOLE, Share
from learnsim.experiments.storage.earlier_runs import earlier_parts
from learnsim.experiments.storage.folder import LEDGER, PARTS, PROVENANCE, SETTINGS, TARGETS
from learnsim.experiments.storage.owner import Owner
from learnsim.experiments.storage.store import Store
from learnsim.files import write_whole
from learnsim.grouping.policy_files import files_to_copy
from learnsim.models.registry import info_of
from learnsim.settings import Settings, load
from learnsim.settings.write import toml_of

ROSTER_ENDINGS = (".csv", ".tsv", ".txt", ".xlsx")


@contextmanager
def open_store(
    folder: Path, design: Design, share: Share = WHOLE, *, retry_failed: bool = False, take_over: bool = False
) -> Iterator[Store]:
    """Open the store of an experiment, or of a share of it, locked until the end: no other process can run into the folder.

    The finished runs of a smaller experiment there become runs of this one.

    Raises
    ------
    ResultsError
        If another process is its owner, or the disk is full.
    """
    new = [path for path in (folder, *folder.absolute().parents) if not path.exists()]
    parts = folder / PARTS
    owner = Owner(parts)
    try:
        parts.mkdir(parents=True, exist_ok=True)
        owner.acquire(take_over=take_over)
        earlier = earlier_parts(folder, design)
        if earlier is None and (folder / PROVENANCE).exists() and not (parts / LEDGER).exists():
            raise ResultsError(f"{folder}: another run has just finished it; learnsim show prints its results")
        store = Store(folder, design, owner, share)
        if earlier is not None:
            store.adopt(earlier)
        store.begin(retry_failed=retry_failed)
        if earlier is not None:
            (folder / PROVENANCE).unlink(missing_ok=True)  # of the smaller experiment
        write_settings(folder, design.settings)
    except BaseException as error:
        if owner.acquired and new:
            shutil.rmtree(folder, ignore_errors=True)
        elif owner.acquired and not (parts / LEDGER).exists():
            shutil.rmtree(parts, ignore_errors=True)
        for path in (parts, *new):
            with suppress(OSError):  # missing, or no longer empty
                path.rmdir()
        owner.release()
        if isinstance(error, OSError):
            where = f"; {error.filename}" if error.filename else ""
            raise ResultsError(
                f"{folder}: could not be written ({error.strerror or error}{where}); "
                "if you cannot change that, use another folder with --fresh or --out"
            ) from None
        raise
    try:
        yield store
    finally:
        store.close()
        owner.release()


def write_settings(folder: Path, settings: Settings) -> None:
    """Write the resolved settings; the user's roster, plan, policies, measures and targets are copied beside them."""
    for _, source, name in _files(settings):
        if os.path.realpath(source) != os.path.realpath(folder / name):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            write_whole(folder / name, Path(source).read_bytes())
    write_whole(folder / SETTINGS, toml_of(_beside(settings)).encode())


def _files(settings: Settings) -> list[tuple[str, str, str]]:
    """The user's own files: setting, path, and name in a results folder.

    Files that policies or measures import from its own folder, and those of a user's own model, belong to no setting ("").
    """
    files = [
        ("organisation.roster", settings.organisation.roster, roster_copy(settings.organisation.roster)),
        ("organisation.plan", settings.organisation.plan, "plan.csv"),
        ("experiment.targets", settings.experiment.targets, TARGETS),
    ]
    for key in ("policies", "measures"):
        if path := getattr(settings.experiment, key):
            copies = files_to_copy(path, key)
            files += [("" if number else f"experiment.{key}", str(file), name) for number, (file, name) in enumerate(copies)]
    files += [("", str(file), name) for file, name, _ in info_of(settings).own_files]
    return [file for file in files if file[1]]


def roster_copy(path: str) -> str:
    """Return the name of a roster's copy: what ends as a table of a usual kind keeps its ending.

    Examples
    --------
    >>> roster_copy("class.xlsx"), roster_copy("class 2")
    ('roster.xlsx', 'roster.csv')
    """
    ending = Path(path).suffix.lower()
    return f"roster{ending if ending in ROSTER_ENDINGS else '.csv'}"


def _beside(settings: Settings) -> Settings:
    """Return settings that refer to the copies of the user's files in the same folder."""
    changes = {key: name for key, _, name in _files(settings) if key}
    own, model = info_of(settings).own_files, settings.model
    if model.class_name and own:
        changes["model.class"] = f"{own[0][1]}:{model.class_name.rpartition(':')[2]}"
    return settings.changed(changes) if changes else settings


def renewed_by(folder: Path, settings: Settings) -> list[str]:
    """Return the settings without an effect on numbers that differ from a finished folder's ``settings.toml``."""
    try:
        there = load(folder / SETTINGS)
    except LearnsimError:
        return [SETTINGS]
    old, new = there.experiment, settings.experiment
    words = ("question", "expectation", "engine")  # engines give the same numbers; provenance names the one that ran
    changes = [f"experiment.{key}" for key in words if getattr(old, key) != getattr(new, key)]
    if there.measure != settings.measure:
        changes.append("experiment.measure")
    if _content(old.targets) != _content(new.targets):
        changes.append("experiment.targets")
    if list(there.arms) != list(settings.arms):
        changes.append("the order of the arms")
    same = toml_of(_beside(settings)).encode() == (folder / SETTINGS).read_bytes()
    return changes if changes or same else [SETTINGS]


def _content(name: str) -> bytes | None:
    try:
        return Path(name).read_bytes() if name else None
    except OSError:  # the copy in the folder is gone
        return b""
