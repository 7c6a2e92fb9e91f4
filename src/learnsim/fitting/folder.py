"""Folder: what a fit writes, and what it has written down so far, so that one that was killed goes on where it was."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

from learnsim.errors import LearnsimError, ResultsError
from learnsim.experiments.storage.folder import PARTS
from learnsim.experiments.storage.owner import Owner
from learnsim.files import write_whole

TABLE, PAGE, FITTED = "fit.csv", "fit.html", "fitted.toml"  # the table is written last: it says that nothing is missing
RUNS, RECOVERY, IDENTITY = "runs.jsonl", "recovery.jsonl", "fit-of.json"  # in the folder of parts


class Journals(NamedTuple):
    """Where numbers are written down as they come."""

    runs: Path | None = None
    recovery: Path | None = None


@contextmanager
def fit_folder(out: Path | None, identity: Mapping[str, Any]) -> Iterator[Journals]:
    """Make the folder of a fit, or go on with one that was killed; no other process can write to it meanwhile.

    A fit that is refused leaves nothing there; one that is interrupted, or that could not be written, can be resumed.

    Parameters
    ----------
    out : Path, or None
        Without one, nothing is written.
    identity : dict
        What the fit depends on.

    Raises
    ------
    ResultsError
        If the folder holds something else, or cannot be written.
    """
    if out is None:
        yield Journals()
        return
    parts, new = out / PARTS, [path for path in (out, *out.absolute().parents) if not path.exists()]
    _check_free(out)
    owner = Owner(parts)
    try:
        _begin(out, owner, identity)
        yield Journals(parts / RUNS, parts / RECOVERY)
        shutil.rmtree(parts, ignore_errors=True)
    except ResultsError:
        raise
    except LearnsimError:
        shutil.rmtree(parts, ignore_errors=True)
        raise
    finally:
        owner.release()
        for path in (parts, *new):
            with suppress(OSError):  # not there, or not empty
                path.rmdir()


def _begin(out: Path, owner: Owner, identity: Mapping[str, Any]) -> None:
    """Become the owner of a folder that is new, or that holds an unfinished fit of the same data."""
    mark = out / PARTS / IDENTITY
    try:
        mark.parent.mkdir(parents=True, exist_ok=True)
        owner.acquire()
        _check_free(out)  # another fit may have ended in between
        if not mark.exists():
            write_whole(mark, json.dumps(identity).encode())
        elif json.loads(mark.read_text(encoding="utf-8")) != identity:
            other = "holds an unfinished fit of other settings, data or versions"
            raise ResultsError(f"{out}: {other}; remove it, or name another folder with --out")
    except (OSError, ValueError) as error:
        raise ResultsError(
            f"{out}: cannot be written ({getattr(error, 'strerror', None) or error}); name another folder with --out"
        ) from None


@contextmanager
def written_to(out: Path) -> Iterator[None]:
    """Say in a sentence that a folder cannot be written to."""
    try:
        yield
    except OSError as error:
        raise ResultsError(
            f"{out}: cannot be written ({error.strerror or error}); mend that, and the same command resumes the fit"
        ) from None


def _check_free(out: Path) -> None:
    """Check that there is nothing but perhaps an unfinished fit."""
    if not out.exists():
        return
    if not out.is_dir():
        raise ResultsError(f"{out}: is a file; name a folder with --out")
    if (out / TABLE).exists():
        raise ResultsError(f"{out}: holds a fit already; name another folder with --out, or remove it")
    others = {path.name for path in out.iterdir()} - {PARTS}
    if others and not (out / PARTS / IDENTITY).exists():
        raise ResultsError(f"{out}: exists already and is no fit; name another folder with --out")
